import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openKeyring } from '#platform/keys/keyring.ts';
import { claimingDevice } from './testing/claiming-device.ts';
import { type PlantedTenant, plantTenant } from './testing/planted-tenant.ts';
import { type RunningCloud, runCloud, TestBrowser } from './testing/running-cloud.ts';

// Every other test starts the cloud as a demo. Here it is what people run, behind a balancer that ends TLS.

let keys: string;
let running: RunningCloud;
let tenant: PlantedTenant;

beforeAll(async () => {
  keys = await mkdtemp(join(tmpdir(), 'concierge-keys-'));
  await openKeyring(keys, { create: true, brokerHosts: ['localhost', '127.0.0.1'] });
  running = await runCloud({
    environment: { CONCIERGE_MODE: 'production', CONCIERGE_KEYS: keys, PUBLIC_URL: 'https://concierge.example.gr' },
  });
  tenant = await plantTenant(running.owner, 'production');
});
afterAll(async () => {
  await running?.stop();
  await rm(keys, { recursive: true, force: true });
});

describe('in production', () => {
  it('there are no development claims', async () => {
    expect(running.cloud.fleet.developmentClaims).toBeNull();
    const { csrPem } = await claimingDevice();
    const reply = await new TestBrowser(running.cloud.url).request('POST', '/api/kiosk/claims/development', {
      token: 'a'.repeat(43),
      csrPem,
      serial: 'SERIAL-1',
    });
    expect([reply.status, reply.json]).toEqual([404, expect.objectContaining({ code: 'not-found' })]);
  });

  it('every cookie is kept from scripts and from plain http', async () => {
    const browser = new TestBrowser(running.cloud.url);
    const given = (await browser.request('GET', '/api/csrf')).headers.getSetCookie();
    const login = await browser.logIn(tenant.manager);
    expect(login.status).toBe(200);
    given.push(...login.headers.getSetCookie());
    expect(new Set(given.map((line) => line.split('=')[0])).size).toBe(4);
    for (const line of given) {
      expect(line).toMatch(/; Secure(;|$)/);
      expect(line).toMatch(/; HttpOnly(;|$)/);
      expect(line).toMatch(/; SameSite=(Lax|Strict)(;|$)/);
    }
  });

  it('browsers are told to come over https only', async () => {
    const { headers } = await new TestBrowser(running.cloud.url).request('GET', '/healthz');
    expect(headers.get('strict-transport-security')).toContain('max-age=31536000');
  });
});
