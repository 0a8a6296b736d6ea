import { randomUUID } from 'node:crypto';
import type { Role } from '@concierge/contract/http/users.ts';
import type pg from 'pg';
import type { PlantedTenant } from './planted-tenant.ts';

/** Inserts somebody else of the tenant as the database's owner, with the manager's password. A role that holds in one building holds in the planted one. */
export async function plantColleague(
  owner: pg.ClientBase,
  tenant: PlantedTenant,
  role: Role,
): Promise<{ readonly id: string; readonly email: string; readonly password: string }> {
  const id = randomUUID();
  const email = `${id}@example.test`;
  const isOfOffice = role === 'office_manager' || role === 'office_staff';
  await owner.query(
    `insert into user_account (tenant_id, id, email, full_name, password_hash, office_role)
     select tenant_id, $1, $2, 'Colleague', password_hash, $3 from user_account where tenant_id = $4 and id = $5`,
    [id, email, isOfOffice ? role : null, tenant.tenantId, tenant.manager.id],
  );
  if (!isOfOffice)
    await owner.query('insert into membership (tenant_id, user_id, building_id, role) values ($1, $2, $3, $4)', [
      tenant.tenantId,
      id,
      tenant.buildingId,
      role,
    ]);
  return { id, email, password: tenant.manager.password };
}
