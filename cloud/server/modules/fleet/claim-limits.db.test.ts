import { randomUUID } from 'node:crypto';
import { FoundClaim } from '@concierge/contract/http/device-claims.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { claimingDevice } from '../../testing/claiming-device.ts';
import { deviceSide } from '../../testing/device-side.ts';
import { field, type Reply, type TestBrowser } from '../../testing/running-cloud.ts';
import { runTwoOffices, type TwoOffices } from '../../testing/two-offices.ts';

// What an address, an account and a code may be tried by, each by itself: the load balancer of these tests names another address for each of them.

let running: TwoOffices['running'];
let manager: TestBrowser;
let stranger: TestBrowser;

beforeAll(async () => {
  ({ running, manager, stranger } = await runTwoOffices({ TRUST_PROXY: '1' }));
});
afterAll(async () => running.stop());
beforeEach(async () => {
  await running.owner.query('delete from claim_try');
  await running.owner.query('delete from device_request');
});

const devicesFrom = (address: string) =>
  deviceSide(
    () => running,
    () => address,
  );
const codeOf = (reply: { status: number; json: unknown }) => [reply.status, field(reply.json, 'code')];
const lookUpFrom = (address: string, who: TestBrowser, userCode: string): Promise<Reply> =>
  who.request('POST', '/api/kiosk/claims/lookup', { userCode }, { 'x-forwarded-for': address });
const ofUnknownClaim = { signature: 'A'.repeat(86) };

describe('the polls', () => {
  it('of one claim have a limit, whatever is written behind it, and another claim has its own', async () => {
    const devices = devicesFrom('192.0.2.10');
    const [one, other] = [randomUUID(), randomUUID()];
    const statuses = new Set<number>();
    for (let time = 0; time < 90; time += 1)
      statuses.add(
        (await devices.send(`/api/kiosk/claims/${time % 2 === 0 ? one : one.toUpperCase()}/poll?x=${time}`, ofUnknownClaim)).status,
      );
    expect([...statuses]).toEqual([404]);
    expect(codeOf(await devices.send(`/api/kiosk/claims/${one}/poll?x=more`, ofUnknownClaim))).toEqual([429, 'too-many-requests']);
    expect((await devices.send(`/api/kiosk/claims/${other}/poll`, ofUnknownClaim)).status).toBe(404);
  });

  it.each([
    ['an address', () => '192.0.2.11', '192.0.2.12'],
    ['a line of IPv6', (time: number) => `2001:db8:0:1::${(time % 4_096).toString(16)}`, '2001:db8:0:2::1'],
  ])(
    'from %s have a limit, whichever claims they name, and from elsewhere one is heard',
    { timeout: 60_000 },
    async (_what, address, elsewhere) => {
      const ask = (from: string) => devicesFrom(from).send(`/api/kiosk/claims/${randomUUID()}/poll?x=${randomUUID()}`, ofUnknownClaim);
      const answered = { 404: 0, 429: 0 };
      for (let time = 0; time < 2_000; time += 20) {
        const replies = await Promise.all(Array.from({ length: 20 }, (_, at) => ask(address(time + at))));
        for (const { status } of replies) answered[status as 404 | 429] += 1;
      }
      expect(answered).toEqual({ 404: 1_800, 429: 200 });
      expect((await ask(elsewhere)).status).toBe(404);
    },
  );
});

