import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../program.ts';
import { aBatch, type OfficeCloud, officeCloud } from '../testing/office-cloud.ts';
import { surroundings, type TestSurroundings } from '../testing/surroundings.ts';

// What commands refuse, or would, before anything is changed.

const building = '01900000-0000-7000-8000-00000000b000';
const deviceId = '01900000-0000-7000-8000-00000000d000';
const device = { id: deviceId, name: 'Lobby', online: true, lastSeenAt: null, claimedAt: '2026-11-02T00:00:00.000Z' };

async function ask(cloud: OfficeCloud, words: readonly string[], at: TestSurroundings = surroundings({ input: 'a long password' })) {
  const exitCode = await run([...words, ...cloud.words, '--json'], at);
  const json: unknown = JSON.parse(at.written.join(''));
  return { exitCode, json };
}
const refused = (code: string) => ({ exitCode: 65, json: { error: { code, message: expect.any(String) } } });

describe('a dry run', () => {
  const box = aBatch(1, { serials: [{}, { state: 'claimed', device, buildingId: building }] });
  const over = aBatch(2, { batch: { state: 'revoked' }, serials: [{}] });
  const half = aBatch(3, { serials: [{}] });
  const gone = aBatch(4, {
    serials: [
      { state: 'revoked', device, buildingId: building },
      { state: 'left', device, buildingId: building },
    ],
  });
  const place = ['--building', building, '--name', 'Lobby'];

  it.each([
    ['a name that is taken', ['create', '--name', 'Box 1', '--size', '9'], 'batch-name-taken'],
    [
      'more serials than the batch has devices',
      ['serials', 'add', 'Box 1', '--serial', 'serial-1', '--serial', 'serial-3'],
      'serials-refused',
    ],
    ['serials for a batch that is over', ['serials', 'add', 'Box 2', '--serial', 'serial-3'], 'batch-over'],
    ['a place for a serial that is not listed', ['serials', 'place', 'Box 1', 'nobody', ...place], 'not-found'],
    ['a place in a batch that is over', ['serials', 'place', 'Box 2', 'serial-1', ...place], 'batch-over'],
    ['another place for a screen', ['serials', 'place', 'Box 1', 'serial-2', '--building', deviceId, '--name', 'Lobby'], 'claim-taken'],
    ['the revocation of a device that is none', ['revoke', 'device', building], 'not-found'],
    ['labels over a file', ['labels', 'Box 1', '--output', 'there.pdf'], 'file-refused'],
    ['labels over a folder', ['labels', 'Box 1', '--output', '.', '--force'], 'file-refused'],
    ['labels into a folder that is not there', ['labels', 'Box 1', '--output', 'nowhere/labels.pdf'], 'file-refused'],
    ['a place for a screen that left', ['serials', 'place', 'Box 4', 'serial-2', ...place], 'device-gone'],
    ['a place for a screen that was revoked', ['serials', 'place', 'Box 4', 'serial-1', ...place], 'device-gone'],
    ['a card that is not there', ['boot-files', 'Box 1', '--to', 'nowhere'], 'folder-refused'],
    ['a card for a cloud on this machine', ['boot-files', 'Box 1', '--to', '.'], 'device-address'],
  ])('refuses %s, as the run would', async (_what, words, code) => {
    const cloud = await officeCloud({ batches: [box, over, half, gone], devices: [deviceId] });
    const at = surroundings({ input: 'a long password' });
    writeFileSync(join(at.workingFolder, 'there.pdf'), 'mine');
    expect(await ask(cloud, [...words, '--dry-run'], at)).toEqual(refused(code));
    expect(cloud.changes).toEqual([]);
  });

  it.each([
    [
      'serials to add',
      ['serials', 'add', 'Box 3', '--serial', 'serial-1', '--serial', 'serial-9'],
      { serials: ['serial-9'], alreadyThere: 1 },
    ],
    [
      'serials to remove',
      ['serials', 'remove', 'Box 1', '--serial', 'serial-1', '--serial', 'serial-2', '--serial', 'nobody'],
      { serials: ['serial-1'], notThere: ['serial-2', 'nobody'] },
    ],
    ['a place', ['serials', 'place', 'Box 1', 'serial-1', ...place], { serial: 'serial-1' }],
    ['a device by its id', ['revoke', 'device', deviceId], { deviceId }],
    ['a device by its label', ['revoke', 'device', '1-002'], { deviceId }],
    ['labels over a file that may go', ['labels', 'Box 1', '--output', 'there.pdf', '--force'], { labels: 2 }],
  ])('says what would become of %s', async (_what, words, said) => {
    const cloud = await officeCloud({ batches: [box, half], devices: [deviceId] });
    const at = surroundings({ input: 'a long password' });
    writeFileSync(join(at.workingFolder, 'there.pdf'), 'mine');
    expect(await ask(cloud, [...words, '--dry-run'], at)).toMatchObject({ exitCode: 0, json: { dryRun: true, ...said } });
    expect(cloud.changes).toEqual([]);
  });
});

