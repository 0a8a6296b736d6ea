import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PlantedTenant, plantTenant } from '../../testing/planted-tenant.ts';
import { type RunningCloud, runCloud, TestBrowser } from '../../testing/running-cloud.ts';

let running: RunningCloud;
let ours: PlantedTenant;
let theirs: PlantedTenant;

beforeAll(async () => {
  running = await runCloud({ environment: { TRUST_PROXY: '1' } });
  ours = await plantTenant(running.owner, 'ours');
  theirs = await plantTenant(running.owner, 'theirs');
});
afterAll(async () => running.stop());

describe('behind one proxy', () => {
  it('the address the proxy saw is counted, whatever the client wrote before it', async () => {
    const browser = new TestBrowser(running.cloud.url);
    await browser.request('GET', '/api/csrf');
    const tries: number[] = [];
    for (let index = 0; index < 40; index += 1) {
      const headers = { 'x-forwarded-for': `10.0.0.${index}, 203.0.113.7` };
      tries.push((await browser.request('POST', '/api/users/token', { email: 'x' }, headers)).status);
    }
    expect(tries.at(0)).toBe(400);
    expect(tries.at(-1)).toBe(429);
    const elsewhere = await browser.request('POST', '/api/users/token', { email: 'x' }, { 'x-forwarded-for': '198.51.100.9' });
    expect(elsewhere.status).toBe(400);
  });

  it('the host the proxy saw decides the tenant', async () => {
    const browser = new TestBrowser(running.cloud.url);
    expect((await browser.logIn(ours.manager)).status).toBe(200);
    const me = async (host: string) => (await browser.request('GET', '/api/users/me', undefined, { 'x-forwarded-host': host })).status;
    expect(await me(ours.host)).toBe(200);
    for (const host of [theirs.host, `${theirs.host}.`, theirs.host.toUpperCase(), `${ours.host}, ${theirs.host}`, `${theirs.host}:443`])
      expect(await me(host), host).toBe(401);
  });

  it('the figures are for this machine only, which a forwarded request is not', async () => {
    const metrics = async (headers: Readonly<Record<string, string>>) =>
      (await new TestBrowser(running.cloud.url).request('GET', '/metrics', undefined, headers)).status;
    expect(await metrics({})).toBe(200);
    expect(await metrics({ 'x-forwarded-for': '127.0.0.1' })).toBe(404);
    expect(await metrics({ via: '1.1 proxy' })).toBe(404);
  });
});