describe('open requests', () => {
  /** As many more as if their devices had asked from where this one did. */
  async function asIfAlsoAsked(claimId: string, times: number): Promise<void> {
    await running.owner.query(
      `insert into device_request (id, code_hash, key_thumbprint, csr_pem, serial, agent_version, expires_at, asked_from)
       select gen_random_uuid(), sha256(convert_to('code ' || $1::text || n, 'UTF8')), sha256(convert_to('key ' || $1::text || n, 'UTF8')), csr_pem, serial, agent_version, expires_at, asked_from
       from device_request, generate_series(1, $2) n where id = $1::uuid`,
      [claimId, times],
    );
  }
  const ask = async (address: string) => devicesFrom(address).send('/api/kiosk/claims', (await claimingDevice()).request);

  it.each([
    ['an address', '192.0.2.20', '192.0.2.20', '192.0.2.21'],
    ['a line of IPv6', '2001:db8:0:3::1', '2001:db8:0:3:ffff::2', '2001:db8:0:4::1'],
  ])('of %s are two hundred at once, and from elsewhere one may ask', async (_what, address, again, elsewhere) => {
    const { claimId } = await devicesFrom(address).open(await claimingDevice());
    await asIfAlsoAsked(claimId, 198);
    expect((await ask(again)).status).toBe(201);
    expect(codeOf(await ask(again))).toEqual([503, 'unavailable']);
    expect((await ask(elsewhere)).status).toBe(201);
    // What has run out is open no longer.
    await running.owner.query('update device_request set expires_at = now() where id = $1', [claimId]);
    expect((await ask(again)).status).toBe(201);
  });

  it('of many addresses that ask as much as they may leave room for one that asks little', async () => {
    for (let address = 0; address < 51; address += 1) {
      const { claimId } = await devicesFrom(`198.51.100.${address}`).open(await claimingDevice());
      await asIfAlsoAsked(claimId, 199);
    }
    for (let time = 0; time < 5; time += 1) expect((await ask('192.0.2.30')).status).toBe(201);
    expect(codeOf(await ask('192.0.2.30'))).toEqual([503, 'unavailable']);
    expect((await ask('192.0.2.31')).status).toBe(201);
  });
});

describe('a wrong code', () => {
  const unknown = (index: number) => `BCDFGHJ${'BCDFGHJKLMNSTVXZ'[index]}`;

  it('can be tried five times by an account, from wherever it comes', async () => {
    for (let time = 0; time < 5; time += 1)
      expect(codeOf(await lookUpFrom(`192.0.2.${40 + time}`, manager, unknown(time)))).toEqual([404, 'claim-code-unknown']);
    const refused = await lookUpFrom('192.0.2.45', manager, unknown(5));
    expect(codeOf(refused)).toEqual([429, 'locked-out']);
    expect(field(refused.json, 'detail')).toBe('Μένουν 15 λεπτά.');
    await running.owner.query("update claim_try set since = since - interval '14 minutes 30 seconds'");
    expect(field((await lookUpFrom('192.0.2.45', manager, unknown(5))).json, 'detail')).toBe('Μένει ένα λεπτό.');
    // Another account at the address that was turned away is not concerned.
    expect(codeOf(await lookUpFrom('192.0.2.45', stranger, unknown(6)))).toEqual([404, 'claim-code-unknown']);
  });

  it('can be tried five times, by whomever and from wherever', async () => {
    for (let time = 0; time < 5; time += 1)
      expect(codeOf(await lookUpFrom(`192.0.2.${50 + time}`, time < 3 ? manager : stranger, unknown(7)))).toEqual([
        404,
        'claim-code-unknown',
      ]);
    expect(codeOf(await lookUpFrom('192.0.2.55', stranger, unknown(7)))).toEqual([429, 'locked-out']);
    expect(codeOf(await lookUpFrom('192.0.2.56', stranger, unknown(8)))).toEqual([404, 'claim-code-unknown']);
  });

  it('can be tried five times from a line of IPv6, whichever of its addresses are used', async () => {
    for (let time = 0; time < 5; time += 1)
      expect(codeOf(await lookUpFrom(`2001:db8:0:5::${time}`, time < 3 ? manager : stranger, unknown(time)))).toEqual([
        404,
        'claim-code-unknown',
      ]);
    expect(codeOf(await lookUpFrom('2001:db8:0:5:ffff::', stranger, unknown(9)))).toEqual([429, 'locked-out']);
  });
});

describe('a code', () => {
  it('is good for ten minutes', async () => {
    const { claimId, userCode, lastsSeconds } = await devicesFrom('192.0.2.60').open(await claimingDevice());
    expect(lastsSeconds).toBe(600);
    const later = (seconds: number) =>
      running.owner.query('update device_request set expires_at = created_at + make_interval(secs => 600 - $2) where id = $1', [
        claimId,
        seconds,
      ]);
    const { rows } = await running.owner.query<{ lasts: number }>(
      'select extract(epoch from expires_at - created_at)::int as lasts from device_request where id = $1',
      [claimId],
    );
    expect(rows).toEqual([{ lasts: 600 }]);
    await later(590);
    const found = FoundClaim.parse((await lookUpFrom('192.0.2.60', manager, userCode)).json);
    expect(Date.parse(found.expiresAt) - Date.now()).toBeLessThan(10_000);
    await later(600);
    expect(codeOf(await lookUpFrom('192.0.2.60', manager, userCode))).toEqual([404, 'claim-code-unknown']);
  });
});
