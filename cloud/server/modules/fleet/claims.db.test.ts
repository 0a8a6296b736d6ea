import { createHash, createPrivateKey, createPublicKey, randomUUID, X509Certificate } from 'node:crypto';
import { FoundClaim, spacedUserCode } from '@concierge/contract/http/device-claims.ts';
import { Device } from '@concierge/contract/http/devices.ts';
import { DevicePage } from '@concierge/contract/http/fleet.ts';
import { wordPairOf } from '@concierge/contract/word-pairs.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ClaimingDevice, claimingDevice } from '../../testing/claiming-device.ts';
import { deviceSide } from '../../testing/device-side.ts';
import { type PlantedTenant, plantTenant } from '../../testing/planted-tenant.ts';
import { field, type Reply, type RunningCloud, runCloud, TestBrowser } from '../../testing/running-cloud.ts';

let running: RunningCloud;
let ours: PlantedTenant;
let theirs: PlantedTenant;
let manager: TestBrowser;
let stranger: TestBrowser;

beforeAll(async () => {
  running = await runCloud();
  ours = await plantTenant(running.owner, 'ours');
  theirs = await plantTenant(running.owner, 'theirs');
  manager = await signedIn(ours);
  stranger = await signedIn(theirs);
});
afterAll(async () => running.stop());
beforeEach(async () => {
  await running.owner.query('delete from claim_try');
});

async function signedIn(tenant: PlantedTenant, who: 'manager' | 'resident' = 'manager'): Promise<TestBrowser> {
  const browser = new TestBrowser(running.cloud.url);
  expect((await browser.logIn(tenant[who])).status).toBe(200);
  return browser;
}

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

async function anotherBuilding(): Promise<string> {
  const body = {
    name: { el: 'Άλλη', en: null },
    addressLine: { el: 'Άλλη οδός 2', en: null },
    city: { el: 'Αθήνα', en: null },
    postalCode: '11111',
  };
  return field((await manager.request('POST', '/api/buildings', body)).json, 'id');
}

const { send: deviceSends, open, poll } = deviceSide(() => running);
const lookup = (who: TestBrowser, userCode: string) => who.request('POST', '/api/kiosk/claims/lookup', { userCode });
const codeOf = (reply: Reply) => [reply.status, field(reply.json, 'code')];

/** The words the device itself makes from its key and shows. */
function wordsOf(device: ClaimingDevice): { el: string; en: string } {
  const spki = createPublicKey(device.keyPem).export({ type: 'spki', format: 'der' });
  return wordPairOf(createHash('sha256').update(spki).digest());
}
function confirm(
  who: TestBrowser,
  claimId: string,
  words: { el: string; en: string },
  buildingId = ours.buildingId,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  const body = { words, buildingId, name: 'Είσοδος', placement: 'δίπλα στα γραμματοκιβώτια' };
  return who.request('POST', `/api/kiosk/claims/${claimId}/confirm`, body, headers);
}
async function livingDevicesOf(serial: string): Promise<string[]> {
  const { rows } = await running.owner.query<{ id: string }>('select id from device where serial = $1 and revoked_at is null', [serial]);
  return rows.map(({ id }) => id);
}
const devicesOf = async (who: TestBrowser) => DevicePage.parse((await who.request('GET', '/api/kiosk/devices')).json).items;

