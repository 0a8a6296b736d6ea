import { join } from 'node:path';
import { expect, it } from 'vitest';
import { firmware, textOf } from './manifest.ts';
import { noOwnNetwork, runInOwnNetwork } from './own-network.ts';

// The rules as the kernel means them: an appliance and its neighbour, each in a network of its own, with a cable between them.

const number = (name: string): string => new RegExp(`^u ${name} (\\d+)`, 'm').exec(textOf('/etc/sysusers.d/new-concierge.conf'))?.[1] ?? '';
const [agent, screen, chrony, resolver] = ['kiosk-agent', 'kiosk-screen', '_chrony', 'systemd-resolve'].map(number);
const root = '0';

const out: readonly [string, string][] = [
  [`${agent}:tcp:443`, 'passes'],
  [`${agent}:tcp:8883`, 'passes'],
  [`${agent}:tcp:80`, 'is refused'],
  [`${agent}:tcp:53`, 'is refused'],
  [`${agent}:udp:123`, 'is dropped'],
  [`${chrony}:udp:123`, 'passes'],
  [`${chrony}:tcp:443`, 'is refused'],
  [`${resolver}:udp:53`, 'passes'],
  [`${resolver}:tcp:53`, 'passes'],
  [`${screen}:tcp:443`, 'is refused'],
  [`${screen}:udp:53`, 'is dropped'],
  [`${root}:tcp:443`, 'is refused'],
];
const within: readonly [string, string][] = [
  [`${screen}:tcp:8090`, 'passes'],
  [`${screen}:udp:323`, 'passes'],
  [`${screen}:tcp:22`, 'is refused'],
];
const inwards: readonly [string, string][] = [
  [`${root}:tcp:8090`, 'is dropped'],
  [`${root}:tcp:22`, 'is dropped'],
  [`${root}:udp:323`, 'is dropped'],
];
const expectedOf = (tries: readonly [string, string][]): string => tries.map((each) => each.join(' ')).join('\n');
const doorsOf = (tries: readonly [string, string][]): string => tries.map(([door]) => door).join(' ');

it('lets each user out to what it is there for, and nobody in', { timeout: 60_000 }, ({ skip }) => {
  skip(noOwnNetwork !== null, noOwnNetwork ?? '');
  skip(process.getuid?.() !== 0, 'only root can act as the users that the firewall speaks of');
  const probe = `${process.execPath} ${join(firmware, 'test/firewall-probe.ts')}`;
  const { output } = runInOwnNetwork(
    `unshare --net sleep 60 &
     neighbour=$!
     sleep 0.5
     at_neighbour() { nsenter --target "$neighbour" --net "$@"; }
     ip link add inner type veth peer name outer netns "$neighbour"
     ip address add 10.77.0.2/24 dev inner
     ip link set inner up
     at_neighbour ip address add 10.77.0.1/24 dev outer
     at_neighbour ip link set outer up
     at_neighbour ${probe} listen tcp:443 tcp:8883 tcp:80 tcp:53 tcp:22 udp:123 udp:53 &
     ${probe} listen tcp:8090 tcp:22 udp:323 &
     nft -f ${join(firmware, 'files/etc/nftables.conf')}
     sleep 2
     echo out; ${probe} knock 10.77.0.1 ${doorsOf(out)}
     echo within; ${probe} knock 127.0.0.1 ${doorsOf(within)}
     echo inwards; at_neighbour ${probe} knock 10.77.0.2 ${doorsOf(inwards)}`,
  );
  expect(output.trim()).toBe(`out\n${expectedOf(out)}\nwithin\n${expectedOf(within)}\ninwards\n${expectedOf(inwards)}`);
});

// RFC 4890, section 4.4.1: without these a switch that watches multicast forgets who listens, and the neighbours' questions for addresses do not arrive any more.
it('hears and answers who asks which multicast it listens to', () => {
  const rules = textOf('/etc/nftables.conf');
  const inwards = rules.slice(rules.indexOf('chain input'), rules.indexOf('chain forward'));
  expect(inwards).toContain('ip6 saddr fe80::/10 ip6 hoplimit 1 icmpv6 type mld-listener-query accept');
  const outwards = rules.slice(rules.indexOf('chain output'));
  for (const type of ['mld-listener-report', 'mld-listener-done', 'mld2-listener-report']) expect(outwards).toContain(type);
});
