import { randomInt } from 'node:crypto';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type pg from 'pg';
import { z } from 'zod';
import { hashPassword } from './password.ts';

/** A new office, which is a tenant, with its first manager. */
export const NewOffice = z.strictObject({
  /** Lower case letters, digits and hyphens; people see it where one address opens several offices. */
  slug: z.string().regex(/^[a-z][a-z0-9-]{1,62}$/),
  name: z.string().trim().min(1).max(120),
  email: z.email().max(254).toLowerCase(),
  manager: z.string().trim().min(1).max(120),
  language: z.enum(['el', 'en']).default('el'),
  /** Host names that belong to this office alone. */
  hosts: z
    .array(
      z
        .string()
        .toLowerCase()
        .regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/),
    )
    .max(20)
    .default([]),
});
export type NewOffice = z.infer<typeof NewOffice>;

/** Without letters and digits that are mistaken for each other; twenty of them are 115 bits. */
const PASSWORD_ALPHABET = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const PASSWORD_LENGTH = 20;

/**
 * Creates the office and its manager, and what `also` has for it, in one transaction, on a connection of the database's owner: the application itself cannot make tenants. Returns the manager's first password, which is
 * kept nowhere else.
 */
export async function createOffice(
  owner: pg.ClientBase,
  office: NewOffice,
  also: (tenantId: string) => Promise<void>,
): Promise<Result<{ tenantId: string; password: string }, 'slug-taken' | 'host-taken'>> {
  const password = Array.from({ length: PASSWORD_LENGTH }, () => PASSWORD_ALPHABET[randomInt(PASSWORD_ALPHABET.length)]).join('');
  const passwordHash = await hashPassword(password);
  await owner.query('begin');
  try {
    const { rows } = await owner.query<{ id: string }>(
      'insert into tenant (slug, name) values ($1, $2) on conflict (slug) do nothing returning id',
      [office.slug, office.name],
    );
    const tenantId = rows[0]?.id;
    if (tenantId === undefined) return failure(await undone('slug-taken'));
    const { rowCount: hosts } = await owner.query(
      'insert into tenant_domain (tenant_id, host) select $1, unnest($2::text[]) on conflict (host) do nothing',
      [tenantId, [...new Set(office.hosts)]],
    );
    if (hosts !== new Set(office.hosts).size) return failure(await undone('host-taken'));
    await owner.query(
      `insert into user_account (tenant_id, email, full_name, password_hash, language, office_role) values ($1, $2, $3, $4, $5, 'office_manager')`,
      [tenantId, office.email, office.manager, passwordHash, office.language],
    );
    await owner.query(
      `insert into audit_event (tenant_id, actor_kind, action, subject_kind, subject_id) values ($1, 'system', 'tenant.created', 'tenant', $1)`,
      [tenantId],
    );
    await also(tenantId);
    await owner.query('commit');
    return success({ tenantId, password });
  } catch (error) {
    await owner.query('rollback');
    throw error;
  }

  async function undone<Reason>(reason: Reason): Promise<Reason> {
    await owner.query('rollback');
    return reason;
  }
}
