import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type PlantedTenant, plantTenant } from '../../testing/planted-tenant.ts';
import { field, type RunningCloud, runCloud, TestBrowser } from '../../testing/running-cloud.ts';
import { MAX_BUILDINGS, tooManyBuildings } from './rules.ts';

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

const text = { el: 'Κείμενο', en: null };
const building = (change: object = {}) => ({ name: text, addressLine: text, city: text, postalCode: '11111', ...change });

describe('a building', () => {
  it.each(['Nowhere/Land', '', '+02:00', 'Europe/Athens; drop'])(
    'is not made in the time zone %j, in which nobody could tell its date',
    async (timeZone) => {
      const made = await office.request('POST', '/api/buildings', building({ timeZone }));
      expect([made.status, field(made.json, 'code')]).toEqual([400, 'invalid-fields']);
      expect(made.text).toContain('/timeZone');
      const changed = await office.request('PATCH', `/api/buildings/${tenant.buildingId}`, { timeZone, version: 1 });
      expect([changed.status, changed.text.includes('/timeZone')]).toEqual([400, true]);
    },
  );

  it('with the longest name is still followed by the next page', async () => {
    for (const last of ['Α', 'Β', 'Γ'])
      await office.request('POST', '/api/buildings', building({ name: { el: `${'Ω'.repeat(79)}${last}`, en: null } }));
    const names: string[] = [];
    let next = '/api/buildings?limit=1';
    for (let page = 0; page < 10 && next !== ''; page += 1) {
      const reply = await office.request('GET', next);
      const { items, nextCursor } = z
        .object({ items: z.array(z.object({ name: z.object({ el: z.string() }) })), nextCursor: z.string().nullable() })
        .parse(reply.json);
      names.push(...items.map((item) => item.name.el));
      next = nextCursor === null ? '' : `/api/buildings?limit=1&cursor=${nextCursor}`;
    }
    expect(names).toHaveLength(4);
    expect(new Set(names).size).toBe(4);
  });

  it('is the same one in upper case, also for somebody whose role is in it alone', async () => {
    const resident = new TestBrowser(running.cloud.url);
    await resident.logIn(tenant.resident);
    expect((await resident.request('GET', `/api/buildings/${tenant.buildingId.toUpperCase()}`)).status).toBe(200);
    expect((await resident.request('GET', `/api/announcements?buildingId=${tenant.buildingId.toUpperCase()}`)).status).toBe(200);
  });
});

describe('a version no row ever had', () => {
  it.each([2 ** 31, 2 ** 53 - 1, 1e21, 1.5, -0, 0, -1, '1'])('%s is a faulty field everywhere', async (version) => {
    const weights = { partsTotal: 1_000, weights: [{ apartmentId: tenant.apartmentIds[0], parts: 1_000 }] };
    const changes: [string, string, object][] = [
      ['PATCH', `/api/buildings/${tenant.buildingId}`, { name: text }],
      ['PATCH', `/api/apartments/${tenant.apartmentIds[0]}`, { floor: 2 }],
      ['PATCH', `/api/occupancies/${tenant.occupancyId}`, { fullName: 'Χ' }],
      ['PATCH', `/api/announcements/${tenant.announcementId}`, { urgent: true }],
      ['PUT', `/api/buildings/${tenant.buildingId}/weight-tables/general`, weights],
    ];
    for (const [method, path, body] of changes) {
      const reply = await office.request(method, path, { ...body, version });
      expect([reply.status, field(reply.json, 'code')], `${path} ${reply.text}`).toEqual([400, 'invalid-fields']);
    }
  });
});

describe('a weight table', () => {
  const put = async (kind: string, weights: object[]) =>
    office.request('PUT', `/api/buildings/${tenant.buildingId}/weight-tables/${kind}`, { partsTotal: 1_000, version: null, weights });

  it('takes no apartment twice, however its id is written', async () => {
    const [id = ''] = tenant.apartmentIds;
    const reply = await put('owner', [
      { apartmentId: id, parts: 500 },
      { apartmentId: id.toUpperCase(), parts: 500 },
    ]);
    expect([reply.status, field(reply.json, 'code')]).toEqual([400, 'invalid-fields']);
    expect(reply.text).toContain('Ένα διαμέρισμα υπάρχει δύο φορές.');
  });

  it.each([
    [[1_001], '1'],
    [[1e21], null],
    [[-1, 1_001], null],
    [[999.5, 0.5], null],
    [[Number.MAX_SAFE_INTEGER + 2], null],
  ])('refuses the parts %j', async (parts, tooMany) => {
    const reply = await put(
      'elevator',
      parts.map((part, index) => ({ apartmentId: tenant.apartmentIds[index], parts: part })),
    );
    expect(reply.status).toBe(tooMany === null ? 400 : 422);
    if (tooMany !== null) expect(field(reply.json, 'detail')).toContain(`περισσεύουν ${tooMany}`);
    expect((await office.request('GET', `/api/buildings/${tenant.buildingId}/weight-tables`)).text).not.toContain('elevator');
  });

  it('is written by one of two managers at once, and the other is told', async () => {
    const one = tenant.apartmentIds.map((apartmentId, index) => ({ apartmentId, parts: index * 1_000 }));
    const statuses = (await Promise.all([put('vote', one), put('vote', one.toReversed())])).map((reply) => reply.status);
    expect(statuses.toSorted((left, right) => left - right)).toEqual([200, 409]);
  });
});

