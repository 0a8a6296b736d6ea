import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type PlantedTenant, plantTenant } from '../../testing/planted-tenant.ts';
import { field, type RunningCloud, runCloud, TestBrowser } from '../../testing/running-cloud.ts';

let running: RunningCloud;
let tenant: PlantedTenant;
let browser: TestBrowser;
let nowMs: number;

beforeAll(async () => {
  running = await runCloud({ nowMs: () => nowMs });
  tenant = await plantTenant(running.owner, 'ours');
});
afterAll(async () => running.stop());
beforeEach(() => {
  nowMs = Date.now();
  browser = new TestBrowser(running.cloud.url);
});

describe('logging in', () => {
  it('sets HttpOnly cookies and tells who it is; nothing secret is in the body', async () => {
    const reply = await browser.logIn(tenant.manager);
    expect(reply.status).toBe(200);
    const lines = reply.headers.getSetCookie();
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line).toMatch(/HttpOnly/);
    expect(lines.find((line) => line.startsWith('nc_refresh='))).toMatch(/Path=\/api\/users\/token;.*SameSite=Strict/);
    for (const cookie of browser.cookies.values()) expect(reply.text).not.toContain(cookie);
    expect((await browser.request('GET', '/api/users/me')).status).toBe(200);
  });

  it('answers a wrong password and an unknown address alike', async () => {
    const wrong = await browser.logIn({ email: tenant.resident.email, password: 'no' });
    const unknown = await browser.logIn({ email: 'nobody@example.test', password: 'no' });
    expect([wrong.status, field(wrong.json, 'code')]).toEqual([401, 'wrong-credentials']);
    expect([unknown.status, field(unknown.json, 'code')]).toEqual([401, 'wrong-credentials']);
  });

  it('locks the account after five wrong passwords, even for guesses sent at once, and opens it again later', async () => {
    const victim = (await plantTenant(running.owner, 'victim')).manager;
    const guesses = await Promise.all(
      Array.from({ length: 9 }, () => new TestBrowser(running.cloud.url).logIn({ email: victim.email, password: 'guess' })),
    );
    expect(guesses.filter((guess) => guess.status === 401)).toHaveLength(5);
    expect(guesses.filter((guess) => guess.status === 429)).toHaveLength(4);
    expect((await browser.logIn(victim)).status).toBe(429);
    nowMs += 61_000;
    expect((await browser.logIn(victim)).status).toBe(200);
  });

  it("is refused on another tenant's host, and so is a session of elsewhere", async () => {
    const other = await plantTenant(running.owner, 'host');
    await browser.logIn(tenant.manager);
    for (const host of [other.host, `${other.host}.`, other.host.toUpperCase(), `${other.host}:8080`])
      expect(await statusOnHost(host, browser), host).toBe(401);
    expect(await statusOnHost(tenant.host, browser)).toBe(200);
    // Without a trusted proxy a forwarded host is nothing but a header.
    expect((await browser.request('GET', '/api/users/me', undefined, { 'x-forwarded-host': other.host })).status).toBe(200);
  });

  it('asks which office when one address and password open several', async () => {
    const twin = await plantTenant(running.owner, 'twin');
    await running.owner.query('update user_account set email = $1 where id = $2', [tenant.manager.email, twin.manager.id]);
    const reply = await browser.logIn(tenant.manager);
    expect([reply.status, field(reply.json, 'code')]).toEqual([409, 'choose-tenant']);
    const chosen = await browser.request('POST', '/api/users/token', { ...pick(tenant.manager), tenant: twin.slug });
    expect(chosen.status).toBe(200);
    expect(chosen.text).toContain(twin.tenantId);
    await running.owner.query('update user_account set email = $1 where id = $2', [twin.manager.email, twin.manager.id]);
  });
});

describe('anti-forgery', () => {
  it('refuses changes without the token, with a foreign one, and with one of another browser', async () => {
    await browser.logIn(tenant.manager);
    const change = async (headers: Record<string, string>) => browser.request('POST', '/api/users/logout', {}, headers);
    const stranger = new TestBrowser(running.cloud.url);
    const foreign = field((await stranger.request('GET', '/api/csrf')).json, 'csrfToken');
    for (const token of ['', 'x', foreign]) {
      const reply = await change({ 'x-csrf-token': token });
      expect([reply.status, field(reply.json, 'code')]).toEqual([403, 'csrf-missing']);
    }
    expect((await browser.request('GET', '/api/users/me')).status).toBe(200);
  });
});

