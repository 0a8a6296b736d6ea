import { createHash, randomBytes } from 'node:crypto';
import {
  bootTokenOf,
  DeviceBatch,
  DeviceBatchPage,
  ExpectedDeviceDetail,
  ExpectedDevicePage,
  LabelTarget,
  PreauthorisationPage,
} from '@concierge/contract/http/device-batches.ts';
import { ClaimRequestReply, type WordPair } from '@concierge/contract/http/device-claims.ts';
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
let address = 0;

beforeAll(async () => {
  ({ running, ours, theirs, manager, stranger } = await runTwoOffices({ TRUST_PROXY: '1' }));
});
afterAll(async () => running.stop());
beforeEach(async () => {
  address += 1;
  await running.owner.query('delete from claim_try');
});

const devices = deviceSide(
  () => running,
  () => `192.0.2.${address}`,
);
const starts = async (device: ClaimingDevice, bootToken: string) =>
  ClaimRequestReply.parse((await devices.send('/api/kiosk/claims', { ...device.request, bootToken })).json);
const hears = async (device: ClaimingDevice, claimId: string) => (await devices.poll(claimId, device)).state;

/** A batch whose devices each wait for a building, with the token of its cards. */
async function aBatch(serials: readonly string[], more: object = {}): Promise<{ batch: DeviceBatch; token: string }> {
  made += 1;
  const body = { name: `Box ${made}`, size: 10, serials, buildingId: null, lastsDays: 30, ...more };
  const created = await manager.request('POST', ALL, body);
  expect(created.status, created.text).toBe(201);
  const batch = DeviceBatch.parse(created.json);
  const token = bootTokenOf(batch.id, randomBytes(32).toString('base64url'));
  const tokenSha256 = createHash('sha256').update(token).digest('hex');
  expect((await manager.request('PUT', `${ALL}/${batch.id}/boot-token`, { tokenSha256, replace: false })).status).toBe(200);
  return { batch, token };
}
const serialName = () => randomBytes(8).toString('hex');
const codeOf = (reply: Reply) => [reply.status, field(reply.json, 'code')];
const expectedNow = async (query = '', who = manager) =>
  ExpectedDevicePage.parse((await who.request('GET', `/api/kiosk/expected-devices?${query}`)).json);
const closely = async (batchId: string, serial: string) =>
  ExpectedDeviceDetail.parse((await manager.request('GET', `${ALL}/${batchId}/serials/${serial}`)).json);
const place = (batchId: string, serial: string, words?: WordPair) =>
  manager.request('PUT', `${ALL}/${batchId}/serials/${serial}/place`, {
    buildingId: ours.buildingId,
    name: 'Είσοδος',
    placement: null,
    ...(words === undefined ? {} : { words }),
  });
const label = async (number: string, mark?: string, who = manager) =>
  who.request('GET', `/api/kiosk/labels/${number}${mark === undefined ? '' : `?batch=${mark}`}`);

describe('what is expected of batches', () => {
  it('is told across them, those that wait apart from those that are to come, page by page, and to nobody else', async () => {
    const first = await aBatch([serialName(), serialName()]);
    const serials = Array.from({ length: 5 }, serialName);
    const second = await aBatch(serials);
    const before = await expectedNow();
    for (const serial of serials.slice(0, 3)) await starts(await claimingDevice(serial), second.token);
    const waiting = await expectedNow('limit=2');
    expect(waiting).toMatchObject({ waiting: before.waiting + 3, open: before.open - 3 });
    expect(waiting.items.map(({ serial, state, batch }) => [serial, state, batch.name])).toEqual(
      serials.slice(0, 2).map((serial) => [serial, 'waiting', second.batch.name]),
    );
    const rest = await expectedNow(`limit=2&cursor=${waiting.nextCursor}`);
    expect(rest.items[0]?.serial).toBe(serials[2]);
    const open = await expectedNow('state=open&limit=200');
    expect(open.items.filter(({ batch }) => batch.id === first.batch.id)).toHaveLength(2);
    expect(open.items.filter(({ batch }) => batch.id === second.batch.id)).toHaveLength(2);
    expect((await stranger.request('GET', `${ALL}/${second.batch.id}/serials/${serials[0]}`)).status).toBe(404);
    expect((await expectedNow('limit=200', stranger)).items).toEqual([]);
    expect((await manager.request('GET', '/api/kiosk/expected-devices?cursor=x')).status).toBe(400);
  });

  it('is gone from the list with its batch', async () => {
    const serial = serialName();
    const { batch, token } = await aBatch([serial]);
    await starts(await claimingDevice(serial), token);
    expect((await expectedNow('limit=200')).items.some((one) => one.serial === serial)).toBe(true);
    await manager.request('POST', `${ALL}/${batch.id}/revoke`);
    expect((await expectedNow('limit=200')).items.some((one) => one.serial === serial)).toBe(false);
  });

  it('can be read by one state of a batch', async () => {
    const serials = Array.from({ length: 4 }, serialName);
    const { batch, token } = await aBatch(serials);
    await starts(await claimingDevice(serials[1] ?? ''), token);
    const of = async (state: string) =>
      PreauthorisationPage.parse((await manager.request('GET', `${ALL}/${batch.id}/serials?state=${state}`)).json).items.map(
        (one) => one.serial,
      );
    expect(await of('waiting')).toEqual([serials[1]]);
    expect(await of('open')).toEqual([serials[0], serials[2], serials[3]]);
    expect((await place(batch.id, serials[1] ?? '')).status).toBe(200);
    expect([await of('waiting'), await of('claimed')]).toEqual([[], [serials[1]]]);
  });
});

