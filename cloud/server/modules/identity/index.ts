import type { Database } from '#platform/database/database.ts';
import type { HttpServer } from '#platform/http/server.ts';
import type { Job } from '#platform/jobs/jobs.ts';
import type { Mailer } from '#platform/mail/mailer.ts';
import type { Outbox } from '#platform/outbox/outbox.ts';
import { hashPassword } from './password.ts';
import { type Cookies, createCookies, identityRoutes } from './routes.ts';
import { securityNoticeJobs } from './security-notices.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { allTenantIds, tenantOfHost } from './store.ts';
import { createTokens } from './tokens.ts';

export { ACCOUNT_LOCKED, SESSION_STOLEN, tellOfLock, tellOfTheft } from './security-notices.ts';
export { allTenantIds, hashPassword };

export interface Identity {
  readonly sessions: Sessions;
  readonly cookies: Cookies;
  readonly jobs: readonly Job[];
  tenantIds(): Promise<string[]>;
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
  const sessions = createSessions({ database: deps.database, tokens, outbox: deps.outbox, nowMs: deps.nowMs });
  const cookieDeps = { sessions, tokens, secure: deps.secureCookies, tenantOfHost: rememberHosts(deps.database, deps.nowMs) };
  return {
    sessions,
    cookies: createCookies(cookieDeps),
    jobs: securityNoticeJobs(deps),
    tenantIds: () => allTenantIds(deps.database),
    routes: (app) => identityRoutes(app, cookieDeps),
  };
}

/** Which tenant a host belongs to changes rarely and is asked at every request, so it is remembered for half a minute. */
function rememberHosts(database: Database, nowMs: () => number): (host: string) => Promise<string | null> {
  const known = new Map<string, { tenantId: string | null; untilMs: number }>();
  return async (host) => {
    const remembered = known.get(host);
    if (remembered !== undefined && remembered.untilMs > nowMs()) return remembered.tenantId;
    const tenantId = await tenantOfHost(database, host);
    if (known.size >= MAX_HOSTS_REMEMBERED) known.clear();
    known.set(host, { tenantId, untilMs: nowMs() + HOST_MEMORY_MS });
    return tenantId;
  };
}
