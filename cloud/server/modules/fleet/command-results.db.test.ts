import { createHash, randomUUID } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { resultMaxBytes } from '@concierge/contract/http/command-results.ts';
import { DeviceCommand, DeviceCommandList } from '@concierge/contract/http/device-commands.ts';
import type { CommandName } from '@concierge/contract/mqtt/command.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOutbox } from '#platform/outbox/outbox.ts';
import { type ClaimingDevice, claimingDevice } from '../../testing/claiming-device.ts';
import { plantColleague } from '../../testing/planted-colleague.ts';
import { type PlantedTenant, plantTenant } from '../../testing/planted-tenant.ts';
import { type RunningCloud, runCloud, TestBrowser } from '../../testing/running-cloud.ts';
import { createCommandResults } from './command-results.ts';
import { insertCommand, noteAnswer } from './command-store.ts';
import { keepResult } from './result-store.ts';

// A device with a key of its own, and what it may and may not bring. The clock is the test's: pauses and weeks pass at once.

let running: RunningCloud;
let ours: PlantedTenant;
let theirs: PlantedTenant;
let manager: TestBrowser;
let stranger: TestBrowser;
let device: ClaimingDevice;
let otherDevice: ClaimingDevice;
let skippedMs = 0;

beforeAll(async () => {
  running = await runCloud({ nowMs: () => Date.now() + skippedMs });
  ours = await plantTenant(running.owner, 'ours');
  theirs = await plantTenant(running.owner, 'theirs');
  manager = await signedIn(ours.manager);
  stranger = await signedIn(theirs.manager);
  [device, otherDevice] = [await claimingDevice(), await claimingDevice('other')];
  await giveKey(ours, device);
  await giveKey(theirs, otherDevice);
});
afterAll(async () => running.stop());
beforeEach(async () => {
  skippedMs = 0;
  await running.owner.query('delete from device_command');
  await running.owner.query('delete from device_command_result');
});

const signedIn = async (account: { email: string; password: string }) => {
  const browser = new TestBrowser(running.cloud.url);
  expect((await browser.logIn(account)).status).toBe(200);
  return browser;
};
const giveKey = (tenant: PlantedTenant, { keyThumbprint }: ClaimingDevice) =>
  running.owner.query('update device set key_thumbprint = $2 where id = $1', [tenant.deviceId, keyThumbprint]);
const ask = (command: CommandName, by = manager) => by.request('POST', `/api/kiosk/devices/${ours.deviceId}/commands`, { command });
/** Given by somebody who does not count against the limit of one address. */
const given = (command: CommandName) => {
  const issuedAt = new Date(Date.now() + skippedMs);
  return running.cloud.database.transaction({ tenantId: ours.tenantId, sessionId: null }, (tx) =>
    insertCommand(tx, ours.deviceId, { id: randomUUID(), command, issuedBy: ours.manager.id, issuedAt, expiresAt: issuedAt }),
  );
};
const asked = async (command: CommandName) => DeviceCommand.parse((await ask(command)).json).id;
const listed = async () =>
  DeviceCommandList.parse((await manager.request('GET', `/api/kiosk/devices/${ours.deviceId}/commands`)).json).items;
const look = (commandId: string, by = manager) => by.request('GET', `/api/kiosk/devices/${ours.deviceId}/commands/${commandId}/result`);
const text = (words: string) => new TextEncoder().encode(words);

async function bring(commandId: string, content: Uint8Array<ArrayBuffer>, headers: Readonly<Record<string, string>> = {}) {
  const proof = device.resultHeaders(ours.deviceId, commandId, content);
  const response = await fetch(new URL(`/api/kiosk/commands/${commandId}/result`, running.cloud.url), {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', ...proof, ...headers },
    body: content,
  });
  await response.arrayBuffer();
  return response.status;
}