describe('the words of a device that waits', () => {
  it('are among three to choose from, always the same ones, and the right ones claim it', async () => {
    const serial = serialName();
    const { batch, token } = await aBatch([serial]);
    expect((await closely(batch.id, serial)).wordPairs).toBeNull();
    const device = await claimingDevice(serial);
    const { claimId } = await starts(device, token);
    const seen = await closely(batch.id, serial);
    expect(seen.wordPairs).toHaveLength(3);
    expect((await closely(batch.id, serial)).wordPairs).toEqual(seen.wordPairs);
    const right = seen.wordPairs?.find((pair) => pair.el === seen.words?.el);
    expect((await place(batch.id, serial, right)).status).toBe(200);
    expect(await hears(device, claimId)).toBe('confirmed');
    expect((await closely(batch.id, serial)).state).toBe('claimed');
  });

  it('that are wrong put the machine aside, are remembered, and leave the serial to the right one', async () => {
    const serial = serialName();
    const { batch, token } = await aBatch([serial]);
    const forger = await claimingDevice(serial);
    const request = await starts(forger, token);
    const honest = await claimingDevice(serial);
    await starts(honest, token);
    const seen = await closely(batch.id, serial);
    const wrong = seen.wordPairs?.find((pair) => pair.el !== seen.words?.el);
    expect(codeOf(await place(batch.id, serial, wrong))).toEqual([409, 'claim-words-wrong']);
    expect(await closely(batch.id, serial)).toMatchObject({ state: 'open', words: null, buildingId: null });
    expect(await hears(forger, request.claimId)).toBe('waiting');
    const { rows } = await running.owner.query<{ action: string }>(
      `select action from audit_event where tenant_id = $1 and subject_id = $2 and action = 'device-batch.serial-turned-down'`,
      [ours.tenantId, batch.id],
    );
    expect(rows).toHaveLength(1);
    const again = await starts(honest, token);
    const { words } = await closely(batch.id, serial);
    expect((await place(batch.id, serial, words ?? undefined)).status).toBe(200);
    expect(await hears(honest, again.claimId)).toBe('confirmed');
    expect(await hears(forger, request.claimId)).not.toBe('confirmed');
  });

  it('are the same for two who place it at once: one device comes of it', async () => {
    const serial = serialName();
    const { batch, token } = await aBatch([serial]);
    await starts(await claimingDevice(serial), token);
    const { words } = await closely(batch.id, serial);
    const replies = await Promise.all(Array.from({ length: 4 }, () => place(batch.id, serial, words ?? undefined)));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const { rows } = await running.owner.query<{ count: number }>(
      'select count(*)::int as count from device where tenant_id = $1 and serial = $2',
      [ours.tenantId, serial],
    );
    expect(rows[0]?.count).toBe(1);
  });
});

