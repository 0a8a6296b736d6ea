import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type PlantedTenant, plantTenant } from '../../testing/planted-tenant.ts';
import { field, type RunningCloud, runCloud, TestBrowser } from '../../testing/running-cloud.ts';

let running: RunningCloud;
let nowMs: number;

beforeAll(async () => {
  // One browser after the other guesses here; what each address may ask a minute is not what is tested.
  running = await runCloud({ nowMs: () => nowMs, environment: { TRUST_PROXY: '1' } });
});
afterAll(async () => running.stop());
beforeEach(() => {
  nowMs = Date.now();
});

describe('wrong passwords', () => {
  it('are refused alike for an address with an account and for one without, lock and all', async () => {
    const tenant = await plantTenant(running.owner, 'alike');
    const histories = await Promise.all(
      [tenant.manager.email, 'nobody@example.test'].map(async (email) => {
        const codes: string[] = [];
        for (let index = 0; index < 6; index += 1) codes.push(await guess(email));
        return codes;
      }),
    );
    expect(histories[0]).toEqual([...Array.from({ length: 5 }, () => 'wrong-credentials'), 'locked-out']);
    expect(histories[1]).toEqual(histories[0]);
    nowMs += 61_000;
    for (const email of [tenant.manager.email, 'nobody@example.test']) {
      expect([await guess(email), await guess(email)], email).toEqual(['wrong-credentials', 'locked-out']);
    }
    // The sixth in a row locks for two minutes.
    nowMs += 61_000;
    for (const email of [tenant.manager.email, 'nobody@example.test']) expect(await guess(email), email).toBe('locked-out');
  });

  it('sent at once lock an address without an account just as one with', async () => {
    const codes = await Promise.all(Array.from({ length: 9 }, () => guess('nobody-at-once@example.test')));
    expect(codes.filter((code) => code === 'locked-out')).toHaveLength(4);
  });

  it('take the same time, whether or not there is an account', async () => {
    const tenant = await plantTenant(running.owner, 'time');
    for (const email of [tenant.manager.email, 'nobody-in-time@example.test']) {
      const askedAtMs = performance.now();
      await guess(email);
      const tookMs = performance.now() - askedAtMs;
      expect(tookMs, email).toBeGreaterThan(480);
    }
  });

  it('count together however the address is written', async () => {
    const { manager } = await plantTenant(running.owner, 'written');
    const ways = [manager.email, manager.email.toUpperCase(), manager.email.replace('m', 'M'), manager.email, manager.email.toUpperCase()];
    for (const email of ways) expect(await guess(email)).toBe('wrong-credentials');
    expect(await guess(manager.email.replace('a', 'A'))).toBe('locked-out');
  });

  it('are not spread over offices and hosts to get more guesses', async () => {
    const [first, second] = await twins('spread');
    for (const tenant of [first, second])
      await running.owner.query('update user_account set email = $1 where id = $2', ['spread@example.test', tenant.manager.id]);
    for (let index = 0; index < 5; index += 1) expect(await guess('spread@example.test', {}, first.host)).toBe('wrong-credentials');
    expect(await guess('spread@example.test', {}, second.host)).toBe('locked-out');
    expect(await guess('spread@example.test', { tenant: second.slug })).toBe('locked-out');
  });

  it('do not tell a right one while the account is locked', async () => {
    const { manager } = await plantTenant(running.owner, 'right');
    for (let index = 0; index < 5; index += 1) await guess(manager.email);
    expect(await guess(manager.email, { password: manager.password })).toBe('locked-out');
  });

  it('are not counted in an office that the person did not mean', async () => {
    const [first, second] = await twins('meant');
    await running.owner.query('update user_account set email = $1 where id = $2', [first.manager.email, second.manager.id]);
    const elsewhere = { password: 'of the other office', tenant: second.slug };
    expect(await guess(first.manager.email, elsewhere)).toBe('wrong-credentials');
    const { rows } = await running.owner.query('select failed_login_count as count from user_account where email = $1 order by count', [
      first.manager.email,
    ]);
    expect(rows).toEqual([{ count: 0 }, { count: 1 }]);
  });
});

it('only so many passwords are checked at once; whoever comes when that many are is told so at once', async () => {
  // Nobody's account can be looked up meanwhile, so that what has begun stays under way.
  await running.owner.query('begin; lock table user_account in access exclusive mode');
  const answered: string[] = [];
  const asked = Array.from({ length: 66 }, async (_, index) => answered.push(await guess(`crowd-${index}@example.test`)));
  try {
    await expect.poll(() => answered, { timeout: 4_000 }).toEqual(['too-many-requests', 'too-many-requests']);
  } finally {
    await running.owner.query('rollback');
  }
  await Promise.all(asked);
  expect(answered.filter((code) => code === 'wrong-credentials')).toHaveLength(64);
  expect(await guess('crowd-after@example.test')).toBe('wrong-credentials');
});

