import { type Actor, recordAudit } from '#platform/audit/audit.ts';
import type { Transaction } from '#platform/database/database.ts';
import type { Outbox } from '#platform/outbox/outbox.ts';
import { withdrawOffer } from './releases/rollout-store.ts';
import { revokeDevice } from './store.ts';

/** A device is no longer anybody's. */
export const DEVICE_REVOKED = 'device.revoked';

/** Ends a device's life, under the audit's word for why; false when it had ended. */
export async function endDevice(
  tx: Transaction,
  outbox: Outbox,
  actor: Actor,
  device: { id: string; buildingId: string },
  action: 'device.revoked' | 'device.decommissioned' | 'device.claimed-anew',
): Promise<boolean> {
  if (!(await revokeDevice(tx, device.id, action !== 'device.revoked'))) return false;
  await withdrawOffer(tx, device.id);
  await recordAudit(tx, actor, { action, subjectKind: 'device', subjectId: device.id, buildingId: device.buildingId });
  await outbox.emit(tx, DEVICE_REVOKED, { tenantId: tx.scope.tenantId, buildingId: device.buildingId, subjectId: device.id });
  await outbox.announceLive(tx, { subject: 'device', id: device.id, buildingId: device.buildingId });
  return true;
}
