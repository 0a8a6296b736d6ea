import { randomBytes } from 'node:crypto';
import { CsrfReply, LoginBody, LogoutBody, Me } from '@concierge/contract/http/users.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Principal } from '#platform/http/principal.ts';
import { valueOrProblem } from '#platform/http/problem.ts';
import { type HttpServer, signedIn } from '#platform/http/server.ts';
import { KNOWN_SECONDS, type KnownBrowsers } from './known-browsers.ts';
import type { OpenedSession, Sessions } from './sessions.ts';
import { ACCESS_SECONDS, type Tokens } from './tokens.ts';

export interface Cookies {
  /** What authenticates: reads the access cookie, and refuses it on another tenant's host. */
  authenticate(request: FastifyRequest): Promise<Principal | null>;
  csrfHolds(request: FastifyRequest): boolean;
}

export interface CookieDeps {
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly knownBrowsers: KnownBrowsers;
  readonly secure: boolean;
  tenantOfHost(host: string): Promise<string | null>;
}

const ACCESS = 'nc_access';
const REFRESH = 'nc_refresh';
const CSRF = 'nc_csrf';
const KNOWN = 'nc_known';
const REFRESH_PATH = '/api/users/token';
const SESSION_SECONDS = 30 * 86_400;

export function createCookies(deps: CookieDeps): Cookies {
  return {
    async authenticate(request) {
      const token = request.cookies[ACCESS];
      if (token === undefined) return null;
      const principal = await deps.sessions.principalOf(token);
      if (principal === null) return null;
      const hostTenant = await deps.tenantOfHost(request.hostname);
      return hostTenant === null || hostTenant === principal.scope.tenantId ? principal : null;
    },
    csrfHolds(request) {
      const nonce = request.cookies[CSRF];
      const token = request.headers['x-csrf-token'];
      return nonce !== undefined && typeof token === 'string' && deps.tokens.csrfMatches(nonce, token);
    },
  };
}

export function identityRoutes(app: HttpServer, deps: CookieDeps): void {
  const base = { httpOnly: true, secure: deps.secure, sameSite: 'lax' as const };

  const setSession = (request: FastifyRequest, reply: FastifyReply, opened: OpenedSession): Me => {
    const { user, tenant } = opened.me;
    const known = deps.knownBrowsers.remember(request.cookies[KNOWN], { tenantId: tenant.id, userId: user.id });
    if (known !== null) reply.setCookie(KNOWN, known, { ...base, sameSite: 'strict', path: REFRESH_PATH, maxAge: KNOWN_SECONDS });
    reply.setCookie(ACCESS, opened.accessToken, { ...base, path: '/', maxAge: ACCESS_SECONDS });
    reply.setCookie(REFRESH, opened.refreshToken, { ...base, sameSite: 'strict', path: REFRESH_PATH, maxAge: SESSION_SECONDS });
    return opened.me;
  };
  const clearSession = (reply: FastifyReply) => {
    reply.clearCookie(ACCESS, { ...base, path: '/' });
    reply.clearCookie(REFRESH, { ...base, sameSite: 'strict', path: REFRESH_PATH });
  };

  app.get('/api/csrf', { config: { access: 'public' }, schema: { response: { 200: CsrfReply } } }, async (request, reply) => {
    const known = request.cookies[CSRF];
    const nonce = known !== undefined && /^[A-Za-z0-9_-]{32}$/.test(known) ? known : randomBytes(24).toString('base64url');
    reply.setCookie(CSRF, nonce, { ...base, path: '/', maxAge: SESSION_SECONDS });
    return { csrfToken: deps.tokens.csrfOf(nonce) };
  });

  app.post(
    '/api/users/token',
    {
      config: { access: 'public', rateLimit: { max: 30, timeWindow: 60_000 } },
      schema: { body: LoginBody, response: { 200: Me } },
    },
    async (request, reply) => {
      const opened = await deps.sessions.logIn({
        ...request.body,
        hostTenantId: await deps.tenantOfHost(request.hostname),
        knownBrowser: request.cookies[KNOWN],
        userAgent: request.headers['user-agent'] ?? '',
      });
      return setSession(request, reply, valueOrProblem(opened));
    },
  );

  app.post('/api/users/token/refresh', { config: { access: 'public' }, schema: { response: { 200: Me } } }, async (request, reply) => {
    const opened = await deps.sessions.refresh(request.cookies[REFRESH], await deps.tenantOfHost(request.hostname));
    if (!opened.ok && opened.error.code !== 'in-progress') clearSession(reply);
    return setSession(request, reply, valueOrProblem(opened));
  });

  app.post(
    '/api/users/logout',
    { config: { access: 'signed-in' }, schema: { body: LogoutBody, response: { 204: z.null() } } },
    async (request, reply) => {
      await deps.sessions.logOut(signedIn(request), request.body.everywhere);
      clearSession(reply);
      reply.code(204);
      return null;
    },
  );

  app.get('/api/users/me', { config: { access: 'signed-in' }, schema: { response: { 200: Me } } }, async (request) =>
    valueOrProblem(await deps.sessions.me(signedIn(request))),
  );
}
