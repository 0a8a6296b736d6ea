import { X509Certificate } from 'node:crypto';
import { FoundClaim } from '@concierge/contract/http/device-claims.ts';
import { type ClaimReply, RenewalReply } from '@concierge/contract/http/devices.ts';
import { wordPairOf } from '@concierge/contract/word-pairs.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClaimingDevice, claimingDevice } from '../../testing/claiming-device.ts';
import { deviceSide } from '../../testing/device-side.ts';
import { field } from '../../testing/running-cloud.ts';
import { runTwoOffices, type TwoOffices } from '../../testing/two-offices.ts';

// A request for a certificate says nothing of when it was written: whoever recorded one can send it for ever.

let running: TwoOffices['running'];
let ours: TwoOffices['ours'];
let manager: TwoOffices['manager'];

beforeAll(async () => {
  ({ running, ours, manager } = await runTwoOffices());
});
afterAll(async () => running.stop());

const { open, poll, send } = deviceSide(() => running);

async function claimedScreen(): Promise<{ device: ClaimingDevice; claim: ClaimReply }> {
  const device = await claimingDevice();
  const { claimId, userCode } = await open(device);
  FoundClaim.parse((await manager.request('POST', '/api/kiosk/claims/lookup', { userCode })).json);
  const body = { words: wordPairOf(device.keyThumbprint), buildingId: ours.buildingId, name: 'Είσοδος', placement: null };
  expect((await manager.request('POST', `/api/kiosk/claims/${claimId}/confirm`, body)).status).toBe(201);
  const answer = await poll(claimId, device);
  if (answer.state !== 'confirmed') throw new Error(answer.state);
  return { device, claim: answer.claim };
}
/** All of the device's certificates become that much older. */
const passes = (deviceId: string, interval: string) =>
  running.owner.query('update device_certificate set issued_at = issued_at - $2::interval where device_id = $1', [deviceId, interval]);
const certificatesOf = async (deviceId: string) =>
  (await running.owner.query('select from device_certificate where device_id = $1', [deviceId])).rows.length;
async function renewed(deviceId: string, csrPem: string): Promise<string> {
  const reply = await send('/api/kiosk/certificates', { deviceId, csrPem });
  expect(reply.status).toBe(201);
  return RenewalReply.parse(reply.json).certificatePem;
}

describe('a renewal', () => {
  it('whose answer was lost to a power cut is answered again, with the same certificate', async () => {
    const { device, claim } = await claimedScreen();
    expect(await renewed(claim.deviceId, device.csrPem)).toBe(claim.certificatePem);
    await passes(claim.deviceId, '60 days');
    const first = await renewed(claim.deviceId, device.csrPem);
    expect(first).not.toBe(claim.certificatePem);
    expect(await renewed(claim.deviceId, device.csrPem)).toBe(first);
    expect(await certificatesOf(claim.deviceId)).toBe(2);
  });

  it('that somebody recorded and sends each hour keeps the device from nothing, and makes one certificate a day', async () => {
    const { device, claim } = await claimedScreen();
    await passes(claim.deviceId, '60 days');
    const replayed = new Set<string>();
    for (let hour = 0; hour < 23; hour += 1) {
      replayed.add(await renewed(claim.deviceId, device.csrPem));
      await passes(claim.deviceId, '61 minutes');
    }
    expect(replayed.size).toBe(1);
    expect(await certificatesOf(claim.deviceId)).toBe(2);
    // Just before the recorded request comes again the device asks, and has what it can go on with.
    const certificate = new X509Certificate(await renewed(claim.deviceId, device.csrPem));
    expect(certificate.subject).toBe(`CN=${claim.deviceId}`);
    expect(Date.parse(certificate.validTo) - Date.now()).toBeGreaterThan(88 * 86_400_000);
    await passes(claim.deviceId, '1 day');
    expect(replayed).not.toContain(await renewed(claim.deviceId, device.csrPem));
    expect(await certificatesOf(claim.deviceId)).toBe(3);
  });

  it('of before certificates were kept is answered with a new one', async () => {
    const { device, claim } = await claimedScreen();
    await running.owner.query('update device_certificate set certificate_pem = null where device_id = $1', [claim.deviceId]);
    const first = await renewed(claim.deviceId, device.csrPem);
    expect(first).not.toBe(claim.certificatePem);
    expect(await renewed(claim.deviceId, device.csrPem)).toBe(first);
  });

  it('of a screen that was told to leave is answered too: without it, it would never hear that it is to go', async () => {
    const { device, claim } = await claimedScreen();
    expect((await manager.request('DELETE', `/api/kiosk/devices/${claim.deviceId}`)).status).toBe(204);
    await passes(claim.deviceId, '89 days');
    expect(await renewed(claim.deviceId, device.csrPem)).not.toBe(claim.certificatePem);
    expect(await certificatesOf(claim.deviceId)).toBe(2);
  });

  it('for another key is refused, also while there is a certificate to be had', async () => {
    const { claim } = await claimedScreen();
    const stranger = await claimingDevice();
    const reply = await send('/api/kiosk/certificates', { deviceId: claim.deviceId, csrPem: stranger.csrPem });
    expect([reply.status, field(reply.json, 'code')]).toEqual([403, 'claim-refused']);
  });
});