describe('a claim', () => {
  it('goes from a code on the screen to a certificate for the very key that asked', async () => {
    const device = await claimingDevice('SERIAL-1');
    const request = await open(device);
    expect(request.confirmUrl).toContain(request.userCode);
    expect(await poll(request.claimId, device)).toEqual({ state: 'waiting' });

    // As somebody types it: small letters, a hyphen, a space.
    const found = FoundClaim.parse((await lookup(manager, ` ${spacedUserCode(request.userCode).toLowerCase()} `)).json);
    expect(found).toMatchObject({ claimId: request.claimId, serial: 'SERIAL-1' });
    const words = wordsOf(device);
    expect(found.wordPairs).toContainEqual(words);
    expect(new Set(found.wordPairs.map((pair) => pair.el)).size).toBe(3);

    const confirmed = await confirm(manager, found.claimId, words);
    expect(confirmed.status).toBe(201);
    const screen = Device.parse(confirmed.json);
    expect(screen).toMatchObject({ buildingId: ours.buildingId, name: 'Είσοδος', placement: 'δίπλα στα γραμματοκιβώτια', online: false });

    const answer = await poll(request.claimId, device);
    if (answer.state !== 'confirmed') throw new Error(answer.state);
    const certificate = new X509Certificate(answer.claim.certificatePem);
    expect(certificate.subject).toBe(`CN=${screen.id}`);
    expect(certificate.checkPrivateKey(createPrivateKey(device.keyPem))).toBe(true);
    expect(certificate.verify(new X509Certificate(answer.claim.authorityPem).publicKey)).toBe(true);
    expect(answer.claim).toMatchObject({ deviceId: screen.id, buildingId: ours.buildingId });
    // A reply that got lost is given again, the same.
    expect(await poll(request.claimId, device)).toEqual(answer);
    // The confirmation again, because its reply was lost, is answered with the same device.
    expect(Device.parse((await confirm(manager, found.claimId, words)).json).id).toBe(screen.id);
    expect((await devicesOf(stranger)).some(({ id }) => id === screen.id)).toBe(false);
  });

  it('is told to nobody but the holder of the key, even who knows its id', async () => {
    const device = await claimingDevice();
    const thief = await claimingDevice();
    const { claimId } = await open(device);
    for (const signature of [
      thief.signatureFor(claimId),
      device.signatureFor(claimId.replace(/.$/, (last) => (last === '0' ? '1' : '0'))),
      'A'.repeat(86),
    ]) {
      const reply = await deviceSends(`/api/kiosk/claims/${claimId}/poll`, { signature });
      expect([reply.status, field(reply.json, 'code')]).toEqual([404, 'not-found']);
    }
  });

  // With an idempotency key a refused request leaves nothing behind; this refusal must.
  it.each([
    ['', {}],
    [', whatever key the request carries', { 'idempotency-key': 'the-same-again-and-again' }],
  ])('ends with the wrong words, and the device is told so%s', async (_how, headers) => {
    const device = await claimingDevice();
    const { claimId, userCode } = await open(device);
    const before = (await devicesOf(manager)).length;
    const found = FoundClaim.parse((await lookup(manager, userCode)).json);
    const right = wordsOf(device);
    const wrong = found.wordPairs.find((pair) => pair.el !== right.el) ?? right;
    expect(codeOf(await confirm(manager, claimId, wrong, ours.buildingId, headers))).toEqual([409, 'claim-words-wrong']);
    expect(codeOf(await confirm(manager, claimId, right))).toEqual([410, 'claim-ended']);
    expect(codeOf(await lookup(manager, userCode))).toEqual([404, 'claim-code-unknown']);
    expect(await poll(claimId, device)).toEqual({ state: 'ended' });
    expect(await devicesOf(manager)).toHaveLength(before);
    const { rows } = await running.owner.query('select from audit_event where action = $1 and subject_id = $2', [
      'device.claim-turned-down',
      claimId,
    ]);
    expect(rows).toHaveLength(1);
  });

  it('that was recorded and is sent again opens nothing', async () => {
    const device = await claimingDevice('SERIAL-RECORDED');
    const { claimId, userCode } = await open(device);
    await lookup(manager, userCode);
    expect((await confirm(manager, claimId, wordsOf(device))).status).toBe(201);
    const signature = device.signatureFor(claimId);
    const [before, theirsBefore] = [(await devicesOf(manager)).length, (await devicesOf(stranger)).length];

    // The code and the confirmation, by another office; the code again, by the same, tells what it has become.
    expect(codeOf(await lookup(stranger, userCode))).toEqual([404, 'claim-code-unknown']);
    expect(codeOf(await confirm(stranger, claimId, wordsOf(device), theirs.buildingId))).toEqual([410, 'claim-ended']);
    expect((await lookup(manager, userCode)).json).toMatchObject({ state: 'confirmed' });
    // The request, which is no secret: it opens another claim, for which the recorded signature is worth nothing.
    const again = await open(device);
    expect(again.claimId).not.toBe(claimId);
    expect((await deviceSends(`/api/kiosk/claims/${again.claimId}/poll`, { signature })).status).toBe(404);
    expect(await devicesOf(manager)).toHaveLength(before);
    expect(await devicesOf(stranger)).toHaveLength(theirsBefore);
  });

  it('runs out, before the lookup and after it', async () => {
    const device = await claimingDevice();
    const { claimId, userCode } = await open(device);
    FoundClaim.parse((await lookup(manager, userCode)).json);
    await running.owner.query('update device_request set expires_at = now() where id = $1', [claimId]);
    expect(codeOf(await confirm(manager, claimId, wordsOf(device)))).toEqual([410, 'claim-ended']);
    expect(codeOf(await lookup(manager, userCode))).toEqual([404, 'claim-code-unknown']);
    expect(await poll(claimId, device)).toEqual({ state: 'ended' });
  });

  it('of a device that asks anew is the newer one', async () => {
    const device = await claimingDevice();
    const older = await open(device);
    const newer = await open(device);
    expect(codeOf(await lookup(manager, older.userCode))).toEqual([404, 'claim-code-unknown']);
    expect((await lookup(manager, newer.userCode)).status).toBe(200);
  });

  it('is confirmed once, whoever presses at the same time', async () => {
    const device = await claimingDevice('SERIAL-TWICE');
    const { claimId, userCode } = await open(device);
    await lookup(manager, userCode);
    const words = wordsOf(device);
    const replies = await Promise.all(Array.from({ length: 6 }, () => confirm(manager, claimId, words)));
    expect(replies.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201, 201]);
    expect(new Set(replies.map(({ json }) => field(json, 'id'))).size).toBe(1);
    const { rows } = await running.owner.query("select from device where serial = 'SERIAL-TWICE'");
    expect(rows).toHaveLength(1);
  });

  it('that two of one office look up is one device, whoever of them confirms first', async () => {
    const colleague = await aColleague();
    const device = await claimingDevice('SERIAL-COLLEAGUES');
    const { claimId, userCode } = await open(device);
    expect((await lookup(manager, userCode)).status).toBe(200);
    expect((await lookup(colleague, userCode)).status).toBe(200);
    const words = wordsOf(device);
    const confirmed = await confirm(manager, claimId, words);
    expect(confirmed.status).toBe(201);
    // The other is told the same screen when it hangs where they wanted it, and otherwise that it was taken; nothing that hangs is undone.
    expect(field((await confirm(colleague, claimId, words)).json, 'id')).toBe(field(confirmed.json, 'id'));
    const elsewhere = await anotherBuilding();
    expect(codeOf(await confirm(colleague, claimId, words, elsewhere))).toEqual([409, 'claim-taken']);
    expect(codeOf(await confirm(colleague, claimId, { el: 'άλλες λέξεις', en: 'other words' }))).toEqual([409, 'claim-taken']);
    expect((await poll(claimId, device)).state).toBe('confirmed');
    expect((await running.owner.query("select from device where serial = 'SERIAL-COLLEAGUES'")).rows).toHaveLength(1);
    const { rows } = await running.owner.query<{ actor: string }>(
      `select actor_id as actor from audit_event where action = 'device.claimed' and subject_id = $1`,
      [field(confirmed.json, 'id')],
    );
    expect(rows).toEqual([{ actor: ours.manager.id }]);
  });

  it('that two of one office confirm at the same moment is one device for both', async () => {
    const colleague = await aColleague();
    const device = await claimingDevice('SERIAL-AT-ONCE');
    const { claimId, userCode } = await open(device);
    for (const who of [manager, colleague]) expect((await lookup(who, userCode)).status).toBe(200);
    const replies = await Promise.all([manager, colleague].map((who) => confirm(who, claimId, wordsOf(device))));
    expect(replies.map(({ status }) => status)).toEqual([201, 201]);
    expect(new Set(replies.map(({ json }) => field(json, 'id'))).size).toBe(1);
    expect((await running.owner.query("select from device where serial = 'SERIAL-AT-ONCE'")).rows).toHaveLength(1);
  });

  it('whose answer was not fetched in time is answered again to the same key, and makes no second device', async () => {
    const device = await claimingDevice('SERIAL-UNFETCHED');
    const first = await open(device);
    await lookup(manager, first.userCode);
    const confirmed = Device.parse((await confirm(manager, first.claimId, wordsOf(device))).json);
    // It was switched off meanwhile, and its time is over.
    await running.owner.query('update device_request set expires_at = now() where id = $1', [first.claimId]);
    const second = await open(device);
    const answer = await poll(second.claimId, device);
    if (answer.state !== 'confirmed') throw new Error(answer.state);
    expect(answer.claim.deviceId).toBe(confirmed.id);
    expect(new X509Certificate(answer.claim.certificatePem).checkPrivateKey(createPrivateKey(device.keyPem))).toBe(true);
    // There is nothing left to be confirmed, and nobody else is told.
    expect((await lookup(manager, second.userCode)).json).toEqual({ state: 'confirmed', deviceId: confirmed.id });
    expect(codeOf(await lookup(stranger, second.userCode))).toEqual([404, 'claim-code-unknown']);
    const thief = await claimingDevice();
    const stolen = { signature: thief.signatureFor(second.claimId) };
    expect((await deviceSends(`/api/kiosk/claims/${second.claimId}/poll`, stolen)).status).toBe(404);
    expect(await livingDevicesOf('SERIAL-UNFETCHED')).toEqual([confirmed.id]);
    // Of one that was revoked it begins anew.
    expect((await manager.request('POST', `/api/kiosk/devices/${confirmed.id}/revoke`)).status).toBe(204);
    expect(await poll((await open(device)).claimId, device)).toEqual({ state: 'waiting' });
  });

  it('of a key that has a device in the office already takes its place', async () => {
    const device = await claimingDevice('SERIAL-ANEW');
    const claimOnce = async () => {
      const { claimId, userCode } = await open(device);
      await lookup(manager, userCode);
      return Device.parse((await confirm(manager, claimId, wordsOf(device))).json).id;
    };
    const first = await claimOnce();
    // The answer is kept for a day.
    await running.owner.query("update device_request set created_at = now() - interval '25 hours' where device_id = $1", [first]);
    const second = await claimOnce();
    expect(second).not.toBe(first);
    expect(await livingDevicesOf('SERIAL-ANEW')).toEqual([second]);
    const { rows } = await running.owner.query('select action from audit_event where subject_id = $1 order by id', [first]);
    expect(rows.map(({ action }) => action)).toEqual(['device.claimed', 'device.claimed-anew']);
  });

  it('needs a request that is signed by a P-256 key', async () => {
    const { csrPem, request } = await claimingDevice();
    const lines = csrPem.split('\n');
    const middle = Math.floor(lines.length / 2);
    lines[middle] = (lines[middle] ?? '').split('').reverse().join('');
    for (const forged of [lines.join('\n'), 'no request', '']) {
      const reply = await deviceSends('/api/kiosk/claims', { ...request, csrPem: forged });
      expect([reply.status, field(reply.json, 'code')]).toEqual([403, 'claim-refused']);
    }
  });
});