describe('who owns or rents an apartment', () => {
  const add = async (body: object) =>
    office.request('POST', `/api/apartments/${tenant.apartmentIds[1]}/occupancies`, { kind: 'owner', fullName: 'Χ', ...body });

  it.each(['0000-01-01', '2023-02-29', '2026-13-01', '20-1-1', '10000-01-01'])('does not since %s', async (startsOn) => {
    expect((await add({ startsOn })).status).toBe(400);
  });

  it.each(['0001-01-01', '2024-02-29', '9999-12-31'])('may since %s, and the day stays the day', async (startsOn) => {
    const reply = await add({ startsOn, endsOn: startsOn });
    expect(reply.json).toMatchObject({ startsOn, endsOn: startsOn });
    expect((await office.request('GET', `/api/apartments/${tenant.apartmentIds[1]}/occupancies`)).text).toContain(startsOn);
  });

  it('cannot end before it began, neither when made nor by changing one end', async () => {
    expect((await add({ startsOn: '2026-05-02', endsOn: '2026-05-01' })).status).toBe(400);
    const made = await add({ startsOn: '2026-05-01', endsOn: '2026-05-31' });
    const changed = await office.request('PATCH', `/api/occupancies/${field(made.json, 'id')}`, { startsOn: '2026-06-01', version: 1 });
    expect([changed.status, changed.text.includes('Είναι πριν από την αρχή.')]).toEqual([400, true]);
  });

  it('is never more than the list shows', async () => {
    const [apartmentId] = tenant.apartmentIds;
    await running.owner.query(
      `insert into occupancy (tenant_id, apartment_id, kind, full_name, starts_on) select $1, $2, 'tenant', 'Παλιός', '2000-01-01' from generate_series(1, 499)`,
      [tenant.tenantId, apartmentId],
    );
    const reply = await office.request('POST', `/api/apartments/${apartmentId}/occupancies`, {
      kind: 'owner',
      fullName: 'Χ',
      startsOn: '2026-01-01',
    });
    expect([reply.status, field(reply.json, 'detail')]).toEqual([400, 'Υπάρχουν ήδη 500, που είναι το όριο.']);
  });
});

it('a building never has more apartments than its list shows', async () => {
  const made = await office.request('POST', '/api/buildings', building());
  const id = field(made.json, 'id');
  await running.owner.query(
    `insert into apartment (tenant_id, building_id, label, floor, position) select $1, $2, 'A' || n, 1, 1 from generate_series(1, 2000) n`,
    [tenant.tenantId, id],
  );
  const reply = await office.request('POST', `/api/buildings/${id}/apartments`, { label: 'Νέο', floor: 1, position: 1 });
  expect([reply.status, field(reply.json, 'detail')]).toEqual([400, 'Υπάρχουν ήδη 2000, που είναι το όριο.']);
});

it('an office has only so many buildings, and those that it archived are among them', async () => {
  const greedy = await plantTenant(running.owner, 'greedy');
  await running.owner.query(
    `insert into building (tenant_id, name_el, address_line_el, city_el, postal_code, archived_at) select $1, 'Κτίριο', 'Οδός', 'Αθήνα', '11111', now() from generate_series(2, $2)`,
    [greedy.tenantId, MAX_BUILDINGS],
  );
  const browser = new TestBrowser(running.cloud.url);
  await browser.logIn(greedy.manager);
  const refused = await browser.request('POST', '/api/buildings', building());
  expect([refused.status, field(refused.json, 'detail')]).toEqual([400, tooManyBuildings().el]);
  expect((await office.request('POST', '/api/buildings', building())).status).toBe(201);
});
