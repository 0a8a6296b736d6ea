import type { AlertKind, FleetThresholds } from '@concierge/contract/http/fleet.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { actorOf, recordAudit } from '#platform/audit/audit.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import type { Principal } from '#platform/http/principal.ts';
import type { Failure } from '#platform/http/problem.ts';
import type { Outbox } from '#platform/outbox/outbox.ts';
import { findDevice } from '../store.ts';
import { type AlertNews, acknowledgeAlert, isOpen, settleAlerts } from './alert-store.ts';
import { thresholdsOf } from './health-store.ts';
import { cutoffsOf } from './rules.ts';

/** Writes down that something is the matter with a screen and that it no longer is, tells the office, and takes note of who knows. No mail goes out: that comes with notify. */
export interface Alerts {
  settleDevice(tx: Transaction, deviceId: string, thresholds: FleetThresholds): Promise<void>;
  /** All of a tenant's, in transactions of a bounded size. */
  settleTenant(tenantId: string): Promise<void>;
  acknowledge(principal: Principal, deviceId: string, kind: AlertKind): Promise<Result<null, Failure>>;
}

/** Whatever goes wrong with a whole fleet at once is written down in steps of this size. */
const MOST_AT_ONCE = 200;
const MOST_STEPS = 500;

export function createAlerts(deps: { database: Database; outbox: Outbox; nowMs(): number }): Alerts {
  const { database, outbox } = deps;

  async function settle(tx: Transaction, deviceId: string | null, thresholds: FleetThresholds): Promise<number> {
    const nowMs = deps.nowMs();
    const news = await settleAlerts(tx, { deviceId, cutoffs: cutoffsOf(nowMs, thresholds), now: new Date(nowMs), most: MOST_AT_ONCE });
    for (const each of news) await tell(tx, each);
    return news.length;
  }

  async function tell(tx: Transaction, { change, alertId, deviceId, buildingId, kind }: AlertNews): Promise<void> {
    await recordAudit(
      tx,
      { kind: 'system', id: null },
      { action: `device.alert-${change}`, subjectKind: 'device', subjectId: deviceId, buildingId, details: { kind, alertId } },
    );
    await outbox.announceLive(tx, { subject: 'device', id: deviceId, buildingId });
  }

  return {
    async settleDevice(tx, deviceId, thresholds) {
      await settle(tx, deviceId, thresholds);
    },

    async settleTenant(tenantId) {
      const scope = { tenantId, sessionId: null };
      const { thresholds } = await thresholdsOf(database, scope);
      for (let step = 0; step < MOST_STEPS; step += 1) {
        const changed = await database.transaction(scope, (tx) => settle(tx, null, thresholds));
        if (changed < MOST_AT_ONCE) return;
      }
    },

    async acknowledge(principal, deviceId, kind) {
      const device = await findDevice(database, principal.scope, deviceId);
      if (device === null || !principal.may('device:read', device.buildingId)) return failure({ code: 'not-found' });
      if (!principal.may('device:write', device.buildingId)) return failure({ code: 'not-allowed' });
      const known = await database.transaction(principal.scope, async (tx) => {
        const { thresholds } = await thresholdsOf(database, tx.scope);
        // What holds by the clock may not be written down yet; what is written down may hold no longer.
        await settle(tx, deviceId, thresholds);
        if (!(await isOpen(tx, deviceId, kind))) return false;
        if (await acknowledgeAlert(tx, deviceId, kind, principal.userId, new Date(deps.nowMs()))) {
          await recordAudit(tx, actorOf(principal), {
            action: 'device.alert-acknowledged',
            subjectKind: 'device',
            subjectId: deviceId,
            buildingId: device.buildingId,
            details: { kind },
          });
          await outbox.announceLive(tx, { subject: 'device', id: deviceId, buildingId: device.buildingId });
        }
        return true;
      });
      return known ? success(null) : failure({ code: 'not-found' });
    },
  };
}
