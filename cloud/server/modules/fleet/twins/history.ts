import type { DeviceAlert } from '@concierge/contract/http/fleet.ts';
import type { AuditedMoment } from '#platform/audit/audit.ts';
import { TWIN_CLOSED } from './twins.ts';

/** From when until when two machines went by one identity, newest first, out of the entries that say so, newest first. Each opening has the closing after it. */
export function twinHistory(entries: readonly AuditedMoment[]): Omit<DeviceAlert, 'acknowledgedBy'>[] {
  const found: Omit<DeviceAlert, 'acknowledgedBy'>[] = [];
  let closedAt: string | null = null;
  for (const { id, at, action } of entries) {
    if (action === TWIN_CLOSED) {
      closedAt = at;
      continue;
    }
    found.push({ id, kind: 'twin', openedAt: at, closedAt, acknowledgedAt: null });
    closedAt = null;
  }
  return found;
}

/** Those that hold first, then the latest of those that are over. */
export function inOrder<Alert extends Pick<DeviceAlert, 'closedAt' | 'openedAt'>>(alerts: readonly Alert[]): Alert[] {
  return [...alerts].sort(
    (left, right) =>
      Number(left.closedAt !== null) - Number(right.closedAt !== null) || Date.parse(right.openedAt) - Date.parse(left.openedAt),
  );
}
