import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { Logger } from 'pino';
import { actorOf, auditedOf, recordAudit } from '#platform/audit/audit.ts';
import type { Database } from '#platform/database/database.ts';
import type { Principal } from '#platform/http/principal.ts';
import type { Failure } from '#platform/http/problem.ts';
import type { Outbox } from '#platform/outbox/outbox.ts';
import { findDevice, tenantOfDevice } from '../store.ts';
import { hearRun, type Takeover, twinsSinceMs } from './rules.ts';
import { closeTwin, openTwin } from './store.ts';

/**
 * Notices that two machines go by one identity: a card or a disk that was copied to where the serial number cannot tell (ADR 0030).
 *
 * INVARIANTS
 * 1. What is heard is remembered here and nowhere else: every replica hears every device, and machines that cut each other off go on doing so.
 * 2. Opened once, whichever replica is first. Closed by a person only, because nobody can see from afar which machine was switched off.
 * 3. What was heard before it was closed opens it no more.
 */
export interface Twins {
  /** A device says that it is connected, and which run of its agent it is. */
  connected(deviceId: string, hello: { id: string; run: string }): Promise<void>;
  close(principal: Principal, deviceId: string): Promise<Result<null, Failure>>;
}

export const TWIN_OPENED = 'device.alert-opened';
export const TWIN_CLOSED = 'device.alert-closed';

interface Heard {
  readonly takeovers: readonly Takeover[];
  /** By which a message that comes again is known. */
  readonly helloIds: readonly string[];
}

/** The devices whose takeovers are remembered; those heard longest ago go first. */
const MOST_DEVICES = 100_000;
const MOST_HELLO_IDS = 24;

export function createTwins(deps: { database: Database; outbox: Outbox; logger: Logger; nowMs(): number }): Twins {
  const { database, outbox } = deps;
  const heardOf = new Map<string, Heard>();

  /** Since when it is certain; null while it is not. What led to it is forgotten then, so that the same is not found again and again. */
  function hear(deviceId: string, { id, run }: { id: string; run: string }): number | null {
    const before = heardOf.get(deviceId) ?? { takeovers: [], helloIds: [] };
    if (before.helloIds.includes(id)) return null;
    const takeovers = hearRun(before.takeovers, run, deps.nowMs());
    const sinceMs = twinsSinceMs(takeovers);
    heardOf.delete(deviceId);
    heardOf.set(deviceId, { takeovers: sinceMs === null ? takeovers : [], helloIds: [...before.helloIds, id].slice(-MOST_HELLO_IDS) });
    if (heardOf.size > MOST_DEVICES) for (const oldest of [...heardOf.keys()].slice(0, 1)) heardOf.delete(oldest);
    return sinceMs;
  }

  async function open(deviceId: string, sinceMs: number): Promise<void> {
    const tenantId = await tenantOfDevice(database, deviceId);
    if (tenantId === null) return;
    await database.transaction({ tenantId, sessionId: null }, async (tx) => {
      const opened = await openTwin(tx, deviceId, new Date(deps.nowMs()));
      if (opened === null) return;
      deps.logger.warn({ deviceId }, 'two machines go by the identity of one device');
      await recordAudit(
        tx,
        { kind: 'system', id: null },
        {
          action: TWIN_OPENED,
          subjectKind: 'device',
          subjectId: deviceId,
          buildingId: opened.buildingId,
          details: { kind: 'twin', since: new Date(sinceMs).toISOString() },
        },
      );
      await outbox.announceLive(tx, { subject: 'device', id: deviceId, buildingId: opened.buildingId });
    });
  }

  async function closedSince(deviceId: string, sinceMs: number): Promise<boolean> {
    const tenantId = await tenantOfDevice(database, deviceId);
    if (tenantId === null) return true;
    const [last] = await auditedOf(database, { tenantId, sessionId: null }, deviceId, { actions: [TWIN_CLOSED], kind: 'twin', limit: 1 });
    return last !== undefined && Date.parse(last.at) > sinceMs;
  }

  return {
    async connected(deviceId, hello) {
      const sinceMs = hear(deviceId, hello);
      if (sinceMs !== null && !(await closedSince(deviceId, sinceMs))) await open(deviceId, sinceMs);
    },

    async close(principal, deviceId) {
      const device = await findDevice(database, principal.scope, deviceId);
      if (device === null || !principal.may('device:read', device.buildingId)) return failure({ code: 'not-found' });
      if (!principal.may('device:write', device.buildingId)) return failure({ code: 'not-allowed' });
      const closed = await database.transaction(principal.scope, async (tx) => {
        if (!(await closeTwin(tx, deviceId))) return false;
        await recordAudit(tx, actorOf(principal), {
          action: TWIN_CLOSED,
          subjectKind: 'device',
          subjectId: deviceId,
          buildingId: device.buildingId,
          details: { kind: 'twin' },
        });
        await outbox.announceLive(tx, { subject: 'device', id: deviceId, buildingId: device.buildingId });
        return true;
      });
      return closed ? success(null) : failure({ code: 'not-found' });
    },
  };
}
