import type { Permission } from '@concierge/contract/http/permissions.ts';
import type { Scope } from '../database/database.ts';

/** Who asks. Use cases take it, check the building they touch with `may`, and write it into the audit trail. */
export interface Principal {
  readonly userId: string;
  readonly scope: Scope;
  /** Whether this person may do it in the building; without a building: in at least one. */
  may(permission: Permission, buildingId?: string): boolean;
  /** The buildings the permission holds for; null means all of the tenant's. */
  buildingsFor(permission: Permission): readonly string[] | null;
}
