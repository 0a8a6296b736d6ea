import { createHash, createPrivateKey, createPublicKey, randomBytes, X509Certificate } from 'node:crypto';
import {
  bootTokenOf,
  DeviceBatch,
  DeviceBatchPage,
  Preauthorisation,
  PreauthorisationPage,
} from '@concierge/contract/http/device-batches.ts';
import { type ClaimPollReply, ClaimRequestReply } from '@concierge/contract/http/device-claims.ts';
import { DevicePage } from '@concierge/contract/http/fleet.ts';
import { wordPairOf } from '@concierge/contract/word-pairs.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ClaimingDevice, claimingDevice } from '../../testing/claiming-device.ts';
import { deviceSide } from '../../testing/device-side.ts';
import { field, type Reply, TestBrowser } from '../../testing/running-cloud.ts';
import { runTwoOffices, type TwoOffices } from '../../testing/two-offices.ts';

const ALL = '/api/kiosk/device-batches';

let running: TwoOffices['running'];
let ours: TwoOffices['ours'];
let theirs: TwoOffices['theirs'];
let manager: TwoOffices['manager'];
let stranger: TwoOffices['stranger'];
let made = 0;
/** Each test is an address of its own: what one address may ask is limited. */
let address = 0;

beforeAll(async () => {
  ({ running, ours, theirs, manager, stranger } = await runTwoOffices({ TRUST_PROXY: '1' }));
});
afterAll(async () => running.stop());
beforeEach(async () => {
  address += 1;
  await running.owner.query('delete from claim_try');
});

const { send: deviceSends, poll } = deviceSide(
  () => running,
  () => `192.0.2.${address}`,
);

/** Asks as the agent does; null when it brings no token. */
async function ask(device: ClaimingDevice, bootToken: string | null): Promise<ClaimRequestReply> {
  const reply = await deviceSends('/api/kiosk/claims', { ...device.request, ...(bootToken === null ? {} : { bootToken }) });
  expect(reply.status).toBe(201);
  return ClaimRequestReply.parse(reply.json);
}
/** What the device hears after it asked with this token. */
async function outcome(device: ClaimingDevice, bootToken: string | null): Promise<ClaimPollReply> {
  return poll((await ask(device, bootToken)).claimId, device);
}
function confirmed(reply: ClaimPollReply) {
  if (reply.state !== 'confirmed') throw new Error(`the device is ${reply.state}`);
  return reply.claim;
}

const codeOf = (reply: Reply) => [reply.status, field(reply.json, 'code')];
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
const newToken = (batchId: string) => bootTokenOf(batchId, randomBytes(32).toString('base64url'));
const setToken = (who: TestBrowser, batchId: string, token: string, replace = false) =>
  who.request('PUT', `${ALL}/${batchId}/boot-token`, { tokenSha256: hashOf(token), replace });
const find = async (batchId: string) => DeviceBatch.parse((await manager.request('GET', `${ALL}/${batchId}`)).json);
const serialsOf = async (batchId: string) =>
  PreauthorisationPage.parse((await manager.request('GET', `${ALL}/${batchId}/serials`)).json).items;
const place = (who: TestBrowser, batchId: string, serial: string, body: object) =>
  who.request('PUT', `${ALL}/${batchId}/serials/${serial}/place`, { name: 'Είσοδος', placement: null, ...body });

/** A batch with a token, as the provisioning program makes one. */
async function batchWith(serials: readonly string[], more: object = {}): Promise<{ batch: DeviceBatch; token: string }> {
  made += 1;
  const body = { name: `Batch ${made}`, size: 10, serials, buildingId: ours.buildingId, lastsDays: 30, ...more };
  const created = await manager.request('POST', ALL, body);
  expect(created.status, created.text).toBe(201);
  const batch = DeviceBatch.parse(created.json);
  const token = newToken(batch.id);
  expect((await setToken(manager, batch.id, token)).status).toBe(200);
  return { batch, token };
}

