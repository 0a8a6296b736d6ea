import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type PlantedTenant, plantTenant } from '../../testing/planted-tenant.ts';
import { field, type RunningCloud, runCloud, TestBrowser } from '../../testing/running-cloud.ts';

/** What a role may do in its own building, and in another building of the same office. */
type Where = 'here' | 'there';
interface Building {
  readonly id: string;
  readonly apartmentId: string;
  readonly occupancyId: string;
  readonly announcementId: string;
}

let running: RunningCloud;
let tenant: PlantedTenant;
let buildings: Record<Where, Building>;
let nowMs = Date.now();

beforeAll(async () => {
  running = await runCloud({ nowMs: () => nowMs });
  tenant = await plantTenant(running.owner, 'ours');
  const here = {
    id: tenant.buildingId,
    apartmentId: tenant.apartmentIds[0] ?? '',
    occupancyId: tenant.occupancyId,
    announcementId: tenant.announcementId,
  };
  buildings = { here, there: await secondBuilding() };
});
afterAll(async () => running.stop());
beforeEach(() => {
  nowMs = Date.now();
});

const text = { el: 'Κείμενο', en: null };
const requests: Record<string, (building: Building) => [method: string, path: string, body?: unknown]> = {
  'read building': ({ id }) => ['GET', `/api/buildings/${id}`],
  'read apartments': ({ id }) => ['GET', `/api/buildings/${id}/apartments`],
  'read weights': ({ id }) => ['GET', `/api/buildings/${id}/weight-tables`],
  'read people': ({ apartmentId }) => ['GET', `/api/apartments/${apartmentId}/occupancies`],
  'read announcements': ({ id }) => ['GET', `/api/announcements?buildingId=${id}`],
  'read devices': ({ id }) => ['GET', `/api/kiosk/devices?buildingId=${id}`],
  announce: ({ id }) => ['POST', '/api/announcements', { buildingId: id, category: 'general', title: text }],
  'change announcement': ({ announcementId }) => ['PATCH', `/api/announcements/${announcementId}`, { urgent: true, version: 999 }],
  'change building': ({ id }) => ['PATCH', `/api/buildings/${id}`, { name: text, version: 999 }],
  'add apartment': ({ id }) => [
    'POST',
    `/api/buildings/${id}/apartments`,
    { label: crypto.randomUUID().slice(0, 20), floor: 1, position: 1 },
  ],
  'change apartment': ({ apartmentId }) => ['PATCH', `/api/apartments/${apartmentId}`, { floor: 2, version: 999 }],
  'remove apartment': ({ apartmentId }) => ['DELETE', `/api/apartments/${apartmentId}`],
  'add person': ({ apartmentId }) => [
    'POST',
    `/api/apartments/${apartmentId}/occupancies`,
    { kind: 'owner', fullName: 'Χ', startsOn: '2026-01-01' },
  ],
  'change person': ({ occupancyId }) => ['PATCH', `/api/occupancies/${occupancyId}`, { fullName: 'Χ', version: 999 }],
  'write weights': ({ id, apartmentId }) => [
    'PUT',
    `/api/buildings/${id}/weight-tables/vote`,
    { partsTotal: 1_000, version: 999, weights: [{ apartmentId, parts: 1_000 }] },
  ],
  'archive building': ({ id }) => ['DELETE', `/api/buildings/${id}`],
  'restore building': ({ id }) => ['POST', `/api/buildings/${id}/restore`],
};
const reads = Object.keys(requests).filter((name) => name.startsWith('read '));
const announcing = ['announce', 'change announcement'];

/** What each role may do where; everything else it may not. */
const allowed: Record<string, Record<Where, readonly string[]>> = {
  office_staff: { here: [...reads, ...announcing], there: [...reads, ...announcing] },
  internal_manager: { here: [...reads, ...announcing], there: [] },
  resident: { here: ['read building', 'read apartments', 'read weights', 'read announcements'], there: [] },
  nothing: { here: [], there: [] },
};

