import { createHash, randomBytes } from 'node:crypto';
import { DEMO_SEEDED } from '@concierge/cloud-server/infrastructure/demo-data.ts';
import { hashPassword } from '@concierge/cloud-server/modules/identity/index.ts';
import pg from 'pg';
import { currentAnnouncements, pastAnnouncements } from './announcements.ts';
import { insertSampleScreens } from './fleet.ts';
import { occupant } from './people.ts';
import { type DemoBuilding, type DemoTenant, demoTenants } from './portfolio.ts';
import { idOf, seededRandom } from './random.ts';

const DAY_MS = 86_400_000;

/** Fills an empty database with the demo's tenants. Returns false when there are tenants already; then nothing is touched. */
export async function seedDemo(ownerUrl: string, nowMs: number): Promise<boolean> {
  return withClient(ownerUrl, async (client) => {
    await client.query('begin');
    await client.query("select pg_advisory_xact_lock(hashtext('demo-seed'))");
    const { rowCount } = await client.query('select from tenant limit 1');
    if (rowCount !== 0) {
      await client.query('rollback');
      return false;
    }
    for (const tenant of demoTenants) await insertTenant(client, tenant, nowMs);
    await insertSampleScreens(client, nowMs);
    await client.query('commit');
    return true;
  });
}

/** Makes a single-use claim token for the demo's own kiosk, in place of the manager who would confirm it. */
export async function demoClaimToken(ownerUrl: string): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  const { tenantId, buildingId, screen } = demoKiosk;
  await withClient(ownerUrl, async (client) => {
    await client.query(
      `insert into development_claim (tenant_id, token_hash, building_id, device_name, expires_at) values ($1, $2, $3, $4, now() + interval '1 day')`,
      [tenantId, createHash('sha256').update(token).digest(), buildingId, screen],
    );
  });
  return token;
}

/** Where the demo's kiosk hangs. */
export const demoKiosk = { tenantId: idOf('tenant athina'), buildingId: idOf('building alkmanos'), screen: 'Είσοδος Αλκμάνος' };

