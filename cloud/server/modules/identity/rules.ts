import type { Permission } from '@concierge/contract/http/permissions.ts';
import type { Grant, Role } from '@concierge/contract/http/users.ts';

/** What each role may do. Nothing is allowed that does not stand here. */
const permissionsByRole: Record<Role, readonly Permission[]> = {
  office_manager: [
    'building:read',
    'building:write',
    'resident-data:read',
    'resident-data:write',
    'announcement:read',
    'announcement:write',
    'device:read',
    'device:write',
  ],
  office_staff: ['building:read', 'resident-data:read', 'announcement:read', 'announcement:write', 'device:read'],
  internal_manager: ['building:read', 'resident-data:read', 'announcement:read', 'announcement:write', 'device:read'],
  resident: ['building:read', 'announcement:read'],
};

/** Whether the grants allow it in the building; without a building, whether they allow it anywhere. */
export function allows(grants: readonly Grant[], permission: Permission, buildingId?: string): boolean {
  return grants.some(
    (grant) =>
      permissionsByRole[grant.role].includes(permission) &&
      (buildingId === undefined || grant.buildingId === null || grant.buildingId === buildingId),
  );
}

/** The buildings the permission holds in; null means every building of the tenant. */
export function buildingsAllowed(grants: readonly Grant[], permission: Permission): readonly string[] | null {
  const holding = grants.filter((grant) => permissionsByRole[grant.role].includes(permission));
  if (holding.some((grant) => grant.buildingId === null)) return null;
  return [...new Set(holding.flatMap((grant) => (grant.buildingId === null ? [] : [grant.buildingId])))];
}

/** All permissions the grants give anywhere, for screens to know what to offer. */
export function permissionsOf(grants: readonly Grant[]): readonly Permission[] {
  return [...new Set(grants.flatMap((grant) => permissionsByRole[grant.role]))];
}

export const FREE_ATTEMPTS = 5;
const FIRST_LOCK_SECONDS = 60;
const LONGEST_LOCK_SECONDS = 3_600;

/** Seconds an account stays locked after this many failed log-ins in a row: none at first, then doubling up to an hour. */
export function lockSeconds(failedLoginCount: number): number {
  if (failedLoginCount < FREE_ATTEMPTS) return 0;
  return Math.min(LONGEST_LOCK_SECONDS, FIRST_LOCK_SECONDS * 2 ** (failedLoginCount - FREE_ATTEMPTS));
}

export const REFRESH_GRACE_MS = 10_000;

export type RefreshVerdict = 'rotate' | 'already-rotated' | 'stolen' | 'ended';

/**
 * What a shown refresh secret means. The current one rotates. The one before it, shown within the grace, is a second tab that lost the race: it gets nothing, but the session
 * lives. Shown later it was stolen, or ours was: the session ends (RFC 9700 §4.14.2).
 */
export function judgeRefresh(
  session: { matchesCurrent: boolean; matchesPrevious: boolean; rotatedAtMs: number; standing: boolean },
  nowMs: number,
): RefreshVerdict {
  if (!session.standing) return 'ended';
  if (session.matchesCurrent) return 'rotate';
  if (session.matchesPrevious) return nowMs - session.rotatedAtMs <= REFRESH_GRACE_MS ? 'already-rotated' : 'stolen';
  return 'ended';
}