describe('a revoked batch', () => {
  const reopen = (who: TestBrowser, batchId: string) => who.request('POST', `${ALL}/${batchId}/reopen`);

  it('stands again when it is undone in time, with the cards that were written', async () => {
    const serial = serialName();
    const { batch, token } = await aBatch([serial], { buildingId: ours.buildingId });
    const revoked = DeviceBatch.parse((await manager.request('POST', `${ALL}/${batch.id}/revoke`)).json);
    expect(revoked).toMatchObject({ state: 'revoked', bootTokenAt: null, serials: { open: 0, ended: 1 } });
    expect(Date.parse(revoked.reopenableUntil ?? '') - Date.now()).toBeGreaterThan(800_000);
    const early = await claimingDevice(serial);
    expect(await hears(early, (await starts(early, token)).claimId)).toBe('waiting');
    expect((await reopen(stranger, batch.id)).status).toBe(404);
    expect(DeviceBatch.parse((await reopen(manager, batch.id)).json)).toMatchObject({
      state: 'open',
      reopenableUntil: null,
      serials: { open: 1 },
    });
    expect((await reopen(manager, batch.id)).status).toBe(200);
    const device = await claimingDevice(serial);
    expect(await hears(device, (await starts(device, token)).claimId)).toBe('confirmed');
    const { rows } = await running.owner.query<{ action: string }>(
      `select action from audit_event where tenant_id = $1 and subject_id = $2 and action in ('device-batch.revoked', 'device-batch.reopened') order by at`,
      [ours.tenantId, batch.id],
    );
    expect(rows.map(({ action }) => action)).toEqual(['device-batch.revoked', 'device-batch.reopened']);
  });

  it('stays revoked after a quarter of an hour, and so does one whose time is over', async () => {
    const { batch } = await aBatch([serialName()]);
    await manager.request('POST', `${ALL}/${batch.id}/revoke`);
    await running.owner.query(`update device_batch set revoked_at = now() - interval '16 minutes' where id = $1`, [batch.id]);
    expect(codeOf(await reopen(manager, batch.id))).toEqual([409, 'batch-not-reopened']);
    await running.owner.query(`update device_batch set revoked_at = now(), expires_at = now() where id = $1`, [batch.id]);
    expect(codeOf(await reopen(manager, batch.id))).toEqual([409, 'batch-not-reopened']);
  });
});

it('says when the labels of a batch were drawn', async () => {
  const { batch } = await aBatch([]);
  expect(batch.labelsAt).toBeNull();
  expect((await stranger.request('POST', `${ALL}/${batch.id}/labels`)).status).toBe(404);
  expect((await manager.request('POST', `${ALL}/${batch.id}/labels`)).status).toBe(200);
  const [listed] = DeviceBatchPage.parse((await manager.request('GET', ALL)).json).items;
  expect(listed).toMatchObject({ id: batch.id, labelsAt: expect.any(String) });
});

describe('a label', () => {
  it('leads to what its device is: to come, waiting, a screen, revoked, or nothing yet', async () => {
    const serial = serialName();
    const { batch, token } = await aBatch([serial]);
    const number = `${batch.number}-001`;
    const mark = batch.id.slice(-8);
    const target = async (called = number) => LabelTarget.parse((await label(called, mark)).json);
    expect(await target()).toMatchObject({ state: 'open', serial, deviceId: null, batch: { name: batch.name } });
    expect(await target(`${batch.number}-002`)).toMatchObject({ state: 'unlisted', serial: null });
    await starts(await claimingDevice(serial), token);
    expect(await target()).toMatchObject({ state: 'waiting' });
    await place(batch.id, serial);
    const claimed = await target();
    expect(claimed).toMatchObject({ state: 'claimed', deviceId: expect.any(String) });
    expect((await manager.request('GET', `/api/kiosk/devices/${claimed.deviceId}`)).status).toBe(200);
    await manager.request('POST', `/api/kiosk/devices/${claimed.deviceId}/revoke`);
    expect(await target()).toMatchObject({ state: 'revoked', deviceId: null });
    await manager.request('POST', `${ALL}/${batch.id}/revoke`);
    expect(await target(`${batch.number}-002`)).toMatchObject({ state: 'ended' });
  });

  it('of another office’s batch with the same number leads nowhere, and of no device neither', async () => {
    // Both offices have a batch 1; each label says whose it is.
    expect((await label('1-001', ours.batchId.slice(-8))).status).toBe(200);
    expect((await label('1-001', theirs.batchId.slice(-8))).status).toBe(404);
    expect((await label('1-001', theirs.batchId.slice(-8), stranger)).status).toBe(200);
    for (const number of ['1-011', '1-000', '99-001']) expect((await label(number)).status, number).toBe(404);
    for (const number of ['1-1', '0-001', 'x', '1-001;', '1-00001'])
      expect((await label(encodeURIComponent(number))).status, number).toBe(400);
  });
});