describe('a batch that has the name of another’s number', () => {
  const numbered = aBatch(7, { serials: [{}] });
  const named = aBatch(8, { batch: { name: '7' } });

  it.each([[['show', '7']], [['revoke', 'batch', '7']], [['boot-files', '7', '--to', '.', '--on-this-machine']]])(
    'is not guessed at: %j',
    async (words) => {
      const cloud = await officeCloud({ batches: [named, numbered] });
      const { exitCode, json } = await ask(cloud, words);
      expect(exitCode).toBe(65);
      for (const { batch } of [numbered, named])
        expect(json).toMatchObject({ error: { code: 'ambiguous', message: expect.stringContaining(batch.id) } });
      expect(cloud.changes).toEqual([]);
    },
  );

  it('is told by its id, and its own number is no riddle; a label goes by the number', async () => {
    const cloud = await officeCloud({ batches: [named, numbered, aBatch(9, { batch: { name: '9' } })] });
    expect(await ask(cloud, ['show', named.batch.id])).toMatchObject({ exitCode: 0, json: { number: 8 } });
    expect(await ask(cloud, ['show', '9'])).toMatchObject({ exitCode: 0, json: { number: 9 } });
    expect(await ask(cloud, ['revoke', 'device', '7-001'])).toMatchObject({
      exitCode: 65,
      json: { error: { message: expect.stringContaining('No device has come of 7-001') } },
    });
  });
});

describe('a device that is gone already', () => {
  it('is said to be so by its id, however that came about, and that is no failure', async () => {
    const cloud = await officeCloud({ refusal: 'device-gone' });
    expect(await ask(cloud, ['revoke', 'device', deviceId])).toEqual({ exitCode: 0, json: { deviceId, revoked: null } });
  });

  it('is said by its label to have been revoked or to have left, and nothing is asked for', async () => {
    const cloud = await officeCloud({
      batches: [
        aBatch(1, {
          serials: [
            { state: 'revoked', device },
            { state: 'left', device },
          ],
        }),
      ],
    });
    expect(await ask(cloud, ['revoke', 'device', '1-001'])).toEqual({ exitCode: 0, json: { deviceId, revoked: true } });
    expect(await ask(cloud, ['revoke', 'device', '1-002'])).toEqual({ exitCode: 0, json: { deviceId, revoked: false } });
    const at = surroundings({ input: 'a long password' });
    expect(await run(['revoke', 'device', '1-002', ...cloud.words], at)).toBe(0);
    expect(at.written.join('')).toBe(
      `The device ${deviceId} left before: it has none of the data any more, and there is nothing to revoke.\n`,
    );
    expect(cloud.changes).toEqual([]);
  });

  it('is shown as what became of it', async () => {
    const left = aBatch(1, {
      serials: [{ state: 'left', device }],
      batch: { serials: { open: 0, waiting: 0, claimed: 0, revoked: 0, left: 1, ended: 0 } },
    });
    const cloud = await officeCloud({ batches: [left] });
    const at = surroundings({ input: 'a long password' });
    expect(await run(['status', 'Box 1', ...cloud.words], at)).toBe(0);
    expect(at.written.join('')).toMatch(/0 revoked, 1 left, 0 ended[^]*1-001 +serial-1 +left/);
  });
});

