import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PlantedTenant, plantTenant } from './testing/planted-tenant.ts';
import { field, type RunningCloud, runCloud, TestBrowser } from './testing/running-cloud.ts';

let running: RunningCloud;
let tenant: PlantedTenant;
let office: TestBrowser;

beforeAll(async () => {
  running = await runCloud();
  tenant = await plantTenant(running.owner, 'ours');
  office = new TestBrowser(running.cloud.url);
  await office.logIn(tenant.manager);
});
afterAll(async () => running.stop());

const good = () => ({ buildingId: tenant.buildingId, category: 'general', title: { el: 'Καλημέρα', en: null } });

describe('bad input gets a clear problem in the reader’s language', () => {
  it.each([
    ['malformed JSON', () => '{"a":', 400, 'bad-request'],
    ['half a body', () => JSON.stringify(good()).slice(0, -3), 400, 'bad-request'],
    ['a NUL character', () => JSON.stringify({ ...good(), title: { el: 'a\u0000b', en: null } }), 400, 'bad-request'],
    ['a prototype key', () => '{"__proto__":{"isAdmin":true}}', 400, 'bad-request'],
    ['an array', () => [good()], 400, 'invalid-fields'],
    ['no body', () => undefined, 400, 'invalid-fields'],
    ['an unknown field', () => ({ ...good(), isAdmin: true }), 400, 'invalid-fields'],
    ['a wrong type', () => ({ ...good(), urgent: 'yes' }), 400, 'invalid-fields'],
    ['an unknown category', () => ({ ...good(), category: 'party' }), 400, 'invalid-fields'],
    ['an empty title', () => ({ ...good(), title: { el: '   ', en: null } }), 400, 'invalid-fields'],
    ['a title too long', () => ({ ...good(), title: { el: 'α'.repeat(121), en: null } }), 400, 'invalid-fields'],
    ['a date that is none', () => ({ ...good(), publishAt: '2026-02-30T00:00:00.000Z' }), 400, 'invalid-fields'],
    [
      'an expiry before publication',
      () => ({ ...good(), publishAt: '2026-11-21T00:00:00.000Z', expiresAt: '2026-11-20T00:00:00.000Z' }),
      422,
      'expires-before-publication',
    ],
    ['a building of nobody', () => ({ ...good(), buildingId: crypto.randomUUID() }), 404, 'not-found'],
    ['an oversized body', () => ({ ...good(), body: { el: 'α'.repeat(200_000), en: null } }), 413, 'too-large'],
  ])('%s', async (_name, body, status, code) => {
    const reply = await office.request('POST', '/api/announcements', body(), { 'accept-language': 'en' });
    expect([reply.status, field(reply.json, 'code')], reply.text).toEqual([status, code]);
    expect(reply.headers.get('content-type')).toContain('application/problem+json');
    expect(field(reply.json, 'title')).toMatch(/^[A-Za-z]/);
  });

  it('says which field and speaks Greek by default', async () => {
    const reply = await office.request('POST', '/api/announcements', { ...good(), urgent: 'yes' });
    expect(field(reply.json, 'title')).toBe('Κάποια πεδία χρειάζονται διόρθωση.');
    expect(reply.text).toContain('/urgent');
  });

  it('refuses what is not JSON', async () => {
    const reply = await office.request('POST', '/api/announcements', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' });
    expect([reply.status, field(reply.json, 'code')]).toEqual([415, 'unsupported-media-type']);
  });

  it.each([
    '/api/buildings/not-a-uuid',
    '/api/buildings?limit=0',
    '/api/buildings?limit=100000',
    '/api/buildings?nonsense=1',
    '/api/buildings?cursor=abc',
    '/api/buildings?cursor=WyJhIiwgMV0',
  ])('%s', async (path) => {
    const reply = await office.request('GET', path);
    expect([reply.status, field(reply.json, 'code')], reply.text).toEqual([400, 'invalid-fields']);
  });

  it('knows its own cursors, and survives foreign keys in them', async () => {
    const cursor = Buffer.from(JSON.stringify(['x', "'; drop table building; --"])).toString('base64url');
    const reply = await office.request('GET', `/api/buildings?cursor=${cursor}`);
    expect([reply.status, field(reply.json, 'code')], reply.text).toEqual([400, 'invalid-fields']);
  });

  it.each(['/assets/../../server/main.ts', '/assets/..%2f..%2fserver%2fmain.ts', '/assets/%2e%2e/%2e%2e/package.json'])(
    'serves nothing beside the pages: %s',
    async (path) => {
      const reply = await office.request('GET', path);
      expect(reply.status).toBeGreaterThanOrEqual(400);
      expect(reply.text).not.toContain('startCloud');
    },
  );

  it('says how much a weight table misses', async () => {
    const weights = tenant.apartmentIds.map((apartmentId) => ({ apartmentId, parts: 499 }));
    const reply = await office.request('PUT', `/api/buildings/${tenant.buildingId}/weight-tables/owner`, {
      partsTotal: 1_000,
      weights,
      version: null,
    });
    expect([reply.status, field(reply.json, 'code')]).toEqual([422, 'weights-do-not-add-up']);
    expect(field(reply.json, 'detail')).toBe('Το άθροισμα είναι 998 αντί για 1000: λείπουν 2.');
  });

  it("refuses another building's apartments in a weight table, and a version somebody else has overtaken", async () => {
    const other = await plantTenant(running.owner, 'weights');
    const [first = '', second = ''] = tenant.apartmentIds;
    const put = async (apartmentIds: readonly string[], version: number | null) =>
      office.request('PUT', `/api/buildings/${tenant.buildingId}/weight-tables/general`, {
        partsTotal: 1_000,
        weights: apartmentIds.map((apartmentId) => ({ apartmentId, parts: 500 })),
        version,
      });
    expect(field((await put([first, other.apartmentIds[0] ?? ''], 1)).json, 'code')).toBe('unknown-apartment');
    expect(field((await put([first, first], 1)).json, 'code')).toBe('invalid-fields');
    expect((await put([first, second], 1)).status).toBe(200);
    expect(field((await put([first, second], 1)).json, 'code')).toBe('version-conflict');
  });

  it('refuses two editors of one row: the second is told', async () => {
    const change = async (label: string) => office.request('PATCH', `/api/apartments/${tenant.apartmentIds[0]}`, { label, version: 1 });
    const statuses = (await Promise.all([change('Α1'), change('Α2')])).map((reply) => reply.status).toSorted((left, right) => left - right);
    expect(statuses).toEqual([200, 409]);
  });

  it('a server without a declared permission does not start', async () => {
    const { createHttpServer } = await import('#platform/http/server.ts');
    const { createIdempotency } = await import('#platform/idempotency/idempotency.ts');
    const { pino } = await import('pino');
    const app = await createHttpServer({
      logger: pino({ level: 'silent' }),
      publicUrl: new URL('http://localhost'),
      trustProxy: false,
      idempotency: createIdempotency(running.cloud.database),
      authenticate: async () => null,
      lackingFeatures: async () => [],
      csrfHolds: () => false,
    });
    expect(() => app.get('/open', async () => 'to everybody')).toThrow(/does not say who may call it/);
    await app.close();
  });
});