describe('what each role may do at every door, in its own building and in another of the same office', () => {
  it.each(Object.keys(allowed))('%s', async (role) => {
    const browser = await signedInAs(role);
    for (const where of ['here', 'there'] as const) {
      for (const [name, make] of Object.entries(requests)) {
        const [method, path, body] = make(buildings[where]);
        const reply = await browser.request(method, path, body);
        const what = `${role} ${where}: ${name} answered ${reply.status} ${reply.text.slice(0, 160)}`;
        if (allowed[role]?.[where].includes(name)) expect([200, 201, 409], what).toContain(reply.status);
        else expect([403, 404], what).toContain(reply.status);
      }
    }
    const made = await browser.request('POST', '/api/buildings', { name: text, addressLine: text, city: text, postalCode: '11111' });
    expect(made.status).toBe(403);
  });

  it('a resident sees apartments without people, and only what is announced now', async () => {
    const browser = await signedInAs('resident');
    const seen = (await browser.request('GET', `/api/buildings/${tenant.buildingId}/apartments`)).text;
    expect(seen).toContain(tenant.apartmentIds[0]);
    expect(seen).not.toContain(tenant.occupancyId);
    for (const state of ['withdrawn', 'scheduled', 'expired']) {
      const page = await browser.request('GET', `/api/announcements?buildingId=${tenant.buildingId}&state=${state}`);
      expect(page.text, state).not.toMatch(/Withdrawn|"state":"(withdrawn|scheduled|expired)"/);
    }
  });

  it('lists hold only what a role may see', async () => {
    const browser = await signedInAs('internal_manager');
    expect((await browser.request('GET', '/api/buildings')).text).not.toContain(buildings.there.id);
    const cursor = Buffer.from(JSON.stringify(['', '00000000-0000-4000-8000-000000000000'])).toString('base64url');
    expect((await browser.request('GET', `/api/buildings?cursor=${cursor}`)).text).not.toContain(buildings.there.id);
  });
});

describe('a role', () => {
  it('is lost soon after it was taken away, though the access token lives on', async () => {
    const browser = await signedInAs('internal_manager');
    const announce = async () =>
      (await browser.request('POST', '/api/announcements', { buildingId: tenant.buildingId, category: 'general', title: text })).status;
    expect(await announce()).toBe(201);
    await running.owner.query("delete from membership where tenant_id = $1 and role = 'internal_manager'", [tenant.tenantId]);
    nowMs += 16_000;
    expect(await announce()).toBe(403);
  });

  it('in very many buildings still fits into the cookie a browser keeps', async () => {
    const many = await account('many@example.test');
    await running.owner.query(
      `with made as (insert into building (tenant_id, name_el, address_line_el, city_el, postal_code)
         select $1, 'B' || n, 'a', 'a', '11111' from generate_series(1, 250) n returning id)
       insert into membership (tenant_id, user_id, building_id, role) select $1, $2, id, 'internal_manager' from made`,
      [tenant.tenantId, many],
    );
    const browser = new TestBrowser(running.cloud.url);
    const reply = await browser.logIn({ email: 'many@example.test', password: tenant.manager.password });
    for (const line of reply.headers.getSetCookie()) expect(line.length).toBeLessThan(1_000);
    expect((await browser.request('GET', '/api/buildings?limit=200')).json).toMatchObject({ items: { length: 200 } });
  });
});

async function signedInAs(role: string): Promise<TestBrowser> {
  const email = `${role}-${crypto.randomUUID().slice(0, 8)}@example.test`.replaceAll('_', '-');
  const id = await account(email, role.startsWith('office_') ? role : null);
  if (role === 'internal_manager' || role === 'resident')
    await running.owner.query('insert into membership (tenant_id, user_id, building_id, role) values ($1, $2, $3, $4)', [
      tenant.tenantId,
      id,
      tenant.buildingId,
      role,
    ]);
  const browser = new TestBrowser(running.cloud.url);
  expect((await browser.logIn({ email, password: tenant.manager.password })).status).toBe(200);
  return browser;
}

async function account(email: string, officeRole: string | null = null): Promise<string> {
  const id = crypto.randomUUID();
  await running.owner.query(
    `insert into user_account (tenant_id, id, email, full_name, password_hash, office_role)
     select tenant_id, $1, $2, 'Somebody', password_hash, $3 from user_account where id = $4`,
    [id, email, officeRole, tenant.manager.id],
  );
  return id;
}

async function secondBuilding(): Promise<Building> {
  const manager = new TestBrowser(running.cloud.url);
  await manager.logIn(tenant.manager);
  const post = async (path: string, body: unknown) => field((await manager.request('POST', path, body)).json, 'id');
  const id = await post('/api/buildings', { name: text, addressLine: text, city: text, postalCode: '11111' });
  const apartmentId = await post(`/api/buildings/${id}/apartments`, { label: 'Α1', floor: 1, position: 1 });
  return {
    id,
    apartmentId,
    occupancyId: await post(`/api/apartments/${apartmentId}/occupancies`, { kind: 'owner', fullName: 'Χ', startsOn: '2020-01-01' }),
    announcementId: await post('/api/announcements', { buildingId: id, category: 'general', title: text }),
  };
}
