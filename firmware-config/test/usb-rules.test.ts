import { describe, expect, it } from 'vitest';
import { textOf } from './manifest.ts';

// usbguard brings no program that says what it would do with a device, so its rules are read here as usbguard-rules.conf(5) says. That it takes them, `check` asks usbguard itself.

type Interfaces = readonly string[];

const matches: Readonly<Record<string, (has: Interfaces, named: readonly RegExp[]) => boolean>> = {
  'one-of': (has, named) => has.some((one) => named.some((pattern) => pattern.test(one))),
  'all-of': (has, named) => named.every((pattern) => has.some((one) => pattern.test(one))),
  // The device may have less than what is named, and nothing else.
  'match-all': (has, named) => has.every((one) => named.some((pattern) => pattern.test(one))),
  equals: (has, named) => has.length === named.length && has.every((one) => named.some((pattern) => pattern.test(one))),
};

const rules = textOf('/etc/usbguard/rules.conf')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => {
    const [, target = '', id, operator = '', named = ''] =
      /^(allow|reject) (?:id ([0-9a-f]{4}:[0-9a-f]{4}) )?with-interface ([a-z-]+) \{ ([0-9a-f:* ]+) \}$/.exec(line) ?? [];
    const fits = matches[operator];
    if (fits === undefined) throw new Error(`not a rule that this test can read: ${line}`);
    const patterns = named.split(' ').map((each) => new RegExp(`^${each.replaceAll('*', '[0-9a-f]{2}')}$`));
    return { target, id, fits: (has: Interfaces) => fits(has, patterns) };
  });

/** The first rule that fits decides; ImplicitPolicyTarget is for the rest. */
function decided(has: Interfaces, id = '1234:5678'): string {
  const rule = rules.find((each) => (each.id === undefined || each.id === id) && each.fits(has));
  return rule?.target ?? /^ImplicitPolicyTarget=(\w+)$/m.exec(textOf('/etc/usbguard/usbguard-daemon.conf'))?.[1] ?? 'allow';
}

describe('what is plugged into a kiosk', () => {
  it.each<[string, Interfaces, string]>([
    ['a touch panel', ['03:00:00'], 'allow'],
    ['a touch panel with settings of its own', ['03:00:00', '03:00:00'], 'allow'],
    ['a touch panel that is a mouse for old systems as well', ['03:00:00', '03:01:02'], 'allow'],
    ['a touch panel with all three', ['03:00:00', '03:00:02', '03:01:02'], 'allow'],
    ['a mouse, which can do what a finger can', ['03:01:02'], 'allow'],
    ['a hub', ['09:00:00'], 'allow'],
    ['a fast hub', ['09:00:01', '09:00:02'], 'allow'],
    ['a keyboard', ['03:01:01'], 'reject'],
    ['a keyboard that a BIOS would not know', ['03:00:01'], 'reject'],
    ['a keyboard with a wheel', ['03:01:01', '03:00:00'], 'reject'],
    ['a touch panel with a keyboard inside', ['03:00:00', '03:01:02', '03:01:01'], 'reject'],
    ['a stick', ['08:06:50'], 'reject'],
    ['a stick that is a touch panel', ['03:00:00', '08:06:62'], 'reject'],
    ['a telephone that shares its network', ['e0:01:03', '0a:00:00'], 'reject'],
    ['a network card', ['02:06:00', '0a:00:00'], 'reject'],
    ['a modem that begins as a disk of its driver', ['ff:ff:ff', '08:06:50'], 'reject'],
    ['a serial line', ['ff:00:00'], 'block'],
    ['a camera', ['0e:01:00', '0e:02:00'], 'block'],
    ['a printer', ['07:01:02'], 'block'],
    ['a touch panel with something of its maker', ['03:00:00', 'ff:00:00'], 'block'],
    ['a hub with something inside', ['09:00:00', 'ff:00:00'], 'block'],
  ])('%s: %j → %s', (_what, interfaces, expected) => {
    expect(decided(interfaces)).toBe(expected);
  });

  it('is the network chip of a Pi 3 only by its own number', () => {
    expect([decided(['ff:00:ff'], '0424:ec00'), decided(['ff:00:ff'], '0424:7800'), decided(['ff:00:ff'])]).toEqual([
      'allow',
      'allow',
      'block',
    ]);
  });
});
