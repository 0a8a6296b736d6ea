import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PlantedTenant, plantTenant } from '../../testing/planted-tenant.ts';
import { field, type RunningCloud, runCloud, TestBrowser } from '../../testing/running-cloud.ts';
import { MAX_ANNOUNCEMENTS, tooManyAnnouncements } from './rules.ts';

let running: RunningCloud;
let tenant: PlantedTenant;
let office: TestBrowser;
let nowMs = Date.now();

beforeAll(async () => {
  running = await runCloud({ nowMs: () => nowMs });
  tenant = await plantTenant(running.owner, 'ours');
  office = new TestBrowser(running.cloud.url);
  await office.logIn(tenant.manager);
});
afterAll(async () => running.stop());

const post = async (change: object) =>
  office.request('POST', '/api/announcements', {
    buildingId: tenant.buildingId,
    category: 'works',
    title: { el: 'Έργα', en: null },
    ...change,
  });
const titlesFor = async (browser: TestBrowser) =>
  (await browser.request('GET', `/api/announcements?buildingId=${tenant.buildingId}&limit=200`)).text;

describe('an announcement', () => {
  it('is seen by residents from its hour to its end, by the clock alone', async () => {
    const resident = new TestBrowser(running.cloud.url);
    await resident.logIn(tenant.resident);
    const startMs = nowMs;
    const at = (minutes: number) => new Date(startMs + minutes * 60_000).toISOString();
    await post({ title: { el: 'Προγραμματισμένη', en: null }, publishAt: at(2), expiresAt: at(4) });
    const seen: boolean[] = [];
    for (const minute of [0, 2, 3, 4]) {
      nowMs = startMs + minute * 60_000;
      seen.push((await titlesFor(resident)).includes('Προγραμματισμένη'));
    }
    expect(seen).toEqual([false, true, true, false]);
    nowMs = startMs;
  });

  it('cannot expire before it is published, neither when made nor by moving one end', async () => {
    const made = await post({ publishAt: '2026-03-29T01:00:00.000Z', expiresAt: '2026-03-29T01:00:00.001Z' });
    expect(made.status).toBe(201);
    const patch = async (change: object) =>
      office.request('PATCH', `/api/announcements/${field(made.json, 'id')}`, { ...change, version: 1 });
    for (const change of [{ publishAt: '2026-03-29T01:00:00.001Z' }, { expiresAt: '2026-03-29T01:00:00.000Z' }]) {
      const reply = await patch(change);
      expect([reply.status, field(reply.json, 'code')]).toEqual([422, 'expires-before-publication']);
    }
  });

  it.each(['0001-01-01T00:00:00.000Z', '2028-02-29T00:00:00.000Z', '9999-12-31T23:59:59.999Z'])(
    'keeps the instant %s',
    async (publishAt) => {
      const reply = await post({ publishAt });
      expect(reply.json).toMatchObject({ publishAt });
    },
  );

  it.each(['2026-02-29T00:00:00.000Z', '2026-03-29T03:30:00.000+02:00', '2026-03-29T03:30', '2016-12-31T23:59:60.000Z', 1e21])(
    'is not published at %s',
    async (publishAt) => {
      expect((await post({ publishAt })).status).toBe(400);
    },
  );

  it('is changed by one of two at once, and withdrawn only from what was read', async () => {
    const id = field((await post({})).json, 'id');
    const patch = async (change: object) => office.request('PATCH', `/api/announcements/${id}`, { ...change, version: 1 });
    const statuses = (await Promise.all([patch({ withdrawn: true }), patch({ urgent: true })])).map((reply) => reply.status);
    expect(statuses.toSorted((left, right) => left - right)).toEqual([200, 409]);
  });

  it('of a building that left the office is out of reach, as the building is', async () => {
    const text = { el: 'Παλιό', en: null };
    const made = await office.request('POST', '/api/buildings', { name: text, addressLine: text, city: text, postalCode: '11111' });
    const buildingId = field(made.json, 'id');
    const id = field((await post({ buildingId })).json, 'id');
    expect((await office.request('DELETE', `/api/buildings/${buildingId}`)).status).toBe(204);
    expect((await post({ buildingId })).status).toBe(404);
    expect((await office.request('PATCH', `/api/announcements/${id}`, { urgent: true, version: 1 })).status).toBe(404);
  });

  it('is refused where the building has too many already, whatever became of them', async () => {
    const text = { el: 'Πολυλογού', en: null };
    const made = await office.request('POST', '/api/buildings', { name: text, addressLine: text, city: text, postalCode: '11111' });
    const buildingId = field(made.json, 'id');
    await running.owner.query(
      `insert into announcement (tenant_id, building_id, category, title_el, withdrawn_at, created_by) select $1, $2, 'general', 'Παλιά', now(), $3 from generate_series(1, $4)`,
      [tenant.tenantId, buildingId, tenant.manager.id, MAX_ANNOUNCEMENTS],
    );
    const refused = await post({ buildingId });
    expect([refused.status, field(refused.json, 'detail')]).toEqual([400, tooManyAnnouncements().el]);
    expect((await post({})).status).toBe(201);
  });
});

describe('the lobby', () => {
  const plant = async (titles: readonly [title: string, hoursAhead: number, urgent?: boolean][]) => {
    const text = { el: 'Γεμάτη', en: null };
    const made = await office.request('POST', '/api/buildings', { name: text, addressLine: text, city: text, postalCode: '11111' });
    const buildingId = field(made.json, 'id');
    for (const [title, hoursAhead, urgent = false] of titles)
      await running.owner.query(
        `insert into announcement (tenant_id, building_id, category, title_el, urgent, publish_at, created_by)
         values ($1, $2, 'general', $3, $4, now() + make_interval(hours => $5), $6)`,
        [tenant.tenantId, buildingId, title, urgent, hoursAhead, tenant.manager.id],
      );
    const { announcements, database } = running.cloud;
    const shown = await database.transaction({ tenantId: tenant.tenantId, sessionId: null }, (tx) =>
      announcements.forLobby(tx, buildingId),
    );
    return shown.map(({ title }) => title.el);
  };
  const many = (count: number, of: (index: number) => [string, number, boolean?]) => Array.from({ length: count }, (_, index) => of(index));

  it('shows what holds now, however much is planned, and of what is planned the nearest', async () => {
    const planned = many(45, (index) => [`σε ${index + 1}`, index + 1, index === 44]);
    const shown = await plant([...planned, ['παλιά', -500], ['νέα', -1], ['επείγουσα', -900, true]]);
    expect(shown.slice(0, 1)).toEqual(['επείγουσα']);
    expect(shown.slice(-2)).toEqual(['νέα', 'παλιά']);
    expect(shown.slice(1, -2)).toEqual(many(37, (index) => [`σε ${37 - index}`, 0]).map(([title]) => title));
  });

  it('shows of too much that holds now what is urgent, and then the newest', async () => {
    const shown = await plant([...many(45, (index) => [`πριν ${index + 1}`, -1 - index]), ['επείγουσα', -900, true], ['σε λίγο', 1]]);
    expect(shown).toEqual(['επείγουσα', ...many(39, (index) => [`πριν ${index + 1}`, 0]).map(([title]) => title)]);
  });
});