describe('a machine with the token of its batch and a listed serial', () => {
  it('is claimed into the batch’s building without a person, for the very key that asked', async () => {
    const { batch, token } = await batchWith(['10000000ABCDEF01']);
    const device = await claimingDevice('10000000abcdef01');
    const claim = confirmed(await outcome(device, token));
    expect(claim.buildingId).toBe(ours.buildingId);
    expect(new X509Certificate(claim.certificatePem).checkPrivateKey(createPrivateKey(device.keyPem))).toBe(true);
    const [listed] = await serialsOf(batch.id);
    expect(listed).toMatchObject({ state: 'claimed', deviceNumber: `${batch.number}-001`, device: { id: claim.deviceId } });
    expect((await find(batch.id)).serials).toEqual({ open: 0, waiting: 0, claimed: 1, revoked: 0, left: 0, ended: 0 });
    const devices = DevicePage.parse((await manager.request('GET', '/api/kiosk/devices')).json).items;
    expect(devices.find(({ id }) => id === claim.deviceId)).toMatchObject({ name: `${batch.name} ${batch.number}-001` });
    const { rows } = await running.owner.query<{ action: string }>(
      'select action from audit_event where tenant_id = $1 and subject_id in ($2, $3) order by at, action',
      [ours.tenantId, batch.id, claim.deviceId],
    );
    expect(rows.map((row) => row.action)).toEqual([
      'device-batch.created',
      'device-batch.boot-token-made',
      'device-batch.serial-claimed',
      'device.claimed',
    ]);
  });

  it('hears the same answer again when the first got lost, also after it is forgotten, and never becomes two devices', async () => {
    const { batch, token } = await batchWith(['lost-1']);
    const device = await claimingDevice('lost-1');
    await ask(device, token);
    const second = confirmed(await outcome(device, token));
    await running.owner.query('delete from device_request');
    await running.owner.query(`update device_certificate set issued_at = now() - interval '2 days' where device_id = $1`, [
      second.deviceId,
    ]);
    const third = confirmed(await outcome(device, token));
    expect(third.deviceId).toBe(second.deviceId);
    expect(third.certificatePem).not.toBe(second.certificatePem);
    expect((await find(batch.id)).serials.claimed).toBe(1);
  });

  it('waits for its building when the batch names none, and is claimed by the choice alone', async () => {
    const { batch, token } = await batchWith(['roams-1', 'roams-2'], { buildingId: null });
    const device = await claimingDevice('roams-1');
    const { claimId } = await ask(device, token);
    expect(await poll(claimId, device)).toEqual({ state: 'waiting' });
    const waiting = (await serialsOf(batch.id))[0];
    expect(waiting).toMatchObject({ state: 'waiting', buildingId: null, words: { el: expect.stringMatching(/ /) } });

    expect(codeOf(await place(stranger, batch.id, 'roams-1', { buildingId: theirs.buildingId }))).toEqual([404, 'not-found']);
    expect(codeOf(await place(manager, batch.id, 'roams-1', { buildingId: theirs.buildingId }))).toEqual([404, 'not-found']);
    expect(await poll(claimId, device)).toEqual({ state: 'waiting' });

    const placed = await place(manager, batch.id, 'roams-1', { buildingId: ours.buildingId, placement: 'στο βάθος' });
    expect(Preauthorisation.parse(placed.json)).toMatchObject({ state: 'claimed', device: { name: 'Είσοδος' } });
    expect(confirmed(await poll(claimId, device)).buildingId).toBe(ours.buildingId);
    // The choice again, because its reply got lost.
    expect((await place(manager, batch.id, 'roams-1', { buildingId: ours.buildingId })).status).toBe(200);

    // One that has not come yet is claimed when it comes.
    expect(Preauthorisation.parse((await place(manager, batch.id, 'roams-2', { buildingId: ours.buildingId })).json).state).toBe('open');
    expect(confirmed(await outcome(await claimingDevice('roams-2'), token)).buildingId).toBe(ours.buildingId);
  });
});

