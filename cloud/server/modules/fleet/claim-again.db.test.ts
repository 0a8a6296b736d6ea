import { randomUUID } from 'node:crypto';
import { wordPairOf } from '@concierge/contract/word-pairs.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ClaimingDevice, claimingDevice } from '../../testing/claiming-device.ts';
import { deviceSide } from '../../testing/device-side.ts';
import { field, type Reply, TestBrowser } from '../../testing/running-cloud.ts';
import { runTwoOffices, type TwoOffices } from '../../testing/two-offices.ts';

// A claim that is asked after again: by a person whose page was loaded anew, and by a device that did not hear its answer.

let running: TwoOffices['running'];
let ours: TwoOffices['ours'];
let manager: TestBrowser;
let stranger: TestBrowser;
let address = 0;

beforeAll(async () => {
  ({ running, ours, manager, stranger } = await runTwoOffices({ TRUST_PROXY: '1' }));
});
afterAll(async () => running.stop());
// Each test is an address of its own: what one address may ask in a minute is limited.
beforeEach(async () => {
  address += 1;
  await running.owner.query('delete from claim_try');
});

const { open, poll } = deviceSide(
  () => running,
  () => `192.0.2.${address}`,
);
const lookup = (who: TestBrowser, userCode: string): Promise<Reply> =>
  who.request('POST', '/api/kiosk/claims/lookup', { userCode }, { 'x-forwarded-for': `192.0.2.${address}` });
const codeOf = (reply: Reply) => [reply.status, field(reply.json, 'code')];

/** Another manager of our office. */
async function aColleague(): Promise<TestBrowser> {
  const email = `colleague-${randomUUID()}@example.test`;
  await running.owner.query(
    `insert into user_account (tenant_id, id, email, full_name, password_hash, office_role)
     select tenant_id, $1, $2, 'Συνάδελφος', password_hash, office_role from user_account where id = $3`,
    [randomUUID(), email, ours.manager.id],
  );
  const browser = new TestBrowser(running.cloud.url);
  expect((await browser.logIn({ email, password: ours.manager.password })).status).toBe(200);
  return browser;
}
async function confirmedDevice(device: ClaimingDevice, claim: { claimId: string; userCode: string }): Promise<string> {
  expect((await lookup(manager, claim.userCode)).status).toBe(200);
  const body = { words: wordPairOf(device.keyThumbprint), buildingId: ours.buildingId, name: 'Είσοδος', placement: null };
  const reply = await manager.request('POST', `/api/kiosk/claims/${claim.claimId}/confirm`, body);
  expect(reply.status, reply.text).toBe(201);
  return field(reply.json, 'id');
}

describe('a code', () => {
  it('is looked up by five people at most, each as often as they load the page', async () => {
    const { userCode, claimId } = await open(await claimingDevice());
    for (let time = 0; time < 7; time += 1) expect((await lookup(manager, userCode)).status).toBe(200);
    for (let person = 1; person < 5; person += 1) expect((await lookup(await aColleague(), userCode)).status).toBe(200);
    expect((await lookup(manager, userCode)).status).toBe(200);
    expect(codeOf(await lookup(await aColleague(), userCode))).toEqual([404, 'claim-code-unknown']);
    expect(codeOf(await lookup(manager, userCode))).toEqual([404, 'claim-code-unknown']);
    const { rows } = await running.owner.query('select from device_request where id = $1 and ended_at is not null', [claimId]);
    expect(rows).toHaveLength(1);
  });

  it('that the office has confirmed is answered with its screen until it runs out, and is no wrong try', async () => {
    const device = await claimingDevice();
    const claim = await open(device);
    const deviceId = await confirmedDevice(device, claim);
    for (let time = 0; time < 7; time += 1) expect((await lookup(manager, claim.userCode)).json).toEqual({ state: 'confirmed', deviceId });
    expect((await lookup(await aColleague(), claim.userCode)).json).toEqual({ state: 'confirmed', deviceId });
    expect((await running.owner.query('select from claim_try where count > 0')).rows).toEqual([]);
    expect(codeOf(await lookup(stranger, claim.userCode))).toEqual([404, 'claim-code-unknown']);
    await running.owner.query('update device_request set expires_at = now() where id = $1', [claim.claimId]);
    expect(codeOf(await lookup(manager, claim.userCode))).toEqual([404, 'claim-code-unknown']);
  });

  it('whose screen is gone again is known no more', async () => {
    const device = await claimingDevice();
    const claim = await open(device);
    const deviceId = await confirmedDevice(device, claim);
    expect((await manager.request('POST', `/api/kiosk/devices/${deviceId}/revoke`)).status).toBe(204);
    expect(codeOf(await lookup(manager, claim.userCode))).toEqual([404, 'claim-code-unknown']);
  });
});

describe('a device that asks again because it did not hear its answer', () => {
  const answers = async (device: ClaimingDevice) => (await poll((await open(device)).claimId, device)).state;

  it('is answered twenty times in all, and then waits for a person like any other', async () => {
    const device = await claimingDevice();
    await confirmedDevice(device, await open(device));
    for (let time = 1; time < 20; time += 1) expect(await answers(device), `answer ${time + 1}`).toBe('confirmed');
    expect(await answers(device)).toBe('waiting');
    // Another key has twenty of its own.
    const other = await claimingDevice();
    await confirmedDevice(other, await open(other));
    expect(await answers(other)).toBe('confirmed');
  });

  it('is not answered once it was told to leave: what it asks for is another beginning', async () => {
    const device = await claimingDevice();
    const deviceId = await confirmedDevice(device, await open(device));
    expect(await answers(device)).toBe('confirmed');
    expect((await manager.request('DELETE', `/api/kiosk/devices/${deviceId}`)).status).toBe(204);
    expect(await answers(device)).toBe('waiting');
  });
});
