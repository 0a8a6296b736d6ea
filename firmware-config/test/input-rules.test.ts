import { describe, expect, it } from 'vitest';
import { textOf } from './manifest.ts';

// Read as udev(7) says: each line is conditions, all of which must hold, and what is set then. libinput, and with it the compositor, passes over a device with LIBINPUT_IGNORE_DEVICE.

const rules = textOf('/etc/udev/rules.d/90-new-concierge-input.rules')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) =>
    line.split(', ').map((part) => {
      const [, key = '', operator = '', value = ''] = /^([A-Z]+|ENV\{[A-Z_]+\})(==|!=|=)"([^"]*)"$/.exec(part) ?? [];
      if (operator === '') throw new Error(`not a part of a rule that this test can read: ${part}`);
      return { key, operator, value };
    }),
  );

function ignored(properties: readonly string[], kernel = 'event3'): boolean {
  const said = new Map([
    ['ACTION', 'add'],
    ['SUBSYSTEM', 'input'],
    ['KERNEL', kernel],
    ...properties.map((name) => [`ENV{${name}}`, '1'] as const),
  ]);
  for (const rule of rules) {
    const holds = rule.every(({ key, operator, value }) => {
      if (operator === '=') return true;
      const fits = new RegExp(`^${value.replaceAll('*', '.*')}$`).test(said.get(key) ?? '');
      return fits === (operator === '==');
    });
    if (holds) for (const { key, operator, value } of rule) if (operator === '=') said.set(key, value);
  }
  return said.get('ENV{LIBINPUT_IGNORE_DEVICE}') === '1';
}

// The properties are those that udev's input_id gives: a keyboard has all of the first keys, a KEY any at all.
describe('what a kiosk hears of what is plugged in', () => {
  it.each<[string, readonly string[], boolean]>([
    ['a keyboard', ['ID_INPUT', 'ID_INPUT_KEY', 'ID_INPUT_KEYBOARD'], true],
    ['a stick that types, and leaves out one key so that it is no keyboard', ['ID_INPUT', 'ID_INPUT_KEY'], true],
    [
      'a keyboard that says it is a touch panel on the same node',
      ['ID_INPUT', 'ID_INPUT_KEY', 'ID_INPUT_KEYBOARD', 'ID_INPUT_TOUCHSCREEN'],
      true,
    ],
    ['a mouse that types', ['ID_INPUT', 'ID_INPUT_MOUSE', 'ID_INPUT_KEY', 'ID_INPUT_KEYBOARD'], true],
    ['the remote control that a television passes on', ['ID_INPUT', 'ID_INPUT_KEY'], true],
    ['a touch panel', ['ID_INPUT', 'ID_INPUT_TOUCHSCREEN'], false],
    ['a touch panel with a button', ['ID_INPUT', 'ID_INPUT_TOUCHSCREEN', 'ID_INPUT_KEY'], false],
    ['the mouse that a touch panel is for old systems', ['ID_INPUT', 'ID_INPUT_MOUSE'], false],
  ])('%s: passed over %s', (_what, properties, expected) => {
    expect(ignored(properties)).toBe(expected);
  });
});