/** A real PNG of one colour; the sizes in its header can lie. */
function aPng(widthPixels = 2, heightPixels = 2): Uint8Array<ArrayBuffer> {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const sized = Buffer.alloc(8 + body.length);
    sized.writeUInt32BE(data.length, 0);
    body.copy(sized, 4);
    sized.writeUInt32BE(crc32(body), 4 + body.length);
    return sized;
  };
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0]);
  header.writeUInt32BE(widthPixels, 0);
  header.writeUInt32BE(heightPixels, 4);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const parts = [signature, chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.alloc(6))), chunk('IEND', Buffer.alloc(0))];
  return new Uint8Array(Buffer.concat(parts));
}
function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

describe('what a device brings', () => {
  it('is the answer, is kept for the office, and is served as nothing but what it is', async () => {
    const id = await asked('logs');
    expect(await listed()).toMatchObject([{ id, outcome: 'waiting', resultKept: false }]);
    expect(await bring(id, text('a line\nενα ακόμη\n'))).toBe(204);
    expect(await listed()).toMatchObject([{ id, outcome: 'done', resultKept: true }]);
    const reply = await look(id);
    expect(reply.text).toBe('a line\nενα ακόμη\n');
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': 'attachment; filename="screen-log.txt"',
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    const { rows } = await running.owner.query("select action, details from audit_event where subject_id = $1 and action like 'device.%'", [
      ours.deviceId,
    ]);
    expect(rows).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ action: 'device.commanded', details: { command: 'logs', commandId: id } }),
        expect.objectContaining({ action: 'device.brought-result', details: { command: 'logs', commandId: id, bytes: 25 } }),
      ]),
    );
  });

  it('is a picture, byte for byte, and the next one takes its place', async () => {
    const [first, png] = [await asked('screenshot'), aPng()];
    expect(await bring(first, png)).toBe(204);
    const served = await fetch(new URL(`/api/kiosk/devices/${ours.deviceId}/commands/${first}/result`, running.cloud.url), {
      headers: { cookie: [...manager.cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    expect(served.headers.get('content-type')).toBe('image/png');
    expect(
      createHash('sha256')
        .update(new Uint8Array(await served.arrayBuffer()))
        .digest('hex'),
    ).toBe(createHash('sha256').update(png).digest('hex'));
    skippedMs += 61_000;
    const second = await asked('screenshot');
    expect(await bring(second, aPng(3, 3))).toBe(204);
    expect((await look(first)).status).toBe(404);
    expect((await look(second)).status).toBe(200);
    expect(await listed()).toMatchObject([
      { id: second, resultKept: true },
      { id: first, outcome: 'done', resultKept: false },
    ]);
  });

  it('is taken once, also of two that come at the same moment', async () => {
    const id = await asked('logs');
    const statuses = await Promise.all([bring(id, text('one')), bring(id, text('two')), bring(id, text('three'))]);
    expect(statuses.toSorted((left, right) => left - right)).toEqual([204, 404, 404]);
    const kept = (await look(id)).text;
    expect(await bring(id, text('four'))).toBe(404);
    expect((await look(id)).text).toBe(kept);
  });

  it('is not taken when nobody asked, or not for this, or too late', async () => {
    expect(await bring(randomUUID(), text('a line'))).toBe(404);
    expect(await bring(await asked('identify'), text('a line'))).toBe(404);
    const late = await asked('logs');
    skippedMs += 181_000;
    expect(await bring(late, text('a line'))).toBe(404);
    expect(await listed()).toMatchObject([{ outcome: 'expired' }, { outcome: 'expired' }]);
    expect((await running.owner.query('select from device_command_result')).rowCount).toBe(0);
  });

  it.each<[string, 'logs' | 'screenshot', () => Uint8Array<ArrayBuffer>, number]>([
    ['a page that says it is a picture', 'screenshot', () => text('<!doctype html><script>alert(1)</script>'), 415],
    ['a drawing with scripts', 'screenshot', () => text('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'), 415],
    ['half a picture', 'screenshot', () => aPng().slice(0, -5), 415],
    ['a picture that unpacks to gigabytes', 'screenshot', () => aPng(60_000, 60_000), 415],
    ['a picture of nothing', 'screenshot', () => aPng(0, 2), 415],
    ['nothing', 'screenshot', () => new Uint8Array(), 415],
    ['a picture that says it is lines', 'logs', aPng, 415],
    ['lines with a NUL', 'logs', () => text('a\0b'), 415],
    ['lines that are no text', 'logs', () => new Uint8Array([0xc3, 0x28]), 415],
    ['too many lines', 'logs', () => new Uint8Array(resultMaxBytes.logs + 1).fill(65), 413],
    ['too large a picture', 'screenshot', () => new Uint8Array(resultMaxBytes.screenshot + 1), 413],
  ])('is not taken when it is %s', async (_what, command, content, status) => {
    const id = await asked(command);
    expect(await bring(id, content())).toBe(status);
    expect(await listed()).toMatchObject([{ id, outcome: 'waiting', resultKept: false }]);
    expect((await look(id)).status).toBe(404);
  });

  it('is taken from the device that was asked, by its key, for these bytes, and from nobody else', async () => {
    const [id, content] = [await asked('logs'), text('a line')];
    const { 'concierge-signature': signature, 'concierge-device-key': key } = otherDevice.resultHeaders(ours.deviceId, id, content);
    const other = device.resultHeaders(ours.deviceId, randomUUID(), content)['concierge-signature'];
    expect(await bring(id, content, otherDevice.resultHeaders(theirs.deviceId, id, content))).toBe(404);
    expect(await bring(id, content, { 'concierge-signature': signature })).toBe(404);
    expect(await bring(id, content, { 'concierge-signature': signature, 'concierge-device-key': key })).toBe(404);
    expect(await bring(id, content, { 'concierge-signature': other })).toBe(404);
    expect(await bring(id, content, { 'concierge-device': theirs.deviceId })).toBe(404);
    expect(await bring(id, content, { 'concierge-signature': 'x' })).toBe(404);
    expect(await bring(id, content, { 'concierge-content-sha256': '0'.repeat(64) })).toBe(404);
    // Signed for other bytes than those that come.
    expect(await bring(id, text('another'), device.resultHeaders(ours.deviceId, id, content))).toBe(400);
    expect(await bring(id, content, { 'content-type': 'application/json' })).toBe(400);
    expect(await listed()).toMatchObject([{ outcome: 'waiting' }]);
    expect(await bring(id, content)).toBe(204);
  });

  it('is not there for another office, and not for the one of the next building', async () => {
    const id = await asked('logs');
    expect(await bring(id, text('a line'))).toBe(204);
    expect((await look(id, stranger)).status).toBe(404);
    expect((await stranger.request('GET', `/api/kiosk/devices/${theirs.deviceId}/commands/${id}/result`)).status).toBe(404);
    await running.owner.query('update device_command_result set building_id = $2 where command_id = $1', [id, randomUUID()]);
    expect((await look(id)).status).toBe(404);
    expect(await listed()).toMatchObject([{ outcome: 'done', resultKept: false }]);
  });

  it('is written down with who looked at it: each person once for each result, and nobody who saw nothing', async () => {
    const seen = async () =>
      (
        await running.owner.query(
          "select actor_kind as kind, actor_id as who, building_id as building, details from audit_event where action = 'device.result-seen' and subject_id = $1 and details ->> 'commandId' = $2",
          [ours.deviceId, id],
        )
      ).rows;
    const id = await asked('logs');
    expect((await look(id)).status).toBe(404);
    expect(await bring(id, text('a line'))).toBe(204);
    expect((await look(id, stranger)).status).toBe(404);
    expect(await seen()).toEqual([]);
    await Promise.all([look(id), look(id), look(id)]);
    const first = { kind: 'user', who: ours.manager.id, building: ours.buildingId, details: { command: 'logs', commandId: id } };
    expect(await seen()).toEqual([first]);
    const colleague = await plantColleague(running.owner, ours, 'office_manager');
    expect((await look(id, await signedIn(colleague))).status).toBe(200);
    expect(await seen()).toEqual([first, { ...first, who: colleague.id }]);
  });

  it('is gone after a week, whether or not anybody has swept', async () => {
    const id = await asked('logs');
    expect(await bring(id, text('a line'))).toBe(204);
    const rows = async () => (await running.owner.query('select from device_command_result')).rowCount;
    const sweep = running.cloud.fleet.periodic.find(({ task }) => task === 'fleet.forget-command-results');
    await sweep?.run({});
    expect(await rows()).toBe(1);
    skippedMs += 7 * 86_400_000 + 1_000;
    expect((await look(id, await signedIn(ours.manager))).status).toBe(404);
    expect(await rows()).toBe(1);
    await sweep?.run({});
    expect(await rows()).toBe(0);
  });
});

describe('the sweep', () => {
  it('reaches every office, whatever goes wrong with one', async () => {
    const { database } = running.cloud;
    const { deviceId, buildingId, commandId } = ours;
    const kept = { deviceId, buildingId, commandId, command: 'logs', contentType: 'text/plain', content: text('a line') } as const;
    await database.transaction({ tenantId: ours.tenantId, sessionId: null }, (tx) => keepResult(tx, { ...kept, receivedAt: new Date() }));
    const { periodic } = createCommandResults({
      database: {
        ...database,
        transaction: (scope, work) =>
          scope.tenantId === theirs.tenantId ? Promise.reject(new Error('it is spoilt')) : database.transaction(scope, work),
      },
      outbox: createOutbox({}),
      tenantIds: async () => [theirs.tenantId, ours.tenantId],
      nowMs: () => Date.now() + 8 * 86_400_000,
    });
    await expect(periodic.run({})).rejects.toThrow();
    expect((await running.owner.query('select from device_command_result')).rowCount).toBe(0);
  });
});

describe('asking', () => {
  it('for a picture goes once a minute, also of two who ask at once', async () => {
    const statuses = (await Promise.all([ask('screenshot'), ask('screenshot'), ask('screenshot')])).map(({ status }) => status);
    expect(statuses.toSorted((left, right) => left - right)).toEqual([201, 429, 429]);
    skippedMs += 59_000;
    expect((await ask('screenshot')).status).toBe(429);
    skippedMs += 2_000;
    expect((await ask('screenshot')).status).toBe(201);
  });

  it('for the agent to start anew goes once in ten minutes: more would look like a program that fails', async () => {
    await given('restart');
    expect((await ask('restart')).status).toBe(429);
  });

  it('for a reboot goes once in five minutes, whatever else is asked in between', async () => {
    await given('reboot');
    for (let number = 0; number < 60; number += 1) await given('identify');
    expect((await ask('reboot')).status).toBe(429);
    skippedMs += 301_000;
    expect((await ask('reboot')).status).toBe(201);
  });

  it('is not answered by the word that something was brought which is not there; that it was not is believed', async () => {
    const id = await asked('screenshot');
    const answer = (outcome: 'done' | 'failed') =>
      running.cloud.database.transaction({ tenantId: ours.tenantId, sessionId: null }, (tx) =>
        noteAnswer(tx, ours.deviceId, { id, outcome, at: new Date().toISOString() }),
      );
    expect(await answer('done')).toBe(false);
    expect(await listed()).toMatchObject([{ outcome: 'waiting' }]);
    expect(await answer('failed')).toBe(true);
    expect(await bring(id, aPng())).toBe(404);
    expect(await listed()).toMatchObject([{ outcome: 'failed', resultKept: false }]);
  });
});