describe('refreshing', () => {
  it('rotates, and a refresh secret shown again later ends the session everywhere', async () => {
    await browser.logIn(tenant.manager);
    const stolen = new TestBrowser(running.cloud.url);
    for (const [name, value] of browser.cookies) stolen.cookies.set(name, value);
    nowMs += 20_000;
    expect((await browser.request('POST', '/api/users/token/refresh')).status).toBe(200);
    nowMs += 20_000;
    const replay = await stolen.request('POST', '/api/users/token/refresh');
    expect([replay.status, field(replay.json, 'code')]).toEqual([401, 'session-ended']);
    // The honest browser is out as well: nobody can tell which of the two it was.
    expect((await browser.request('GET', '/api/users/me')).status).toBe(401);
    expect((await browser.request('POST', '/api/users/token/refresh')).status).toBe(401);
    const { rows } = await running.owner.query("select from audit_event where action = 'session.refresh-reuse' and tenant_id = $1", [
      tenant.tenantId,
    ]);
    expect(rows).toHaveLength(1);
  });

  it('at once from two tabs ends nothing, even when the database’s clock is not ours', async () => {
    nowMs = Date.now() + 3_600_000;
    await browser.logIn(tenant.manager);
    await browser.request('GET', '/api/csrf');
    const twin = new TestBrowser(running.cloud.url);
    for (const [name, value] of browser.cookies) twin.cookies.set(name, value);
    expect((await browser.request('POST', '/api/users/token/refresh')).status).toBe(200);
    expect((await twin.request('POST', '/api/users/token/refresh')).status).toBe(409);
    expect((await browser.request('GET', '/api/users/me')).status).toBe(200);
    // And a thief is told from a tab by the same clock.
    nowMs += 20_000;
    expect((await twin.request('POST', '/api/users/token/refresh')).status).toBe(401);
    expect((await browser.request('GET', '/api/users/me')).status).toBe(401);
  });

  it("on another tenant's host does not spend the secret", async () => {
    const other = await plantTenant(running.owner, 'refresh-host');
    await browser.logIn(tenant.manager);
    const csrf = field((await browser.request('GET', '/api/csrf')).json, 'csrfToken');
    expect(
      await statusOnHost(other.host, browser, { method: 'POST', path: '/api/users/token/refresh', headers: { 'x-csrf-token': csrf } }),
    ).toBe(401);
    expect((await browser.request('POST', '/api/users/token/refresh')).status).toBe(200);
  });

  it('lets one of two at once win and tells the other to wait, without ending the session', async () => {
    await browser.logIn(tenant.manager);
    await browser.request('GET', '/api/csrf');
    const twin = new TestBrowser(running.cloud.url);
    for (const [name, value] of browser.cookies) twin.cookies.set(name, value);
    const statuses = (
      await Promise.all([browser.request('POST', '/api/users/token/refresh'), twin.request('POST', '/api/users/token/refresh')])
    ).map((reply) => reply.status);
    expect(statuses.toSorted((left, right) => left - right)).toEqual([200, 409]);
    expect((await browser.request('GET', '/api/users/me')).status).toBe(200);
  });
});

describe('logging out', () => {
  it('ends the session at once, although its access token would live on', async () => {
    await browser.logIn(tenant.manager);
    const copy = new TestBrowser(running.cloud.url);
    for (const [name, value] of browser.cookies) copy.cookies.set(name, value);
    expect((await browser.request('POST', '/api/users/logout', {})).status).toBe(204);
    expect((await copy.request('GET', '/api/users/me')).status).toBe(401);
    expect((await copy.request('GET', '/api/buildings')).status).toBe(401);
  });

  it('everywhere ends the sessions of all devices', async () => {
    const phone = new TestBrowser(running.cloud.url);
    await browser.logIn(tenant.manager);
    await phone.logIn(tenant.manager);
    expect((await browser.request('POST', '/api/users/logout', { everywhere: true })).status).toBe(204);
    expect((await phone.request('GET', '/api/users/me')).status).toBe(401);
  });
});

describe('tokens', () => {
  it('expired or forged ones open nothing', async () => {
    await browser.logIn(tenant.manager);
    const access = browser.cookies.get('nc_access') ?? '';
    for (const forged of [`${access}x`, access.replace(/\.[^.]*\./, '.e30.'), 'eyJhbGciOiJub25lIn0.e30.', '']) {
      const thief = new TestBrowser(running.cloud.url);
      thief.cookies.set('nc_access', forged);
      expect((await thief.request('GET', '/api/users/me')).status).toBe(401);
    }
    nowMs += 11 * 60_000;
    expect((await browser.request('GET', '/api/users/me')).status).toBe(401);
  });
});

it('forgets sessions a month after they ended, and no other', async () => {
  await browser.logIn(tenant.manager);
  const ended = new TestBrowser(running.cloud.url);
  await ended.logIn(tenant.manager);
  expect((await ended.request('POST', '/api/users/logout', {})).status).toBe(204);
  const count = async () => (await running.owner.query('select from user_session')).rowCount ?? 0;
  const before = await count();
  const forget = () => running.cloud.identity.periodic[0]?.run(undefined);
  await forget();
  expect(await count()).toBe(before);
  await running.owner.query("update user_session set revoked_at = now() - interval '31 days' where revoke_reason = 'logout'");
  const { rowCount: gone } = await running.owner.query("select from user_session where revoke_reason = 'logout'");
  expect(gone).toBeGreaterThan(0);
  await forget();
  expect(await count()).toBe(before - (gone ?? 0));
  expect((await browser.request('GET', '/api/users/me')).status).toBe(200);
});

/** Asks who one is (or something else), at the tenant's own host name; `fetch` would not let us choose it. */
async function statusOnHost(
  host: string,
  from: TestBrowser,
  asked: { method?: string; path: string; headers?: Readonly<Record<string, string>> } = { path: '/api/users/me' },
): Promise<number> {
  const { port } = new URL(running.cloud.url);
  const cookie = [...from.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  return new Promise((resolve, reject) => {
    request({ ...asked, host: '127.0.0.1', port, headers: { ...asked.headers, host, cookie } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

function pick({ email, password }: { email: string; password: string }) {
  return { email, password };
}
