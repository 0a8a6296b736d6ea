import type { Grant } from '@concierge/contract/http/users.ts';
import type { Language } from '@concierge/contract/text.ts';
import type { Database, Scope, Transaction } from '#platform/database/database.ts';

export interface Account {
  readonly id: string;
  readonly email: string;
  readonly fullName: string;
  readonly language: Language;
  readonly passwordHash: string;
  readonly failedLoginCount: number;
  readonly lockedUntil: Date | null;
  readonly tenant: { readonly id: string; readonly slug: string; readonly name: string };
  readonly grants: readonly Grant[];
}

const grantsColumn = `(select coalesce(json_agg(g), '[]') from (
     select u.office_role as role, null::uuid as "buildingId" where u.office_role is not null
     union all
     select m.role, m.building_id from membership m where m.tenant_id = u.tenant_id and m.user_id = u.id
   ) g)`;

const accountColumns = `u.id, u.email, u.full_name as "fullName", u.language, u.password_hash as "passwordHash", u.failed_login_count as "failedLoginCount",
  u.locked_until as "lockedUntil", json_build_object('id', t.id, 'slug', t.slug, 'name', t.name) as tenant,
  ${grantsColumn} as grants`;

export async function findAccount(tx: Transaction, userId: string): Promise<Account | null> {
  const [account] = await tx.query<Account>(
    `select ${accountColumns} from user_account u join tenant t on t.id = u.tenant_id where u.tenant_id = $1 and u.id = $2`,
    [tx.scope.tenantId, userId],
  );
  return account ?? null;
}

/** The roles of the session's person as they are now. Throws SessionEnded when the session does not stand. */
export async function readGrants(database: Database, scope: Scope, userId: string): Promise<readonly Grant[]> {
  const [row] = await database.read<{ grants: readonly Grant[] }>(scope, {
    name: 'read-grants',
    text: `select ${grantsColumn} as grants from user_account u where u.tenant_id = (select current_tenant()) and u.id = $1`,
    values: [userId],
  });
  return row?.grants ?? [];
}

/** Takes the account's row until the transaction ends, so that guesses made at once are counted one by one. */
export async function lockAccount(tx: Transaction, userId: string): Promise<void> {
  await tx.query('select from user_account where tenant_id = $1 and id = $2 for update', [tx.scope.tenantId, userId]);
}

export async function noteFailedLogin(tx: Transaction, userId: string, lockedUntil: Date | null): Promise<void> {
  await tx.change(
    `update user_account set failed_login_count = failed_login_count + 1, locked_until = coalesce($3, locked_until) where tenant_id = $1 and id = $2`,
    [tx.scope.tenantId, userId, lockedUntil],
  );
}

export async function clearFailedLogins(tx: Transaction, userId: string): Promise<void> {
  await tx.change(
    'update user_account set failed_login_count = 0, locked_until = null where tenant_id = $1 and id = $2 and failed_login_count > 0',
    [tx.scope.tenantId, userId],
  );
}

export async function insertSession(
  tx: Transaction,
  session: { userId: string; refreshHash: Uint8Array; rotatedAt: Date; days: number; userAgent: string },
): Promise<string> {
  const [row] = await tx.query<{ id: string }>(
    `insert into user_session (tenant_id, user_id, refresh_hash, rotated_at, expires_at, user_agent)
     values ($1, $2, $3, $4, now() + make_interval(days => $5), $6) returning id`,
    [tx.scope.tenantId, session.userId, session.refreshHash, session.rotatedAt, session.days, session.userAgent.slice(0, 200)],
  );
  if (row === undefined) throw new Error('insert returned no row');
  return row.id;
}

export interface StoredSession {
  readonly userId: string;
  readonly refreshHash: Buffer;
  readonly previousRefreshHash: Buffer | null;
  readonly rotatedAt: Date;
  readonly standing: boolean;
}

export async function lockSession(tx: Transaction, sessionId: string): Promise<StoredSession | null> {
  const [row] = await tx.query<StoredSession>(
    `select user_id as "userId", refresh_hash as "refreshHash", previous_refresh_hash as "previousRefreshHash", rotated_at as "rotatedAt",
       revoked_at is null and expires_at > now() as standing
     from user_session where tenant_id = $1 and id = $2 for update`,
    [tx.scope.tenantId, sessionId],
  );
  return row ?? null;
}

/** `at` is told by the clock that judges the next refresh; the database's own may differ by more than the grace. */
export async function rotateSession(tx: Transaction, sessionId: string, refreshHash: Uint8Array, at: Date): Promise<void> {
  await tx.change(
    'update user_session set previous_refresh_hash = refresh_hash, refresh_hash = $3, rotated_at = $4 where tenant_id = $1 and id = $2',
    [tx.scope.tenantId, sessionId, refreshHash, at],
  );
}

export async function revokeSession(tx: Transaction, sessionId: string, reason: 'logout' | 'refresh-reuse'): Promise<void> {
  await tx.change(
    'update user_session set revoked_at = now(), revoke_reason = $3 where tenant_id = $1 and id = $2 and revoked_at is null',
    [tx.scope.tenantId, sessionId, reason],
  );
}

export async function revokeAllSessions(tx: Transaction, userId: string): Promise<number> {
  return tx.change(
    `update user_session set revoked_at = now(), revoke_reason = 'logout-everywhere' where tenant_id = $1 and user_id = $2 and revoked_at is null`,
    [tx.scope.tenantId, userId],
  );
}

export async function tenantOfHost(database: Database, host: string): Promise<string | null> {
  const [row] = await database.directory<{ tenant: string | null }>('select tenant_of_host($1) as tenant', [host]);
  return row?.tenant ?? null;
}

export async function loginCandidates(database: Database, email: string): Promise<{ tenantId: string; userId: string }[]> {
  return database.directory('select tenant_id as "tenantId", user_id as "userId" from login_candidates($1)', [email.toLowerCase()]);
}

export async function allTenantIds(database: Database): Promise<string[]> {
  const rows = await database.directory<{ id: string }>('select id from tenant_ids() as id');
  return rows.map((row) => row.id);
}

/** Removes sessions that expired or were revoked more than `keptDays` ago; returns how many. */
export async function forgetEndedSessions(tx: Transaction, keptDays: number): Promise<number> {
  return tx.change(
    `delete from user_session where tenant_id = $1 and least(expires_at, coalesce(revoked_at, 'infinity')) < now() - make_interval(days => $2)`,
    [tx.scope.tenantId, keptDays],
  );
}

/** What these people are called; one that is unknown is missing. */
export async function fullNames(database: Database, scope: Scope, userIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (userIds.length === 0) return new Map();
  const rows = await database.read<{ id: string; fullName: string }>(scope, {
    name: 'full-names',
    text: 'select id, full_name as "fullName" from user_account where tenant_id = (select current_tenant()) and id = any ($1)',
    values: [userIds],
  });
  return new Map(rows.map(({ id, fullName }) => [id, fullName]));
}
