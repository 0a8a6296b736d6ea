import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';

export const ACCESS_SECONDS = 600;

/**
 * What the access cookie says; it is believed only with our MAC and for ten minutes, and the session behind it is checked at every query. Roles are no part of it: they change, and
 * those of somebody with forty buildings would not fit into a cookie.
 */
const AccessClaims = z.object({ sub: z.uuid(), tid: z.uuid(), sid: z.uuid() });
export type AccessClaims = z.infer<typeof AccessClaims>;

export interface Tokens {
  signAccess(claims: AccessClaims, nowMs: number): Promise<string>;
  readAccess(token: string, nowMs: number): Promise<AccessClaims | null>;
  /** A new refresh secret with the text for its cookie and the hash to store. */
  newRefresh(): { secret: string; hash: Buffer };
  /** The anti-forgery token that belongs to a browser's nonce. */
  csrfOf(nonce: string): string;
  csrfMatches(nonce: string, token: string): boolean;
}

/** Tokens whose MAC was checked, until they expire: a screen sends the same one hundreds of times. The session behind it is still asked at every query. */
const MAX_REMEMBERED = 5_000;

export function createTokens(secret: Uint8Array): Tokens {
  const believed = new Map<string, { claims: AccessClaims; expiresAtMs: number }>();
  const accessKey = createHmac('sha256', secret).update('access').digest();
  const csrfKey = createHmac('sha256', secret).update('csrf').digest();
  const csrfOf = (nonce: string) => createHmac('sha256', csrfKey).update(nonce).digest('base64url');
  return {
    async signAccess(claims, nowMs) {
      const seconds = Math.floor(nowMs / 1000);
      return new SignJWT({ tid: claims.tid, sid: claims.sid })
        .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
        .setSubject(claims.sub)
        .setIssuedAt(seconds)
        .setExpirationTime(seconds + ACCESS_SECONDS)
        .sign(accessKey);
    },
    async readAccess(token, nowMs) {
      const known = believed.get(token);
      if (known !== undefined && nowMs < known.expiresAtMs) return known.claims;
      believed.delete(token);
      try {
        const { payload } = await jwtVerify(token, accessKey, { algorithms: ['HS256'], typ: 'at+jwt', currentDate: new Date(nowMs) });
        const parsed = AccessClaims.safeParse(payload);
        if (!parsed.success || payload.exp === undefined) return null;
        if (believed.size >= MAX_REMEMBERED) believed.clear();
        believed.set(token, { claims: parsed.data, expiresAtMs: payload.exp * 1000 });
        return parsed.data;
      } catch {
        return null;
      }
    },
    newRefresh() {
      const secretText = randomBytes(32).toString('base64url');
      return { secret: secretText, hash: refreshHash(secretText) };
    },
    csrfOf,
    csrfMatches(nonce, token) {
      const wanted = Buffer.from(csrfOf(nonce));
      const shown = Buffer.from(token);
      return wanted.length === shown.length && timingSafeEqual(wanted, shown);
    },
  };
}

export function refreshHash(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

const RefreshCookie = z.string().regex(/^[0-9a-f-]{36}\.[0-9a-f-]{36}\.[A-Za-z0-9_-]{43}$/);

/** The refresh cookie names its tenant and session, because both must be known before the database shows anything. */
export function formatRefresh(tenantId: string, sessionId: string, secret: string): string {
  return `${tenantId}.${sessionId}.${secret}`;
}

export function parseRefresh(text: string | undefined): { tenantId: string; sessionId: string; secret: string } | null {
  const parsed = RefreshCookie.safeParse(text);
  if (!parsed.success) return null;
  const [tenantId = '', sessionId = '', secret = ''] = parsed.data.split('.');
  if (!z.uuid().safeParse(tenantId).success || !z.uuid().safeParse(sessionId).success) return null;
  return { tenantId, sessionId, secret };
}
