import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { firmware, readUnit, textOf } from './manifest.ts';
import { noOwnNetwork, runInOwnNetwork } from './own-network.ts';
import { emptyFolder } from './scripts.ts';

// The agent trusts the clock, and ssh opens, by a mark that is made once chrony says that the time is right. That chrony can be asked at all was once left out of its configuration.

it('chrony tells on this machine when its time is right, and nobody else', { timeout: 60_000 }, ({ skip }) => {
  skip(noOwnNetwork !== null, noOwnNetwork ?? '');
  const folder = emptyFolder();
  const at = (name: string): string => join(folder, name);
  const [waits = ''] = readUnit(textOf('/etc/systemd/system/new-concierge-clock.service')).get('Service')?.get('ExecStart') ?? [];
  expect(waits).toMatch(/^\/usr\/bin\/chronyc /);
  // What a building's time servers would be, on a port that theirs is not; two, because fewer are not believed. No clock is touched (-x), and no socket in /run.
  writeFileSync(
    at('server.conf'),
    `local stratum 8\nallow 127.0.0.0/8\nport 11123\ncmdport 0\nbindcmdaddress /\npidfile ${at('server.pid')}\n`,
  );
  writeFileSync(
    at('appliance.conf'),
    `confdir ${join(firmware, 'files/etc/chrony/conf.d')}\nserver 127.0.0.1 port 11123 iburst\nserver 127.0.0.2 port 11123 iburst\nbindcmdaddress /\npidfile ${at('appliance.pid')}\n`,
  );
  const asked = runInOwnNetwork(
    `chronyd -x -d -U -u root -f ${at('server.conf')} 2>${at('server.log')} &
     chronyd -x -d -U -u root -f ${at('appliance.conf')} 2>${at('appliance.log')} &
     sleep 1
     ss -Hluna | awk '{ print "listens " $4 }'
     timeout 40 ${waits} || cat ${at('server.log')} ${at('appliance.log')}`,
  );
  expect(asked.output).toMatch(/^try: \d+, refid: 7F00000[12], correction: 0\.0/m);
  expect(asked.output.match(/^listens (?!.*:11123$)\S+/gm)?.toSorted()).toEqual(['listens 127.0.0.1:323', 'listens [::1]:323']);
});