describe('a roomful of machines', () => {
  it('that start in one moment behind one address is claimed as a whole', async () => {
    const names = Array.from({ length: 50 }, (_, at) => `room-${at}`);
    const { batch, token } = await batchWith(names, { size: 50 });
    const machines = await Promise.all(names.map((name) => claimingDevice(name)));
    const started = performance.now();
    const heard = await Promise.all(machines.map((machine) => outcome(machine, token)));
    expect(heard.filter(({ state }) => state === 'confirmed')).toHaveLength(50);
    expect(new Set(heard.map((reply) => confirmed(reply).deviceId)).size).toBe(50);
    expect((await find(batch.id)).serials).toMatchObject({ claimed: 50, open: 0 });
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});

describe('a person who claims by its code what waits for a building', () => {
  it('spends its serial as well, so that the card opens nothing any more', async () => {
    const { batch, token } = await batchWith(['by-code-1'], { buildingId: null });
    const device = await claimingDevice('by-code-1');
    const { userCode, claimId } = await ask(device, token);
    expect((await manager.request('POST', '/api/kiosk/claims/lookup', { userCode })).status).toBe(200);
    const spki = createPublicKey(device.keyPem).export({ type: 'spki', format: 'der' });
    const words = wordPairOf(createHash('sha256').update(spki).digest());
    expect((await serialsOf(batch.id))[0]?.words).toEqual(words);
    const body = { words, buildingId: ours.buildingId, name: 'Είσοδος', placement: null };
    const [confirmation, placement] = await Promise.all([
      manager.request('POST', `/api/kiosk/claims/${claimId}/confirm`, body),
      place(manager, batch.id, 'by-code-1', { buildingId: ours.buildingId }),
    ]);
    // Whoever of the two is first makes the one device; the other hears that it is done.
    expect(
      [confirmation.status, placement.status].every((status) => [200, 201, 409, 410].includes(status)),
      `${confirmation.text} ${placement.text}`,
    ).toBe(true);
    const claim = confirmed(await poll(claimId, device));
    expect((await serialsOf(batch.id))[0]).toMatchObject({ state: 'claimed', device: { id: claim.deviceId } });
    expect(await outcome(await claimingDevice('by-code-1'), token)).toEqual({ state: 'waiting' });
  });
});

describe('whatever is wrong with it', () => {
  it('is answered exactly as no token at all', async () => {
    const { batch, token } = await batchWith(['right-1']);
    const other = await batchWith(['right-2']);
    const bare = await ask(await claimingDevice('right-1'), null);
    const wrong: [string, string, string][] = [
      ['another secret', 'right-1', newToken(batch.id)],
      ['another batch’s token', 'right-1', other.token],
      ['our secret under another batch', 'right-1', `${other.batch.id}${token.slice(36)}`],
      ['a batch that is none', 'right-1', newToken('01900000-0000-7000-8000-00000000b000')],
      ['a text that is no token', 'right-1', 'let me in'],
      ['an empty text', 'right-1', ''],
      ['a token cut short', 'right-1', token.slice(0, -1)],
      ['a serial that is not listed', 'right-9', token],
      ['a serial of another batch', 'right-2', token],
    ];
    for (const [what, serial, bootToken] of wrong) {
      const device = await claimingDevice(serial);
      const reply = await ask(device, bootToken);
      expect(Object.keys(reply), what).toEqual(Object.keys(bare));
      expect({ ...reply, claimId: '', userCode: '', confirmUrl: '' }, what).toEqual({ ...bare, claimId: '', userCode: '', confirmUrl: '' });
      expect(await poll(reply.claimId, device), what).toEqual({ state: 'waiting' });
      // And the code on its screen is as good as ever.
      expect((await manager.request('POST', '/api/kiosk/claims/lookup', { userCode: reply.userCode })).status, what).toBe(200);
    }
    expect((await find(batch.id)).serials).toMatchObject({ open: 1, claimed: 0 });
    // Only a good token in a machine it is not for is worth telling the office; who only knows the batch's id cannot make it cry wolf.
    expect((await find(batch.id)).refusedCount).toBe(2);
    expect((await find(other.batch.id)).refusedCount).toBe(1);
  });

  it('claims nothing for a copied card: neither on a machine that is not listed nor on one that lies about its serial', async () => {
    const { batch, token } = await batchWith(['first-1', 'later-1']);
    const first = confirmed(await outcome(await claimingDevice('first-1'), token));
    expect(await outcome(await claimingDevice('copy-of-it'), token)).toEqual({ state: 'waiting' });
    expect(await outcome(await claimingDevice('first-1'), token)).toEqual({ state: 'waiting' });
    expect(await outcome(await claimingDevice('FIRST-1'), token)).toEqual({ state: 'waiting' });
    expect(await find(batch.id)).toMatchObject({ refusedCount: 3, serials: { open: 1, claimed: 1 } });
    // Once the device is revoked its serial is spent: the old card opens nothing again.
    expect((await manager.request('POST', `/api/kiosk/devices/${first.deviceId}/revoke`)).status).toBe(204);
    expect(await outcome(await claimingDevice('first-1'), token)).toEqual({ state: 'waiting' });
    expect((await serialsOf(batch.id))[0]?.state).toBe('revoked');
  });

  it('lets one of two win that come with the same serial at the same moment', async () => {
    const { batch, token } = await batchWith(['twin-1']);
    const twins = await Promise.all([claimingDevice('twin-1'), claimingDevice('twin-1'), claimingDevice('twin-1')]);
    const heard = await Promise.all(twins.map((twin) => outcome(twin, token)));
    expect(heard.map(({ state }) => state).toSorted()).toEqual(['confirmed', 'waiting', 'waiting']);
    expect((await find(batch.id)).serials).toMatchObject({ claimed: 1 });
  });

  it('hears only the first of two that wait for a building, so that a copy cannot take the place of the one that is looked at', async () => {
    const { batch, token } = await batchWith(['waits-1'], { buildingId: null });
    const honest = await claimingDevice('waits-1');
    const copy = await claimingDevice('waits-1');
    const { claimId } = await ask(honest, token);
    const copied = await ask(copy, token);
    expect((await place(manager, batch.id, 'waits-1', { buildingId: ours.buildingId })).status).toBe(200);
    expect((await poll(claimId, honest)).state).toBe('confirmed');
    expect(await poll(copied.claimId, copy)).toEqual({ state: 'waiting' });
  });

  it('is as nothing once the batch expired or was revoked, its token replaced, or its serial removed', async () => {
    const expired = await batchWith(['gone-1']);
    await running.owner.query('update device_batch set expires_at = now() where id = $1', [expired.batch.id]);
    expect(await outcome(await claimingDevice('gone-1'), expired.token)).toEqual({ state: 'waiting' });
    expect(await find(expired.batch.id)).toMatchObject({ state: 'expired', bootTokenAt: null, serials: { open: 0, ended: 1 } });

    const revoked = await batchWith(['gone-2', 'stays-2']);
    const stays = confirmed(await outcome(await claimingDevice('stays-2'), revoked.token));
    expect((await manager.request('POST', `${ALL}/${revoked.batch.id}/revoke`)).status).toBe(200);
    expect(await outcome(await claimingDevice('gone-2'), revoked.token)).toEqual({ state: 'waiting' });
    expect(await find(revoked.batch.id)).toMatchObject({ state: 'revoked', serials: { claimed: 1, ended: 1 } });
    expect((await serialsOf(revoked.batch.id)).find(({ serial }) => serial === 'stays-2')?.device?.id).toBe(stays.deviceId);
    expect(codeOf(await setToken(manager, revoked.batch.id, revoked.token))).toEqual([410, 'batch-over']);

    const replaced = await batchWith(['gone-3']);
    const next = newToken(replaced.batch.id);
    expect(codeOf(await setToken(manager, replaced.batch.id, next))).toEqual([409, 'boot-token-exists']);
    expect((await setToken(manager, replaced.batch.id, replaced.token)).status).toBe(200);
    expect((await setToken(manager, replaced.batch.id, next, true)).status).toBe(200);
    expect(await outcome(await claimingDevice('gone-3'), replaced.token)).toEqual({ state: 'waiting' });
    expect((await manager.request('DELETE', `${ALL}/${replaced.batch.id}/serials/gone-3`)).status).toBe(204);
    expect(await outcome(await claimingDevice('gone-3'), next)).toEqual({ state: 'waiting' });
  });

  it('stops being looked at after twenty wrong ones from an address, and a person can still claim the machine', async () => {
    const { token } = await batchWith(['limit-1', 'limit-2']);
    for (let tries = 0; tries < 20; tries += 1) await ask(await claimingDevice('limit-9'), token);
    address += 100;
    const elsewhere = await claimingDevice('limit-2');
    expect((await outcome(elsewhere, token)).state).toBe('confirmed');
    address -= 100;
    const device = await claimingDevice('limit-1');
    const reply = await ask(device, token);
    expect(await poll(reply.claimId, device)).toEqual({ state: 'waiting' });
    expect((await manager.request('POST', '/api/kiosk/claims/lookup', { userCode: reply.userCode })).status).toBe(200);
    await running.owner.query('delete from claim_try');
    expect((await outcome(device, token)).state).toBe('confirmed');
  });

  it('is not settled for a request that another office has found by its code', async () => {
    const { batch, token } = await batchWith(['found-1'], { buildingId: null });
    const device = await claimingDevice('found-1');
    const { userCode, claimId } = await ask(device, token);
    expect((await stranger.request('POST', '/api/kiosk/claims/lookup', { userCode })).status).toBe(200);
    const placed = await place(manager, batch.id, 'found-1', { buildingId: ours.buildingId });
    // The building is noted; that request stays the finder's, and the machine's next one is claimed.
    expect(Preauthorisation.parse(placed.json).state).toBe('waiting');
    expect(await poll(claimId, device)).toEqual({ state: 'waiting' });
    expect((await outcome(device, token)).state).toBe('confirmed');
  });
});

describe('batches', () => {
  it('keep nothing of a token but its hash', async () => {
    const { batch, token } = await batchWith(['hash-1']);
    await ask(await claimingDevice('hash-1'), token);
    const secret = token.split('.')[1] ?? '';
    for (const table of ['device_batch', 'device_preauthorisation', 'device_request', 'audit_event', 'idempotency_record']) {
      const { rows } = await running.owner.query<{ found: boolean }>(
        `select coalesce(bool_or(t::text like '%' || $1 || '%'), false) as found from ${table} t`,
        [secret],
      );
      expect(rows[0]?.found, table).toBe(false);
    }
    const { rows } = await running.owner.query<{ hash: string }>(
      `select encode(boot_token_hash, 'hex') as hash from device_batch where id = $1`,
      [batch.id],
    );
    expect(rows[0]?.hash).toBe(hashOf(token));
  });

  it('are made once for one Idempotency-Key, and have one name each', async () => {
    const body = { name: 'Κυψέλη', size: 3, buildingId: ours.buildingId, lastsDays: 7 };
    const headers = { 'idempotency-key': 'make-the-batch-once' };
    const first = DeviceBatch.parse((await manager.request('POST', ALL, body, headers)).json);
    expect(DeviceBatch.parse((await manager.request('POST', ALL, body, headers)).json).id).toBe(first.id);
    expect(codeOf(await manager.request('POST', ALL, body))).toEqual([409, 'batch-name-taken']);
  });

  it('number their devices without gaps and hold no more than their size', async () => {
    const { batch } = await batchWith(['n-1', 'n-2', 'n-3'], { size: 4 });
    const add = (serials: readonly string[]) => manager.request('POST', `${ALL}/${batch.id}/serials`, { serials });
    expect((await add(['n-2', 'N-3'])).json).toEqual({ added: 0, alreadyThere: 2 });
    expect(codeOf(await add(['n-4', 'n-5']))).toEqual([400, 'invalid-fields']);
    expect((await manager.request('DELETE', `${ALL}/${batch.id}/serials/n-2`)).status).toBe(204);
    expect((await add(['n-6', 'n-7'])).json).toEqual({ added: 2, alreadyThere: 0 });
    expect((await serialsOf(batch.id)).map((one) => `${one.deviceNumber.split('-')[1]} ${one.serial}`)).toEqual([
      '001 n-1',
      '002 n-6',
      '003 n-3',
      '004 n-7',
    ]);
    const rooms = await Promise.all(['x', 'y', 'z'].map((serial) => add([`race-${serial}`])));
    expect(rooms.map(({ status }) => status)).toEqual([400, 400, 400]);
  });

  it('are listed page by page, and are nobody else’s', async () => {
    const first = DeviceBatchPage.parse((await manager.request('GET', `${ALL}?limit=2`)).json);
    const second = DeviceBatchPage.parse((await manager.request('GET', `${ALL}?limit=200&cursor=${first.nextCursor}`)).json);
    const numbers = [...first.items, ...second.items].map(({ number }) => number);
    expect(numbers).toEqual(numbers.toSorted((one, other) => other - one));
    expect(new Set(numbers).size).toBe(numbers.length);
    const seen = DeviceBatchPage.parse((await stranger.request('GET', ALL)).json).items;
    expect(seen.map(({ id }) => id)).toEqual([theirs.batchId]);
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['PUT', '/boot-token', { tokenSha256: 'ab'.repeat(32), replace: true }],
      ['POST', '/revoke', undefined],
      ['POST', '/serials', { serials: ['mine'] }],
      ['DELETE', `/serials/${ours.batchSerial}`, undefined],
    ] as const)
      expect(codeOf(await stranger.request(method, `${ALL}/${ours.batchId}${path}`, body)), path).toEqual([404, 'not-found']);
  });

  it('are bounded for each office', async () => {
    const size = { size: 1_000, serials: Array.from({ length: 1_000 }, (_, at) => `many-${at}`) };
    for (let at = 0; at < 4; at += 1) await batchWith(size.serials, size);
    made += 1;
    const fifth = await manager.request('POST', ALL, { ...size, name: `Batch ${made}`, lastsDays: 1 });
    expect(codeOf(fifth)).toEqual([409, 'too-many-batches']);
    expect((await manager.request('POST', ALL, { ...size, size: 1_001, name: 'too big', lastsDays: 1 })).status).toBe(400);
  });
});
