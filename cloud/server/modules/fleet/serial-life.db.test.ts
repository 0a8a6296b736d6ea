import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { bootTokenOf, DeviceBatch, LabelTarget, PreauthorisationPage } from '@concierge/contract/http/device-batches.ts';
import { ClaimRequestReply } from '@concierge/contract/http/device-claims.ts';
import type { ClaimReply } from '@concierge/contract/http/devices.ts';
import type { DeviceEvent } from '@concierge/contract/mqtt/event.ts';
import { topicOf } from '@concierge/contract/topics.ts';
import { wordPairOf } from '@concierge/contract/word-pairs.ts';
import mqtt from 'mqtt';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ClaimingDevice, claimingDevice } from '../../testing/claiming-device.ts';
import { deviceSide } from '../../testing/device-side.ts';
import { field, type Reply } from '../../testing/running-cloud.ts';
import { runTwoOffices, type TwoOffices } from '../../testing/two-offices.ts';

// What a serial of a batch is after its machine has become a screen: moved, revoked, or gone by itself.

const ALL = '/api/kiosk/device-batches';

let running: TwoOffices['running'];
let ours: TwoOffices['ours'];
let manager: TwoOffices['manager'];
let batch: DeviceBatch;
let token: string;
let device: ClaimingDevice;
let claim: ClaimReply;

beforeAll(async () => {
  ({ running, ours, manager } = await runTwoOffices());
});
afterAll(async () => running.stop());
beforeEach(async () => {
  const serials = [randomBytes(8).toString('hex')];
  const body = { name: randomUUID().slice(0, 30), size: 1, serials, buildingId: ours.buildingId, lastsDays: 30 };
  batch = DeviceBatch.parse((await manager.request('POST', ALL, body)).json);
  token = bootTokenOf(batch.id, randomBytes(32).toString('base64url'));
  const tokenSha256 = createHash('sha256').update(token).digest('hex');
  expect((await manager.request('PUT', `${ALL}/${batch.id}/boot-token`, { tokenSha256, replace: false })).status).toBe(200);
  device = await claimingDevice(serials[0]);
  claim = await comes();
});

const devices = deviceSide(() => running);
/** The machine starts from its card, and is claimed by that. */
async function comes(): Promise<ClaimReply> {
  const { claimId } = ClaimRequestReply.parse((await devices.send('/api/kiosk/claims', { ...device.request, bootToken: token })).json);
  const answer = await devices.poll(claimId, device);
  if (answer.state !== 'confirmed') throw new Error(answer.state);
  return answer.claim;
}
async function buildingElsewhere(): Promise<string> {
  const body = {
    name: { el: 'Άλλη', en: null },
    addressLine: { el: 'Άλλη οδός 2', en: null },
    city: { el: 'Αθήνα', en: null },
    postalCode: '11111',
  };
  return field((await manager.request('POST', '/api/buildings', body)).json, 'id');
}
const place = (buildingId: string): Promise<Reply> =>
  manager.request('PUT', `${ALL}/${batch.id}/serials/${device.request.serial}/place`, { name: 'Είσοδος', placement: null, buildingId });
const codeOf = (reply: Reply) => [reply.status, field(reply.json, 'code')];
const sayWiped = async () => {
  const said: DeviceEvent = {
    id: randomUUID(),
    event: 'decommissioned',
    detail: null,
    agentVersion: '0.1.0',
    at: new Date().toISOString(),
  };
  const client = await mqtt.connectAsync(running.cloud.brokerUrl, {
    clientId: claim.deviceId,
    key: device.keyPem,
    cert: claim.certificatePem,
    ca: claim.authorityPem,
    protocolVersion: 4,
    reconnectPeriod: 0,
  });
  // The broker shows it the door, which is how it hears that it was understood.
  client.on('error', () => undefined);
  client.publish(topicOf('event', claim.deviceId), JSON.stringify(said), { qos: 1 });
  await new Promise<void>((resolve) => client.once('close', () => resolve()));
};

async function listedAs(state: string, counted: object): Promise<void> {
  const page = async (query: string) =>
    PreauthorisationPage.parse((await manager.request('GET', `${ALL}/${batch.id}/serials${query}`)).json).items;
  expect(await page('')).toMatchObject([{ state, device: { id: claim.deviceId, online: false } }]);
  expect(await page(`?state=${state}`)).toHaveLength(1);
  expect(await page(`?state=${state === 'left' ? 'revoked' : 'left'}`)).toHaveLength(0);
  const found = DeviceBatch.parse((await manager.request('GET', `${ALL}/${batch.id}`)).json);
  expect(found.serials).toEqual({ open: 0, waiting: 0, claimed: 0, revoked: 0, left: 0, ended: 0, ...counted });
  const label = await manager.request('GET', `/api/kiosk/labels/${batch.number}-001`);
  expect(LabelTarget.parse(label.json)).toMatchObject({ state, deviceId: null });
}

describe('the serial of a screen', () => {
  it('that was revoked says so, also of one that was told to leave and did not say that it did', async () => {
    expect((await manager.request('DELETE', `/api/kiosk/devices/${claim.deviceId}`)).status).toBe(204);
    expect((await manager.request('POST', `/api/kiosk/devices/${claim.deviceId}/revoke`)).status).toBe(204);
    await listedAs('revoked', { revoked: 1 });
  });

  it('that was decommissioned and has wiped itself says that it left, and not that it was revoked', async () => {
    expect((await manager.request('DELETE', `/api/kiosk/devices/${claim.deviceId}`)).status).toBe(204);
    await sayWiped();
    await listedAs('left', { left: 1 });
    // Its card is spent, as a revoked one's is: it waits for a person.
    await expect(comes()).rejects.toThrow('waiting');
  });

  it('that lost what it knew and was claimed anew by its code says that it left', async () => {
    await running.owner.query('delete from device_request');
    const again = await devices.open(device);
    expect((await manager.request('POST', '/api/kiosk/claims/lookup', { userCode: again.userCode })).status).toBe(200);
    const body = { words: wordPairOf(device.keyThumbprint), buildingId: ours.buildingId, name: 'Είσοδος', placement: null };
    expect((await manager.request('POST', `/api/kiosk/claims/${again.claimId}/confirm`, body)).status).toBe(201);
    await listedAs('left', { left: 1 });
  });

  it('is placed where the screen hangs, and not where it hung: the same again is done, another place is refused', async () => {
    expect((await place(ours.buildingId)).status).toBe(200);
    const elsewhere = await buildingElsewhere();
    expect(codeOf(await place(elsewhere))).toEqual([409, 'claim-taken']);
    const version = Number(JSON.parse((await manager.request('GET', `/api/kiosk/devices/${claim.deviceId}`)).text).version);
    const moved = await manager.request('POST', `/api/kiosk/devices/${claim.deviceId}/move`, { buildingId: elsewhere, version });
    expect(moved.status).toBe(204);
    expect((await place(elsewhere)).status).toBe(200);
    expect(codeOf(await place(ours.buildingId))).toEqual([409, 'claim-taken']);
  });

  it('is placed nowhere once the screen is gone', async () => {
    expect((await manager.request('POST', `/api/kiosk/devices/${claim.deviceId}/revoke`)).status).toBe(204);
    expect(codeOf(await place(ours.buildingId))).toEqual([410, 'device-gone']);
  });
});
