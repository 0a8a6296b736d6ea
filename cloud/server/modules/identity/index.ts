import type { Database, Scope } from '#platform/database/database.ts';
import type { HttpServer } from '#platform/http/server.ts';
import type { Job, PeriodicJob } from '#platform/jobs/jobs.ts';
import type { Mailer } from '#platform/mail/mailer.ts';
import type { Outbox } from '#platform/outbox/outbox.ts';
import { createCredentials } from './credentials.ts';
import { createGuesses } from './guesses.ts';
import { createKnownBrowsers } from './known-browsers.ts';
import { hashPassword } from './password.ts';
import { createRecentRoles } from './recent-roles.ts';
import { type Cookies, createCookies, identityRoutes } from './routes.ts';
import { securityNoticeJobs } from './security-notices.ts';
import { sessionClock } from './session-clock.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { allTenantIds, fullNames, tenantOfHost } from './store.ts';
import { createTokens } from './tokens.ts';

export { createOffice, NewOffice } from './office.ts';
export { ACCOUNT_LOCKED, SESSION_STOLEN, tellOfLock, tellOfTheft } from './security-notices.ts';
export { allTenantIds, hashPassword };

export interface Identity {
  readonly sessions: Sessions;
  readonly cookies: Cookies;
  readonly jobs: readonly Job[];
  readonly periodic: readonly PeriodicJob[];
  tenantIds(): Promise<string[]>;
  /** What these people of the tenant are called, for lists of who did something. */
  fullNames(scope: Scope, userIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  routes(app: HttpServer): void;
}

const HOST_MEMORY_MS = 30_000;
const MAX_HOSTS_REMEMBERED = 2_000;

/** Tenants, accounts, sessions and roles. */
export function createIdentity(deps: {
  database: Database;
  outbox: Outbox;
  mailer: Mailer;
  sessionSecret: Uint8Array;
  secureCookies: boolean;
  nowMs: () => number;
}): Identity {
  const tokens = createTokens(deps.sessionSecret);
  const { database, outbox, nowMs } = deps;
  const knownBrowsers = createKnownBrowsers(deps.sessionSecret, nowMs);
  const credentials = createCredentials({
    database,
    outbox,
    nowMs,
    knownBrowsers,
    guesses: createGuesses(nowMs),
    ownGuesses: createGuesses(nowMs),
  });
  const sessions = createSessions({ database, tokens, outbox, nowMs, credentials, roles: createRecentRoles(database, nowMs) });
  const cookieDeps = { sessions, tokens, knownBrowsers, secure: deps.secureCookies, tenantOfHost: rememberHosts(database, nowMs) };
  return {
    sessions,
    cookies: createCookies(cookieDeps),
    jobs: securityNoticeJobs(deps),
    periodic: [sessionClock({ database, tenantIds: () => allTenantIds(database) })],
    tenantIds: () => allTenantIds(database),
    fullNames: (scope, userIds) => fullNames(database, scope, userIds),
    routes: (app) => identityRoutes(app, cookieDeps),
  };
}

/** Which tenant a host belongs to changes rarely and is asked at every request, so it is remembered for half a minute. */
function rememberHosts(database: Database, nowMs: () => number): (host: string) => Promise<string | null> {
  const known = new Map<string, { tenantId: string | null; untilMs: number }>();
  return async (shown) => {
    // A trailing dot names the same host (RFC 1034 §3.1), and so does another case.
    const host = shown.toLowerCase().replace(/\.$/, '');
    const remembered = known.get(host);
    if (remembered !== undefined && remembered.untilMs > nowMs()) return remembered.tenantId;
    const tenantId = await tenantOfHost(database, host);
    if (known.size >= MAX_HOSTS_REMEMBERED) known.clear();
    known.set(host, { tenantId, untilMs: nowMs() + HOST_MEMORY_MS });
    return tenantId;
  };
}
