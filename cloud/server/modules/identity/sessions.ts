import { timingSafeEqual } from 'node:crypto';
import type { Grant, Me } from '@concierge/contract/http/users.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { recordAudit } from '#platform/audit/audit.ts';
import type { Database, Scope, Transaction } from '#platform/database/database.ts';
import type { Principal } from '#platform/http/principal.ts';
import type { Failure } from '#platform/http/problem.ts';
import type { Outbox } from '#platform/outbox/outbox.ts';
import { passwordMatches, pretendToCheck } from './password.ts';
import { allows, buildingsAllowed, judgeRefresh, lockSeconds, permissionsOf } from './rules.ts';
import { ACCOUNT_LOCKED, SESSION_STOLEN } from './security-notices.ts';
import {
  type Account,
  clearFailedLogins,
  findAccount,
  insertSession,
  lockAccount,
  lockSession,
  loginCandidates,
  noteFailedLogin,
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
  nowMs(): number;
}

export interface OpenedSession {
  readonly me: Me;
  readonly accessToken: string;
  readonly refreshToken: string;
}

export interface Sessions {
  /** Opens a session. With `hostTenantId` (the request's host belongs to a tenant) only that tenant's accounts count. */
  logIn(credentials: {
    email: string;
    password: string;
    tenant?: string | undefined;
    hostTenantId: string | null;
    userAgent: string;
  }): Promise<Result<OpenedSession, Failure>>;
  refresh(refreshToken: string | undefined): Promise<Result<OpenedSession, Failure>>;
  logOut(principal: Principal, everywhere: boolean): Promise<void>;
  principalOf(accessToken: string): Promise<Principal | null>;
  me(principal: Principal): Promise<Result<Me, Failure>>;
}

export function createSessions(deps: SessionsDeps): Sessions {
  const { database, tokens, outbox } = deps;

  return {
    async logIn({ email, password, tenant, hostTenantId, userAgent }) {
      const candidates = (await loginCandidates(database, email)).filter(
        (candidate) => hostTenantId === null || candidate.tenantId === hostTenantId,
      );
      if (candidates.length === 0) {
        await pretendToCheck(password);
        return failure({ code: 'wrong-credentials' });
      }
      const opened: Account[] = [];
      let locked = false;
      for (const candidate of candidates) {
        const outcome = await checkPassword(candidate, password);
        if (outcome === 'locked') locked = true;
        else if (outcome !== 'wrong' && (tenant === undefined || outcome.tenant.slug === tenant)) opened.push(outcome);
      }
      const [account, another] = opened;
      if (account === undefined) return failure({ code: locked ? 'locked-out' : 'wrong-credentials' });
      if (another !== undefined) {
        return failure({
          code: 'choose-tenant',
          errors: opened.map((one) => ({ pointer: `/tenant/${one.tenant.slug}`, message: one.tenant.name })),
        });
      }
      return success(await openSession(account, userAgent));
    },

    async refresh(refreshToken) {
      const shown = parseRefresh(refreshToken);
      if (shown === null) return failure({ code: 'not-signed-in' });
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
          await outbox.emit(tx, SESSION_STOLEN, { tenantId: tx.scope.tenantId, subjectId: session.userId });
        }
        if (verdict !== 'rotate') return failure({ code: 'session-ended' });
        const account = await findAccount(tx, session.userId);
        if (account === null) return failure({ code: 'session-ended' });
        const next = tokens.newRefresh();
        await rotateSession(tx, shown.sessionId, next.hash);
        return success(await sessionOf(account, shown.sessionId, next.secret));
      });
    },

    async logOut(principal, everywhere) {
      await database.transaction(principal.scope, async (tx) => {
        const sessionId = principal.scope.sessionId;
        if (everywhere) await revokeAllSessions(tx, principal.userId);
        else if (sessionId !== null) await revokeSession(tx, sessionId, 'logout');
        await recordAudit(
          tx,
          { kind: 'user', id: principal.userId },
          { action: everywhere ? 'session.logout-everywhere' : 'session.logout', subjectKind: 'session', subjectId: sessionId },
        );
      });
    },

    async principalOf(accessToken) {
      const claims = await tokens.readAccess(accessToken, deps.nowMs());
      return claims === null ? null : principalFrom(claims);
    },

    async me(principal) {
      return database.transaction<Result<Me, Failure>>(principal.scope, async (tx) => {
        const account = await findAccount(tx, principal.userId);
        return account === null ? failure({ code: 'session-ended' }) : success(meOf(account));
      });
    },
  };

  /** Counts the guess before it answers, under the account's row lock, so that many guesses at once cannot slip past the lock-out. */
  async function checkPassword(candidate: { tenantId: string; userId: string }, password: string): Promise<Account | 'wrong' | 'locked'> {
    return database.transaction<Account | 'wrong' | 'locked'>({ tenantId: candidate.tenantId, sessionId: null }, async (tx) => {
      await lockAccount(tx, candidate.userId);
      const account = await findAccount(tx, candidate.userId);
      if (account === null) return 'wrong';
      if (account.lockedUntil !== null && account.lockedUntil.getTime() > deps.nowMs()) {
        await pretendToCheck(password);
        return 'locked';
      }
      if (await passwordMatches(password, account.passwordHash)) {
        await clearFailedLogins(tx, account.id);
        return account;
      }
      await failedLogin(tx, account);
      return 'wrong';
    });
  }

  async function failedLogin(tx: Transaction, account: Account): Promise<void> {
    const seconds = lockSeconds(account.failedLoginCount + 1);
    await noteFailedLogin(tx, account.id, seconds);
    await recordAudit(
      tx,
      { kind: 'visitor', id: null },
      { action: 'session.login-failed', subjectKind: 'user', subjectId: account.id, details: { lockedForSeconds: seconds } },
    );
    if (seconds > 0) await outbox.emit(tx, ACCOUNT_LOCKED, { tenantId: tx.scope.tenantId, subjectId: account.id });
  }

  async function openSession(account: Account, userAgent: string): Promise<OpenedSession> {
    return database.transaction({ tenantId: account.tenant.id, sessionId: null }, async (tx) => {
      const refresh = tokens.newRefresh();
      const sessionId = await insertSession(tx, { userId: account.id, refreshHash: refresh.hash, days: SESSION_DAYS, userAgent });
      await recordAudit(tx, { kind: 'user', id: account.id }, { action: 'session.login', subjectKind: 'session', subjectId: sessionId });
      return sessionOf(account, sessionId, refresh.secret);
    });
  }

  async function sessionOf(account: Account, sessionId: string, refreshSecret: string): Promise<OpenedSession> {
    const claims: AccessClaims = { sub: account.id, tid: account.tenant.id, sid: sessionId, grants: [...account.grants] };
    return {
      me: meOf(account),
      accessToken: await tokens.signAccess(claims, deps.nowMs()),
      refreshToken: formatRefresh(account.tenant.id, sessionId, refreshSecret),
    };
  }
}

/** The principal a believed access token stands for. */
export function principalFrom(claims: AccessClaims): Principal {
  const grants: readonly Grant[] = claims.grants;
  return {
    userId: claims.sub,
    scope: { tenantId: claims.tid, sessionId: claims.sid },
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
