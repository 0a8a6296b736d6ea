import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { hashPassword } from '@concierge/cloud-server/modules/identity/index.ts';
import type pg from 'pg';

export interface BenchTenant {
  readonly tenantId: string;
  readonly buildingIds: readonly string[];
  readonly manager: { readonly email: string; readonly password: string };
}

/** An office with buildings of equal size. `slug` keeps two of them apart. */
export async function plantOffice(
  owner: pg.ClientBase,
  slug: string,
  size: { buildings: number; apartmentsEach: number },
): Promise<BenchTenant> {
  const tenantId = randomUUID();
  const buildingIds = Array.from({ length: size.buildings }, () => randomUUID());
  const manager = { email: `${slug}@example.test`, password: randomBytes(12).toString('base64url') };
  await owner.query('begin');
  await owner.query('insert into tenant (id, slug, name) values ($1, $2, $2)', [tenantId, slug]);
  await owner.query("insert into tenant_plan (tenant_id, plan, starts_at, set_by) values ($1, 'premium', now(), 'bench')", [tenantId]);
  await owner.query(
    "insert into user_account (tenant_id, email, full_name, password_hash, office_role) values ($1, $2, 'Bench', $3, 'office_manager')",
    [tenantId, manager.email, await hashPassword(manager.password)],
  );
  await owner.query(
    `insert into building (tenant_id, id, name_el, name_en, address_line_el, address_line_en, city_el, city_en, postal_code)
     select $1, id, 'Πολυκατοικία ' || n, 'Building ' || n, 'Αλκμάνος ' || n, 'Alkmanos ' || n, 'Αθήνα', 'Athens', '11528'
     from unnest($2::uuid[]) with ordinality as b (id, n)`,
    [tenantId, buildingIds],
  );
  await owner.query(
    `insert into apartment (tenant_id, building_id, label, floor, position, area_square_metres)
     select $1, id, 'Α' || n, n / 3, n, 60 + n from unnest($2::uuid[]) as id, generate_series(1, $3::int) as n`,
    [tenantId, buildingIds, size.apartmentsEach],
  );
  await owner.query('commit');
  return { tenantId, buildingIds, manager };
}

/** Single-use tokens with which kiosks claim a place in the building, in place of the manager who would confirm each. */
export async function claimTokens(owner: pg.ClientBase, place: { tenantId: string; buildingId: string }, count: number): Promise<string[]> {
  const tokens = Array.from({ length: count }, () => randomBytes(32).toString('base64url'));
  for (const [index, token] of tokens.entries()) {
    await owner.query(
      `insert into development_claim (tenant_id, token_hash, building_id, device_name, expires_at) values ($1, $2, $3, $4, now() + interval '1 day')`,
      [place.tenantId, createHash('sha256').update(token).digest(), place.buildingId, `Bench ${index + 1}`],
    );
  }
  return tokens;
}
