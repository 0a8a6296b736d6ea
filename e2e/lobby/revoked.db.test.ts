import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PlantedTenant, plantTenant } from '@concierge/cloud-server/testing/planted-tenant.ts';
import { type RunningCloud, runCloud, TestBrowser } from '@concierge/cloud-server/testing/running-cloud.ts';
import { FoundClaim } from '@concierge/contract/http/device-claims.ts';
import { Device } from '@concierge/contract/http/devices.ts';
import { DevicePage } from '@concierge/contract/http/fleet.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forgetKiosk, startKiosk, type TestKiosk } from './kiosk.ts';

// A real agent and a whole cloud: what becomes of a screen that its office has revoked.

let running: RunningCloud;
let ours: PlantedTenant;
let theirs: PlantedTenant;
let kiosk: TestKiosk;

beforeAll(async () => {
  running = await runCloud();
  ours = await plantTenant(running.owner, 'ours');
  theirs = await plantTenant(running.owner, 'theirs');
  kiosk = await startKiosk(running, ours, undefined, { renewalLooks: { firstMs: 200, everyMs: 200 } });
});
afterAll(async () => {
  await forgetKiosk(kiosk);
  await running.stop();
});

async function signedIn({ manager }: PlantedTenant): Promise<TestBrowser> {
  const browser = new TestBrowser(running.cloud.url);
  expect((await browser.logIn(manager)).status).toBe(200);
  return browser;
}
const identityFile = (name: string) => readFileSync(join(kiosk.dataFolder, 'data/identity', name), 'utf8');

describe('a screen that its office revokes', { timeout: 60_000 }, () => {
  it('forgets the building, its key with it, and is another office’s by the code it shows then', async () => {
    await kiosk.until('it shows the building', ({ phase, link }) => phase === 'running' && link === 'online');
    const key = identityFile('key.pem');
    const office = await signedIn(ours);
    const { items } = DevicePage.parse((await office.request('GET', '/api/kiosk/devices')).json);
    const device = items.find(({ name }) => name === 'Test kiosk');
    if (device === undefined) throw new Error('there is no screen');
    expect((await office.request('POST', `/api/kiosk/devices/${device.id}/revoke`)).status).toBe(204);

    await kiosk.until('the building is off the glass', ({ phase, document }) => phase === 'unclaimed' && document === null);
    await kiosk.until('it shows a code', ({ claim }) => Boolean(claim?.code));
    expect(identityFile('key.pem')).not.toBe(key);
    expect(readdirSync(join(kiosk.dataFolder, 'data/identity'))).not.toContain('claim.json');

    const code = kiosk.state().claim?.code;
    if (code === null || code === undefined) throw new Error('there is no code');
    const other = await signedIn(theirs);
    const found = FoundClaim.parse((await other.request('POST', '/api/kiosk/claims/lookup', { userCode: code.userCode })).json);
    expect(found.wordPairs).toContainEqual(code.words);
    const place = { words: code.words, buildingId: theirs.buildingId, name: 'Είσοδος', placement: null };
    const confirmed = await other.request('POST', `/api/kiosk/claims/${found.claimId}/confirm`, place);
    expect(confirmed.status).toBe(201);
    expect(Device.parse(confirmed.json).id).not.toBe(device.id);
    await kiosk.until('it shows the other building', ({ document }) => document?.building.id === theirs.buildingId);
  });
});
