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
    ['a card that is not there', ['boot-files', 'Box 1', '--to', 'nowhere'], 'folder-refused'],
  ])('refuses %s, as the run would', async (_what, words, code) => {
    const cloud = await officeCloud({ batches: [box, over, half], devices: [deviceId] });
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

  it.each([[['show', '7']], [['revoke', 'batch', '7']], [['boot-files', '7', '--to', '.']]])('is not guessed at: %j', async (words) => {
    const cloud = await officeCloud({ batches: [named, numbered] });
    const { exitCode, json } = await ask(cloud, words);
    expect(exitCode).toBe(65);
    for (const { batch } of [numbered, named])
      expect(json).toMatchObject({ error: { code: 'ambiguous', message: expect.stringContaining(batch.id) } });
    expect(cloud.changes).toEqual([]);
  });

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

describe('a device that was revoked before', () => {
  it('is said to be so, and that is no failure', async () => {
    const cloud = await officeCloud({ refusal: 'device-gone' });
    expect(await ask(cloud, ['revoke', 'device', deviceId])).toEqual({ exitCode: 0, json: { deviceId, revoked: true } });
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
    expect(await ask(cloud, ['boot-files', 'Box 1', '--to', '.', ...more], at)).toEqual(refused('folder-refused'));
    expect(cloud.changes).toEqual([]);
  });

  it.skipIf(process.platform !== 'linux')('because nothing can be made there is refused', async () => {
    const cloud = await officeCloud({ batches: [aBatch(1)] });
    expect(await ask(cloud, ['boot-files', 'Box 1', '--to', '/proc'])).toEqual(refused('folder-refused'));
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