describe('serials that are taken off', () => {
  const serials = Array.from({ length: 50 }, (_, index) => ['--serial', `serial-${index + 1}`]).flat();
  const remove = async (answer: (asked: number) => string | null) => {
    const cloud = await officeCloud({ batches: [aBatch(1)], refusal: answer });
    const at = surroundings({ input: 'a long password' });
    const outcome = await ask(cloud, ['serials', 'remove', 'Box 1', ...serials], at);
    return { ...outcome, told: at.told };
  };

  it('until the cloud refuses are counted in the refusal', async () => {
    const broken = await remove((asked) => (asked > 12 ? 'not-allowed' : null));
    expect(broken.json).toMatchObject({
      error: { code: 'not-allowed', message: 'Refused. 12 of 50 are removed; the same command goes on.' },
    });
  });

  it('and are many are counted now and then, also when they are gone already', async () => {
    const { exitCode, told } = await remove((asked) => (asked > 5 ? 'not-found' : null));
    expect(exitCode).toBe(0);
    expect(told).toEqual(['20 of 50 asked for, 5 removed', '40 of 50 asked for, 5 removed']);
  });
});

describe('the files of a card', () => {
  const boot = (cloud: OfficeCloud, more: readonly string[], at = surroundings({ input: 'a long password' })) =>
    run(['boot-files', 'Box 1', '--to', '.', '--dry-run', ...more, ...cloud.words], at).then((exitCode) => ({ exitCode, at }));

  it.each([
    ['https://cloud.example.org', 0],
    ['https://cloud.example.org:443', 0],
    ['https://cloud.example.org:8443', 65],
    ['https://localhost', 65],
    ['http://127.0.0.1:8080', 65],
    ['https://[::1]', 65],
    ['http://cloud.example.org', 64],
  ])('for devices that look for the cloud at %s: %i', async (address, exitCode) => {
    const cloud = await officeCloud({ batches: [aBatch(1)] });
    expect((await boot(cloud, ['--device-cloud', address])).exitCode).toBe(exitCode);
    expect(cloud.changes).toEqual([]);
  });

  it('say where they lead', async () => {
    const cloud = await officeCloud({ batches: [aBatch(1)] });
    const { at } = await boot(cloud, ['--device-cloud', 'https://cloud.example.org']);
    expect(at.written.join('')).toContain('which lead to https://cloud.example.org,');
    const demo = await boot(cloud, ['--on-this-machine']);
    expect(demo.at.written.join('')).toContain(`which lead to ${cloud.words[1]},`);
  });
});

describe('a card that cannot be written', () => {
  it.each([
    ['the token', 'new-concierge-claim.txt.partial', []],
    ['the Wi-Fi', 'new-concierge-wifi.txt.partial', ['--wifi-network', 'Lobby', '--wifi-password-file', 'wifi']],
  ])('because of %s is refused, and the cloud is told of no token', async (_what, inTheWay, more) => {
    const cloud = await officeCloud({ batches: [aBatch(1)] });
    const at = surroundings({ input: 'a long password' });
    mkdirSync(join(at.workingFolder, inTheWay));
    writeFileSync(join(at.workingFolder, 'wifi'), 'a lobby password', { mode: 0o600 });
    expect(await ask(cloud, ['boot-files', 'Box 1', '--to', '.', '--on-this-machine', ...more], at)).toEqual(refused('folder-refused'));
    expect(cloud.changes).toEqual([]);
  });

  it.skipIf(process.platform !== 'linux')('because nothing can be made there is refused', async () => {
    const cloud = await officeCloud({ batches: [aBatch(1)] });
    expect(await ask(cloud, ['boot-files', 'Box 1', '--to', '/proc', '--on-this-machine'])).toEqual(refused('folder-refused'));
  });
});

describe('labels', () => {
  it('lead where people open the office, which need not be where the operator asks', async () => {
    const cloud = await officeCloud({ batches: [aBatch(1)] });
    const words = ['labels', 'Box 1', '--output', 'labels.pdf', '--dry-run'];
    expect(await ask(cloud, words)).toMatchObject({ json: { office: cloud.words[1] } });
    expect(await ask(cloud, [...words, '--office-cloud', 'https://concierge.example.gr'])).toMatchObject({
      json: { office: 'https://concierge.example.gr' },
    });
    expect(await ask(cloud, [...words, '--office-cloud', 'http://concierge.example.gr'])).toMatchObject({ exitCode: 64 });
  });
});
