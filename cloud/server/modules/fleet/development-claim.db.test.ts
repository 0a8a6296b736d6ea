import { ClaimReply } from '@concierge/contract/http/devices.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimingDevice } from '../../testing/claiming-device.ts';
import { type PlantedTenant, plantTenant } from '../../testing/planted-tenant.ts';
import { type RunningCloud, runCloud } from '../../testing/running-cloud.ts';

let running: RunningCloud;
let ours: PlantedTenant;

beforeAll(async () => {
  running = await runCloud();
  ours = await plantTenant(running.owner, 'ours');
});
afterAll(async () => running.stop());

async function aToken(): Promise<string> {
  const claims = running.cloud.fleet.developmentClaims;
  if (claims === null) throw new Error('the cloud takes no development claims');
  return claims.issueToken(ours.tenantId, ours.buildingId, 'Demo screen');
}
async function redeem(token: string, csrPem: string): Promise<{ status: number; claim: ClaimReply | null }> {
  const reply = await fetch(new URL('/api/kiosk/claims/development', running.cloud.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, csrPem, serial: 'SERIAL-1' }),
  });
  return { status: reply.status, claim: reply.status === 201 ? ClaimReply.parse(await reply.json()) : null };
}
const devices = async (): Promise<number> =>
  (await running.owner.query<{ count: number }>('select count(*)::int as count from device')).rows[0]?.count ?? 0;

/** The same request, with one bit of its signature the other way. */
function withAnotherSignature(csrPem: string): string {
  const der = Buffer.from(csrPem.replaceAll(/-----[A-Z ]+-----|\s/g, ''), 'base64');
  der.writeUInt8(der.readUInt8(der.length - 1) ^ 1, der.length - 1);
  return `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;
}

describe('the development claim', () => {
  it('that is answered twice, because the first answer was lost, is of the same device', async () => {
    const token = await aToken();
    const { csrPem } = await claimingDevice('SERIAL-1');
    const before = await devices();
    const first = await redeem(token, csrPem);
    const second = await redeem(token, csrPem);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.claim?.deviceId).toBe(first.claim?.deviceId);
    expect(second.claim).toMatchObject({ buildingId: ours.buildingId });
    expect(await devices()).toBe(before + 1);
    // A revocation has to name both.
    const certificates = await running.owner.query('select from device_certificate where device_id = $1', [first.claim?.deviceId]);
    expect(certificates.rowCount).toBe(2);
  });

  it('that comes many times at once makes one device', async () => {
    const token = await aToken();
    const { csrPem } = await claimingDevice('SERIAL-1');
    const before = await devices();
    const replies = await Promise.all(Array.from({ length: 6 }, () => redeem(token, csrPem)));
    expect(new Set(replies.map(({ claim }) => claim?.deviceId)).size).toBe(1);
    expect(await devices()).toBe(before + 1);
  });

  it('is good for one key, also of two that come at once', async () => {
    const token = await aToken();
    const [one, other] = await Promise.all([claimingDevice('SERIAL-1'), claimingDevice('SERIAL-1')]);
    const replies = await Promise.all([redeem(token, one.csrPem), redeem(token, other.csrPem)]);
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([201, 403]));
  });

  it('is not answered for ever, nor after the device was revoked', async () => {
    const again = (token: string, csrPem: string) => running.cloud.fleet.developmentClaims?.redeem({ token, csrPem, serial: 'SERIAL-1' });
    const token = await aToken();
    const { csrPem } = await claimingDevice('SERIAL-1');
    for (let times = 0; times < 20; times += 1) expect(await again(token, csrPem)).toMatchObject({ ok: true });
    expect(await again(token, csrPem)).toMatchObject({ ok: false, error: { code: 'claim-refused' } });

    const another = await aToken();
    const key = await claimingDevice('SERIAL-2');
    expect(await again(another, key.csrPem)).toMatchObject({ ok: true });
    await running.owner.query('update device set revoked_at = now()');
    expect(await again(another, key.csrPem)).toMatchObject({ ok: false, error: { code: 'claim-refused' } });
  });

  it('refuses a token that is wrong or too old, and a request that proves no key', async () => {
    const token = await aToken();
    const { csrPem } = await claimingDevice('SERIAL-1');
    expect((await redeem(`${token}x`, csrPem)).status).toBe(403);
    expect((await redeem(token, withAnotherSignature(csrPem))).status).toBe(403);
    await running.owner.query('update development_claim set expires_at = now()');
    expect((await redeem(token, csrPem)).status).toBe(403);
  });
});
