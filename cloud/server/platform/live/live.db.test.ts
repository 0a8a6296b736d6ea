import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { plantColleague } from '../../testing/planted-colleague.ts';
import { type PlantedTenant, plantTenant } from '../../testing/planted-tenant.ts';
import { field, type RunningCloud, runCloud, TestBrowser } from '../../testing/running-cloud.ts';
import { createHttpServer } from '../http/server.ts';
import { rawExchange } from '../http/testing/raw-exchange.ts';
import { createIdempotency } from '../idempotency/idempotency.ts';
import { createLive } from './live.ts';

let running: RunningCloud;
let ours: PlantedTenant;
let theirs: PlantedTenant;
const open: Stream[] = [];
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  running = await runCloud();
  ours = await plantTenant(running.owner, 'ours');
  theirs = await plantTenant(running.owner, 'theirs');
});
afterEach(() => {
  for (const stream of open.splice(0)) stream.close();
});
afterAll(async () => {
  for (const stop of stops) await stop();
  await running.stop();
});

describe('news of changed rows', () => {
  it('goes to the tenant’s own people, and to each what they may read', async () => {
    const office = await signedIn(ours.manager);
    const listeners = {
      office: await listen(office),
      resident: await listen(await signedIn(ours.resident)),
      stranger: await listen(await signedIn(theirs.manager)),
    };
    const occupancy = { kind: 'tenant', fullName: 'Νέος', startsOn: '2026-01-01' };
    const added = await office.request('POST', `/api/apartments/${ours.apartmentIds[0]}/occupancies`, occupancy);
    const announced = await office.request('POST', '/api/announcements', {
      buildingId: ours.buildingId,
      category: 'general',
      title: { el: 'Νέα', en: null },
    });
    await listeners.resident.saw(field(announced.json, 'id'));
    await listeners.office.saw(field(announced.json, 'id'));
    expect(listeners.office.text()).toContain(field(added.json, 'id'));
    expect(listeners.resident.text()).not.toContain('occupancy');
    expect(listeners.stranger.text()).not.toContain('event: change');
    for (const listener of Object.values(listeners)) expect(listener.text()).not.toContain('Νέ');
  });

  it('ends at once with the session, and with all of a person’s sessions', async () => {
    const [desk, phone, tablet] = [await signedIn(ours.manager), await signedIn(ours.manager), await signedIn(ours.manager)];
    const streams = [await listen(desk), await listen(phone), await listen(tablet)] as const;
    const stranger = await listen(await signedIn(ours.resident));
    expect((await desk.request('POST', '/api/users/logout', {})).status).toBe(204);
    await streams[0].ended();
    expect(streams[1].isOpen()).toBe(true);
    expect((await phone.request('POST', '/api/users/logout', { everywhere: true })).status).toBe(204);
    await Promise.all([streams[1].ended(), streams[2].ended()]);
    expect(stranger.isOpen()).toBe(true);
  });

  it('ends when the refresh secret turns out to be stolen', async () => {
    const browser = await signedIn(ours.manager);
    const thief = new TestBrowser(running.cloud.url);
    for (const [name, value] of browser.cookies) thief.cookies.set(name, value);
    await browser.request('POST', '/api/users/token/refresh');
    const stream = await listen(browser);
    await running.owner.query("update user_session set rotated_at = now() - interval '1 minute' where tenant_id = $1", [ours.tenantId]);
    expect((await thief.request('POST', '/api/users/token/refresh')).status).toBe(401);
    await stream.ended();
  });

  it('is not opened by a session that has ended, though its access token lives', async () => {
    const browser = await signedIn(ours.manager);
    const copy = new TestBrowser(running.cloud.url);
    for (const [name, value] of browser.cookies) copy.cookies.set(name, value);
    await browser.request('POST', '/api/users/logout', {});
    expect((await copy.request('GET', '/api/live')).status).toBe(401);
  });

  it('goes by the roles a person has, not by those they had when the stream was opened', async () => {
    const colleague = await plantColleague(running.owner, ours, 'internal_manager');
    const { url, askedAgain } = await serveLive(20, colleague.id);
    const office = await signedIn(ours.manager);
    const [theirs, stays] = [await listen(await signedIn(colleague), url), await listen(office, url)] as const;
    const announced = async () => {
      const body = { buildingId: ours.buildingId, category: 'general', title: { el: 'Νέα', en: null } };
      const id = field((await office.request('POST', '/api/announcements', body)).json, 'id');
      await stays.saw(id);
      return id;
    };
    await theirs.saw(await announced());
    await running.owner.query('delete from membership where user_id = $1', [colleague.id]);
    await askedAgain();
    const unheard = await announced();
    await running.owner.query(`insert into membership (tenant_id, user_id, building_id, role) values ($1, $2, $3, 'resident')`, [
      ours.tenantId,
      colleague.id,
      ours.buildingId,
    ]);
    await askedAgain();
    await theirs.saw(await announced());
    expect(theirs.text()).not.toContain(unheard);
    await running.owner.query(`update user_session set revoked_at = now(), revoke_reason = 'locked' where user_id = $1`, [colleague.id]);
    await theirs.ended();
  });

  it('leaves places for others when one person opens very many', async () => {
    const greedy = await signedIn(theirs.manager);
    for (let index = 0; index < 20; index += 1) await listen(greedy);
    const refused = await greedy.request('GET', '/api/live');
    expect([refused.status, field(refused.json, 'code')]).toEqual([429, 'too-many-requests']);
    await listen(await signedIn(ours.manager));
  });

  it('does not leave a HEAD waiting', async () => {
    const browser = await signedIn(ours.manager);
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const reply = await rawExchange(running.cloud.url, `HEAD /api/live HTTP/1.1\r\nhost: localhost\r\ncookie: ${cookie}\r\n\r\n`);
    expect(reply).toMatch(/^HTTP\/1.1 404/);
  });
});

