import type { Grant } from '@concierge/contract/http/users.ts';
import type { Database } from '#platform/database/database.ts';
import { readGrants } from './store.ts';
import type { AccessClaims } from './tokens.ts';

/** How long a role that was taken away may still be used, on every replica. */
const REMEMBERED_MS = 15_000;
const MAX_PEOPLE = 5_000;

/** What people may do, read from the database and remembered for a moment, since a screen asks many times at once. */
export interface RecentRoles {
  of(claims: AccessClaims): Promise<readonly Grant[]>;
}

export function createRecentRoles(database: Database, nowMs: () => number): RecentRoles {
  const known = new Map<string, { grants: readonly Grant[]; untilMs: number }>();
  return {
    async of({ tid, sub, sid }) {
      const key = `${tid} ${sub}`;
      const remembered = known.get(key);
      if (remembered !== undefined && nowMs() < remembered.untilMs) return remembered.grants;
      const grants = await readGrants(database, { tenantId: tid, sessionId: sid }, sub);
      if (known.size >= MAX_PEOPLE) known.clear();
      known.set(key, { grants, untilMs: nowMs() + REMEMBERED_MS });
      return grants;
    },
  };
}