async function withClient<Value>(url: string, work: (client: pg.Client) => Promise<Value>): Promise<Value> {
  const client = new pg.Client({ connectionString: url, application_name: 'concierge-demo' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function insertTenant(client: pg.Client, tenant: DemoTenant, nowMs: number): Promise<void> {
  const tenantId = idOf(`tenant ${tenant.slug}`);
  await client.query('insert into tenant (id, slug, name) values ($1, $2, $3)', [tenantId, tenant.slug, tenant.name]);
  await client.query("insert into tenant_plan (tenant_id, plan, starts_at, set_by) values ($1, 'premium', $2, 'demo')", [
    tenantId,
    new Date(nowMs),
  ]);
  for (const host of tenant.hosts) await client.query('insert into tenant_domain (tenant_id, host) values ($1, $2)', [tenantId, host]);
  for (const person of tenant.people) {
    await client.query(
      `insert into user_account (tenant_id, id, email, full_name, phone, password_hash, office_role) values ($1, $2, $3, $4, $5, $6, $7)`,
      [
        tenantId,
        idOf(`user ${person.email}`),
        person.email,
        person.fullName,
        person.phone,
        await hashPassword(person.password),
        person.officeRole,
      ],
    );
  }
  const [author] = tenant.people;
  if (author === undefined) throw new Error(`the tenant ${tenant.slug} has nobody`);
  for (const building of tenant.buildings) await insertBuilding(client, tenantId, building, idOf(`user ${author.email}`), nowMs);
  for (const person of tenant.people) {
    for (const membership of person.memberships) {
      await client.query('insert into membership (tenant_id, user_id, building_id, role) values ($1, $2, $3, $4)', [
        tenantId,
        idOf(`user ${person.email}`),
        idOf(`building ${membership.building}`),
        membership.role,
      ]);
    }
  }
  await client.query(
    `insert into audit_event (tenant_id, actor_kind, action, subject_kind, subject_id, details) values ($1, 'system', $2, 'tenant', $1, $3)`,
    [tenantId, DEMO_SEEDED, { buildings: tenant.buildings.length }],
  );
}

async function insertBuilding(client: pg.Client, tenantId: string, building: DemoBuilding, authorId: string, nowMs: number): Promise<void> {
  const buildingId = idOf(`building ${building.key}`);
  await client.query(
    `insert into building (tenant_id, id, name_el, name_en, address_line_el, address_line_en, city_el, city_en, postal_code)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      tenantId,
      buildingId,
      building.name.el,
      building.name.en,
      building.addressLine.el,
      building.addressLine.en,
      building.city.el,
      building.city.en,
      building.postalCode,
    ],
  );
  const random = seededRandom(`people ${building.key}`);
  for (const [index, apartment] of building.apartments.entries()) {
    const apartmentId = apartmentIdOf(building, index);
    await client.query(
      `insert into apartment (tenant_id, id, building_id, label, floor, position, area_square_metres) values ($1, $2, $3, $4, $5, $6, $7)`,
      [tenantId, apartmentId, buildingId, apartment.label, apartment.floor, index + 1, apartment.areaSquareMetres],
    );
    await insertOccupant(client, tenantId, apartmentId, 'owner', '2015-01-01', null, random);
    // Half are let; some changed hands within the last eighteen months.
    if (random.below(2) === 0) {
      const moved = dayOf(nowMs - (40 + random.below(500)) * DAY_MS);
      if (random.below(3) === 0)
        await insertOccupant(client, tenantId, apartmentId, 'tenant', '2019-09-01', dayOf(Date.parse(moved) - DAY_MS), random);
      await insertOccupant(client, tenantId, apartmentId, 'tenant', moved, null, random);
    }
  }
  await insertWeights(client, tenantId, buildingId, building);
  for (const [index, announcement] of [...currentAnnouncements, ...pastAnnouncements].entries()) {
    await client.query(
      `insert into announcement (tenant_id, id, building_id, category, title_el, title_en, body_el, body_en, publish_at, expires_at, created_by)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        tenantId,
        idOf(`announcement ${building.key} ${index}`),
        buildingId,
        announcement.category,
        announcement.title.el,
        announcement.title.en,
        announcement.body?.el ?? null,
        announcement.body?.en ?? null,
        new Date(nowMs + announcement.publishDay * DAY_MS),
        announcement.expireDay === null ? null : new Date(nowMs + announcement.expireDay * DAY_MS),
        authorId,
      ],
    );
  }
}

async function insertOccupant(
  client: pg.Client,
  tenantId: string,
  apartmentId: string,
  kind: 'owner' | 'tenant',
  startsOn: string,
  endsOn: string | null,
  random: ReturnType<typeof seededRandom>,
): Promise<void> {
  const person = occupant(random);
  await client.query(
    `insert into occupancy (tenant_id, id, apartment_id, kind, full_name, email, phone, starts_on, ends_on) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      tenantId,
      idOf(`occupancy ${apartmentId} ${kind} ${startsOn}`),
      apartmentId,
      kind,
      person.fullName,
      person.email,
      person.phone,
      startsOn,
      endsOn,
    ],
  );
}

async function insertWeights(client: pg.Client, tenantId: string, buildingId: string, building: DemoBuilding): Promise<void> {
  const tables = [
    { kind: 'general', total: 1_000, parts: building.apartments.map((apartment) => apartment.general) },
    { kind: 'elevator', total: 1_000, parts: building.apartments.map((apartment) => apartment.elevator) },
    { kind: 'heating', total: building.heatingTotal, parts: building.apartments.map((apartment) => apartment.heating) },
    { kind: 'owner', total: 1_000, parts: building.apartments.map((apartment) => apartment.general) },
    { kind: 'vote', total: 1_000, parts: building.apartments.map((apartment) => apartment.general) },
  ];
  for (const table of tables) {
    await client.query('insert into weight_table (tenant_id, building_id, kind, parts_total) values ($1, $2, $3, $4)', [
      tenantId,
      buildingId,
      table.kind,
      table.total,
    ]);
    await client.query(
      `insert into weight (tenant_id, building_id, kind, apartment_id, parts, remaining_charge_hundredths)
       select $1, $2, $3, w.id, w.parts, w.remaining from unnest($4::uuid[], $5::int[], $6::int[]) as w (id, parts, remaining)`,
      [
        tenantId,
        buildingId,
        table.kind,
        building.apartments.map((_, index) => apartmentIdOf(building, index)),
        table.parts,
        building.apartments.map((apartment) => (table.kind === 'heating' ? apartment.remainingChargeHundredths : null)),
      ],
    );
  }
}

function apartmentIdOf(building: DemoBuilding, index: number): string {
  return idOf(`apartment ${building.key} ${index}`);
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