interface Stream {
  text(): string;
  isOpen(): boolean;
  /** Resolves when the text has come; throws when it does not come soon. */
  saw(text: string): Promise<void>;
  ended(): Promise<void>;
  close(): void;
}

async function signedIn(account: { email: string; password: string }): Promise<TestBrowser> {
  const browser = new TestBrowser(running.cloud.url);
  expect((await browser.logIn(account)).status).toBe(200);
  return browser;
}

/** Streams of the same people and rows whose heart beats faster; `askedAgain` resolves when what was asked later about the watched person has been answered. */
async function serveLive(heartbeatMs: number, watchedId: string): Promise<{ url: string; askedAgain(): Promise<void> }> {
  const { database, identity } = running.cloud;
  const logger = pino({ level: 'silent' });
  let [asked, answered] = [0, 0];
  const live = createLive({
    url: running.appUrl,
    logger,
    heartbeatMs,
    async principalNow(principal) {
      if (principal.userId !== watchedId) return identity.sessions.principalNow(principal);
      asked += 1;
      return identity.sessions.principalNow(principal).finally(() => {
        answered += 1;
      });
    },
  });
  const app = await createHttpServer({
    logger,
    publicUrl: new URL('http://localhost'),
    trustProxy: false,
    idempotency: createIdempotency(database),
    ...identity.cookies,
    lackingFeatures: async () => [],
  });
  live.routes(app);
  await live.start();
  stops.push(
    async () => live.stop(),
    async () => app.close(),
  );
  return {
    url: await app.listen({ host: 'localhost', port: 0 }),
    async askedAgain() {
      const before = asked;
      await expect.poll(() => answered, { timeout: 5_000 }).toBeGreaterThan(before + 1);
    },
  };
}

async function listen(browser: TestBrowser, url = running.cloud.url): Promise<Stream> {
  const abort = new AbortController();
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const response = await fetch(new URL('/api/live', url), { headers: { cookie }, signal: abort.signal });
  expect(response.status).toBe(200);
  let text = '';
  let over = false;
  const decoder = new TextDecoder();
  const reading = (async () => {
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
  })()
    .catch(() => undefined)
    .finally(() => {
      over = true;
    });
  const stream: Stream = {
    text: () => text,
    isOpen: () => !over,
    saw: (wanted) => expect.poll(() => text, { timeout: 5_000 }).toContain(wanted),
    ended: () => expect.poll(() => over, { timeout: 5_000 }).toBe(true),
    close: () => {
      abort.abort();
      void reading;
    },
  };
  open.push(stream);
  await stream.saw('event: resync');
  return stream;
}
