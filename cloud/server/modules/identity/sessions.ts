import { timingSafeEqual } from 'node:crypto';
import type { Grant, Me } from '@concierge/contract/http/users.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { recordAudit } from '#platform/audit/audit.ts';
import { type Database, type Scope, SessionEnded } from '#platform/database/database.ts';
import type { Principal } from '#platform/http/principal.ts';
import type { Failure } from '#platform/http/problem.ts';
import { closeStreams } from '#platform/live/live.ts';
import type { Outbox } from '#platform/outbox/outbox.ts';
import type { Credentials, ShownCredentials } from './credentials.ts';
import type { RecentRoles } from './recent-roles.ts';
import { allows, buildingsAllowed, judgeRefresh, permissionsOf } from './rules.ts';
import { SESSION_STOLEN } from './security-notices.ts';
import {
  type Account,
  findAccount,
  insertSession,
  lockSession,
  readGrants,
  revokeAllSessions,
  revokeSession,
  rotateSession,
} from './store.ts';
import { type AccessClaims, formatRefresh, parseRefresh, refreshHash, type Tokens } from './tokens.ts';

const SESSION_DAYS = 30;

export interface SessionsDeps {
  readonly database: Database;
  readonly tokens: Tokens;
  readonly outbox: Outbox;
  readonly credentials: Credentials;
  readonly roles: RecentRoles;
  nowMs(): number;
}

export interface OpenedSession {
  readonly me: Me;
  readonly accessToken: string;
  readonly refreshToken: string;
}

export interface Sessions {
  logIn(credentials: ShownCredentials & { userAgent: string }): Promise<Result<OpenedSession, Failure>>;
  /** Rotates the refresh secret; on another tenant's host it is not even looked at. */
  refresh(refreshToken: string | undefined, hostTenantId: string | null): Promise<Result<OpenedSession, Failure>>;
  logOut(principal: Principal, everywhere: boolean): Promise<void>;
  principalOf(accessToken: string): Promise<Principal | null>;
  /** The person with the roles they have at this moment; null when the session does not stand. */
  principalNow(principal: Principal): Promise<Principal | null>;
  me(principal: Principal): Promise<Result<Me, Failure>>;
}

export function createSessions(deps: SessionsDeps): Sessions {
  const { database, tokens, outbox, roles } = deps;

  return {
    async logIn(credentials) {
      const checked = await deps.credentials.check(credentials);
      return checked.ok ? success(await openSession(checked.value, credentials.userAgent)) : checked;
    },

    async refresh(refreshToken, hostTenantId) {
      const shown = parseRefresh(refreshToken);
      if (shown === null || (hostTenantId !== null && hostTenantId !== shown.tenantId)) return failure({ code: 'not-signed-in' });
      const scope: Scope = { tenantId: shown.tenantId, sessionId: null };
      return database.transaction<Result<OpenedSession, Failure>>(scope, async (tx) => {
        const session = await lockSession(tx, shown.sessionId);
        if (session === null) return failure({ code: 'session-ended' });
        const hash = refreshHash(shown.secret);
        const verdict = judgeRefresh(
          {
            matchesCurrent: timingSafeEqual(hash, session.refreshHash),
            matchesPrevious: session.previousRefreshHash !== null && timingSafeEqual(hash, session.previousRefreshHash),
            rotatedAtMs: session.rotatedAt.getTime(),
            standing: session.standing,
          },
          deps.nowMs(),
        );
        if (verdict === 'already-rotated') return failure({ code: 'in-progress' });
        if (verdict === 'stolen') {
          await revokeSession(tx, shown.sessionId, 'refresh-reuse');
          await recordAudit(
            tx,
            { kind: 'user', id: session.userId },
            { action: 'session.refresh-reuse', subjectKind: 'session', subjectId: shown.sessionId },
          );
          await closeStreams(tx, { userId: session.userId, sessionId: shown.sessionId });
          await outbox.emit(tx, SESSION_STOLEN, { tenantId: tx.scope.tenantId, subjectId: session.userId });
        }
        if (verdict !== 'rotate') return failure({ code: 'session-ended' });
        const account = await findAccount(tx, session.userId);
        if (account === null) return failure({ code: 'session-ended' });
        const next = tokens.newRefresh();
        await rotateSession(tx, shown.sessionId, next.hash, new Date(deps.nowMs()));
        return success(await sessionOf(account, shown.sessionId, next.secret));
      });
    },

    async logOut(principal, everywhere) {
      await database.transaction(principal.scope, async (tx) => {
        const sessionId = principal.scope.sessionId;
        if (everywhere) await revokeAllSessions(tx, principal.userId);
        else if (sessionId !== null) await revokeSession(tx, sessionId, 'logout');
        await closeStreams(tx, { userId: principal.userId, sessionId: everywhere ? null : sessionId });
        await recordAudit(
          tx,
          { kind: 'user', id: principal.userId },
          { action: everywhere ? 'session.logout-everywhere' : 'session.logout', subjectKind: 'session', subjectId: sessionId },
        );
      });
    },

    async principalOf(accessToken) {
      const claims = await tokens.readAccess(accessToken, deps.nowMs());
      return claims === null ? null : principalOf(claims.sub, { tenantId: claims.tid, sessionId: claims.sid }, await roles.of(claims));
    },

    async principalNow({ userId, scope }) {
      try {
        return principalOf(userId, scope, await readGrants(database, scope, userId));
      } catch (error) {
        if (error instanceof SessionEnded) return null;
        throw error;
      }
    },

    async me(principal) {
      return database.transaction<Result<Me, Failure>>(principal.scope, async (tx) => {
        const account = await findAccount(tx, principal.userId);
        return account === null ? failure({ code: 'session-ended' }) : success(meOf(account));
      });
    },
  };

  async function openSession(account: Account, userAgent: string): Promise<OpenedSession> {
    return database.transaction({ tenantId: account.tenant.id, sessionId: null }, async (tx) => {
      const refresh = tokens.newRefresh();
      const sessionId = await insertSession(tx, {
        userId: account.id,
        refreshHash: refresh.hash,
        rotatedAt: new Date(deps.nowMs()),
        days: SESSION_DAYS,
        userAgent,
      });
      await recordAudit(tx, { kind: 'user', id: account.id }, { action: 'session.login', subjectKind: 'session', subjectId: sessionId });
      return sessionOf(account, sessionId, refresh.secret);
    });
  }

  async function sessionOf(account: Account, sessionId: string, refreshSecret: string): Promise<OpenedSession> {
    const claims: AccessClaims = { sub: account.id, tid: account.tenant.id, sid: sessionId };
    return {
      me: meOf(account),
      accessToken: await tokens.signAccess(claims, deps.nowMs()),
      refreshToken: formatRefresh(account.tenant.id, sessionId, refreshSecret),
    };
  }
}

function principalOf(userId: string, scope: Scope, grants: readonly Grant[]): Principal {
  return {
    userId,
    scope,
    may: (permission, buildingId) => allows(grants, permission, buildingId),
    buildingsFor: (permission) => buildingsAllowed(grants, permission),
  };
}

function meOf(account: Account): Me {
  return {
    user: { id: account.id, email: account.email, fullName: account.fullName, language: account.language },
    tenant: { ...account.tenant },
    grants: account.grants.map((grant) => ({ ...grant })),
    permissions: [...permissionsOf(account.grants)],
  };
}