describe('a browser that has logged in before', () => {
  const logIn = async (browser: TestBrowser, email: string, password: string) => {
    const reply = await browser.request('POST', '/api/users/token', { email, password }, { 'x-forwarded-for': nextAddress() });
    return reply.status === 200 ? 'opened' : field(reply.json, 'code');
  };
  const knownTo = async ({ email, password }: PlantedTenant['manager']): Promise<TestBrowser> => {
    const browser = new TestBrowser(running.cloud.url);
    expect(await logIn(browser, email, password)).toBe('opened');
    await browser.request('POST', '/api/users/logout', {});
    return browser;
  };
  const lockByStrangers = async (email: string) => {
    await Promise.all(Array.from({ length: 5 }, () => guess(email)));
    expect(await guess(email)).toBe('locked-out');
  };

  it('is let in while strangers keep the account locked, who get no guess more for it', async () => {
    const { manager } = await plantTenant(running.owner, 'besieged');
    const desk = await knownTo(manager);
    await lockByStrangers(manager.email);
    expect(await logIn(desk, manager.email, manager.password)).toBe('opened');
    expect(await guess(manager.email, { password: manager.password })).toBe('locked-out');
    // An hour later, and every hour: one more guess locks it again for the longest time, and again for strangers only.
    for (let hour = 0; hour < 3; hour += 1) {
      nowMs += 3_601_000;
      await guess(manager.email);
      expect(await guess(manager.email)).toBe('locked-out');
      expect(await logIn(desk, manager.email, manager.password)).toBe('opened');
    }
  });

  it('of another account is a stranger, and so is one whose proof is forged or over', async () => {
    const [{ manager }, elsewhere] = await twins('foreign');
    const theirs = await knownTo(elsewhere.manager);
    const desk = await knownTo(manager);
    const [ends = '', id = '', mac = ''] = (desk.cookies.get('nc_known') ?? '').split('.');
    const forged = new TestBrowser(running.cloud.url);
    forged.cookies.set('nc_known', `${(Number.parseInt(ends, 36) + 1).toString(36)}.${id}.${mac}`);
    await lockByStrangers(manager.email);
    expect(await logIn(theirs, manager.email, manager.password)).toBe('locked-out');
    expect(await logIn(forged, manager.email, manager.password)).toBe('locked-out');
    expect(await logIn(desk, manager.email, manager.password)).toBe('opened');
    nowMs += 366 * 86_400_000;
    await lockByStrangers(manager.email);
    expect(await logIn(desk, manager.email, manager.password)).toBe('locked-out');
  });

  it('is counted by itself: its guesses are limited too, and lock out nobody else', async () => {
    const { manager } = await plantTenant(running.owner, 'careless');
    const [desk, phone] = [await knownTo(manager), await knownTo(manager)];
    const codes = await Promise.all(Array.from({ length: 7 }, () => logIn(desk, manager.email, 'not this one')));
    expect(codes.toSorted()).toEqual([
      ...Array.from({ length: 2 }, () => 'locked-out'),
      ...Array.from({ length: 5 }, () => 'wrong-credentials'),
    ]);
    expect(await logIn(desk, manager.email, manager.password)).toBe('locked-out');
    expect(await logIn(phone, manager.email, manager.password)).toBe('opened');
    expect(await guess(manager.email, { password: manager.password })).toBe('opened');
    nowMs += 61_000;
    expect(await logIn(desk, manager.email, manager.password)).toBe('opened');
  });

  it('says nothing of whom it knows, to nobody but the log-in, and knows several people', async () => {
    const [first, second] = await twins('shared-desk');
    const desk = await knownTo(first.manager);
    const cookie = desk.cookies.get('nc_known') ?? '';
    for (const part of [first.manager.id, first.manager.email, first.tenantId, first.slug]) {
      expect(cookie).not.toContain(part);
      expect(Buffer.from(cookie.split('.')[1] ?? '', 'base64url').toString('latin1')).not.toContain(part);
    }
    const reply = await desk.request(
      'POST',
      '/api/users/token',
      { email: second.manager.email, password: second.manager.password },
      { 'x-forwarded-for': nextAddress() },
    );
    expect(reply.headers.getSetCookie().find((line) => line.startsWith('nc_known='))).toMatch(
      /Max-Age=31536000; Path=\/api\/users\/token; HttpOnly;.*SameSite=Strict/,
    );
    for (const { manager } of [first, second]) {
      await lockByStrangers(manager.email);
      expect(await logIn(desk, manager.email, manager.password)).toBe('opened');
    }
  });
});

async function twins(name: string): Promise<[PlantedTenant, PlantedTenant]> {
  return [await plantTenant(running.owner, `${name}-a`), await plantTenant(running.owner, `${name}-b`)];
}

/** The code a log-in is refused with, at the host; `fetch` would not let us choose it. */
async function guess(email: string, body: object = {}, host = 'localhost'): Promise<string> {
  const browser = new TestBrowser(running.cloud.url);
  const csrf = field((await browser.request('GET', '/api/csrf')).json, 'csrfToken');
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const headers = { host, cookie, 'x-csrf-token': csrf, 'content-type': 'application/json', 'x-forwarded-for': nextAddress() };
  const text = await new Promise<string>((resolve, reject) => {
    const { port } = new URL(running.cloud.url);
    request({ host: '127.0.0.1', port, method: 'POST', path: '/api/users/token', headers }, (response) => {
      let received = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (received += chunk));
      response.on('end', () => resolve(received));
    })
      .on('error', reject)
      .end(JSON.stringify({ email, password: 'guess', ...body }));
  });
  return z.object({ code: z.string().default('opened') }).parse(JSON.parse(text)).code;
}

let addresses = 0;
function nextAddress(): string {
  addresses += 1;
  return `10.1.${Math.floor(addresses / 250)}.${addresses % 250}`;
}