describe('a code', () => {
  it('that one office has found opens nothing for another', async () => {
    const device = await claimingDevice();
    const { claimId, userCode } = await open(device);
    expect((await lookup(manager, userCode)).status).toBe(200);
    const words = wordsOf(device);
    expect(codeOf(await lookup(stranger, userCode))).toEqual([404, 'claim-code-unknown']);
    expect(codeOf(await confirm(stranger, claimId, words, theirs.buildingId))).toEqual([410, 'claim-ended']);
    expect(codeOf(await confirm(stranger, claimId, words))).toEqual([404, 'not-found']);
    // Nor may the office put it into a house that is not its own, or is no house any more.
    expect(codeOf(await confirm(manager, claimId, words, theirs.buildingId))).toEqual([404, 'not-found']);
    expect((await confirm(manager, claimId, words)).status).toBe(201);
  });

  it('is guessed five times, not six, by an account or from an address, however many at once', async () => {
    const device = await claimingDevice();
    const { userCode } = await open(device);
    const wrong = (index: number) => `BCDFGHJ${'BCDFGHJKLMNSTVXZ'[index]}`;
    const replies = await Promise.all(Array.from({ length: 12 }, (_, index) => lookup(manager, wrong(index))));
    expect(replies.filter(({ status }) => status === 404)).toHaveLength(5);
    expect(replies.filter(({ status }) => status === 429)).toHaveLength(7);
    expect(codeOf(await lookup(manager, userCode))).toEqual([429, 'locked-out']);
    // Another account behind the same address waits too.
    expect(codeOf(await lookup(stranger, userCode))).toEqual([429, 'locked-out']);
    await running.owner.query("update claim_try set since = now() - interval '16 minutes'");
    expect((await lookup(manager, userCode)).status).toBe(200);
  });

  it('that is right costs no try, and a slip of the finger neither', async () => {
    for (let time = 0; time < 7; time += 1) {
      expect(codeOf(await lookup(manager, 'BCD'))).toEqual([404, 'claim-code-unknown']);
      const { userCode } = await open(await claimingDevice());
      expect((await lookup(manager, userCode)).status).toBe(200);
    }
  });

  it('is no business of residents', async () => {
    const resident = await signedIn(ours, 'resident');
    const { userCode } = await open(await claimingDevice());
    expect((await lookup(resident, userCode)).status).toBe(403);
  });
});
