import { type DeviceReleaseView, type OfficeRollout, ReleaseStanding } from '@concierge/contract/http/device-releases.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { Property } from '#modules/property/index.ts';
import { actorOf, recordAudit } from '#platform/audit/audit.ts';
import type { Database } from '#platform/database/database.ts';
import type { Principal } from '#platform/http/principal.ts';
import type { Failure } from '#platform/http/problem.ts';
import type { Outbox } from '#platform/outbox/outbox.ts';
import {
  allowRetry,
  noteReleaseEvent,
  type ReleasesNow,
  releaseEventsOf,
  releasesNow,
  type SeenRollout,
  takingInOffice,
  versionsOf,
} from './office-store.ts';
import { isQuiet } from './rollout-rules.ts';
import { lockForRelease } from './rollout-store.ts';
import { MAX_RETRIES, mayRetry, retriableReasons, soaksUntilMs, whyOf } from './standing-rules.ts';

/** What an office sees of releases on one of its screens, and the one thing it may do about them (ADR 0027). */
export interface OfficeReleases {
  ofDevice(principal: Principal, deviceId: string): Promise<Result<DeviceReleaseView, Failure>>;
  /** Asks a device that failed to try the release once more; a failure when it has not, or may not. */
  retry(principal: Principal, deviceId: string, sequence: number): Promise<Result<DeviceReleaseView, Failure>>;
}

export interface OfficeReleasesDeps {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly property: Pick<Property, 'lobbyBuilding'>;
  fullNames(scope: Principal['scope'], userIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

export function shownRollout(rollout: SeenRollout): OfficeRollout {
  const { sequence, version, state, ring, quiet, startedMs } = rollout;
  const soaksMs = state === 'running' || state === 'paused' ? soaksUntilMs(rollout) : null;
  return {
    sequence,
    version,
    state,
    ring,
    quiet,
    startedAt: new Date(startedMs).toISOString(),
    soaksUntil: soaksMs === null ? null : new Date(soaksMs).toISOString(),
  };
}

export function createOfficeReleases(deps: OfficeReleasesDeps): OfficeReleases {
  const { database, outbox } = deps;

  async function inQuietHours(principal: Principal, buildingId: string, now: ReleasesNow): Promise<boolean> {
    if (now.rollout === null) return false;
    const building = await database.transaction(principal.scope, (tx) => deps.property.lobbyBuilding(tx, buildingId));
    return building !== null && isQuiet(now.rollout.quiet, now.nowMs, building.timeZone);
  }

  async function view(principal: Principal, deviceId: string): Promise<Result<DeviceReleaseView, Failure>> {
    const now = await releasesNow(database);
    const taking = await takingInOffice(database, principal.scope, deviceId, now);
    if (taking === null || !principal.may('device:read', taking.buildingId)) return failure({ code: 'not-found' });
    const { rollout, rings } = now;
    const standing = ReleaseStanding.parse(taking.standing);
    const events = await releaseEventsOf(database, principal.scope, deviceId);
    const versions = await versionsOf(
      database,
      events.map(({ sequence }) => sequence),
    );
    const people = await deps.fullNames(
      principal.scope,
      events.flatMap(({ byUser }) => byUser ?? []),
    );
    const ring = rings.find((one) => one.ring === taking.ring);
    return success({
      running: taking.running,
      ring: taking.ring === null ? null : { ring: taking.ring, name: ring?.name ?? '' },
      rollout: rollout === null ? null : shownRollout(rollout),
      standing,
      why: whyOf({
        standing,
        takesReleases: taking.running !== null,
        online: taking.online,
        ring: taking.ring,
        state: taking.state,
        reason: taking.reason,
        inQuietHours: standing === 'waiting' && (await inQuietHours(principal, taking.buildingId, now)),
        rollout: rollout === null ? null : { state: rollout.state, ring: rollout.ring, soaksUntilMs: soaksUntilMs(rollout) },
      }),
      reason: taking.reason,
      since: taking.since?.toISOString() ?? null,
      mayRetry: standing === 'failed' && rollout !== null && mayRetry(taking, rollout.state),
      history: events.map(({ at, sequence, what, reason, byUser }) => ({
        at: at.toISOString(),
        sequence,
        version: versions.get(sequence) ?? null,
        what,
        reason,
        by: byUser === null ? null : (people.get(byUser) ?? ''),
      })),
    });
  }

  return {
    ofDevice: view,

    async retry(principal, deviceId, sequence) {
      const now = await releasesNow(database);
      const { rollout } = now;
      const taking = await takingInOffice(database, principal.scope, deviceId, now);
      if (taking === null || !principal.may('device:read', taking.buildingId)) return failure({ code: 'not-found' });
      if (!principal.may('device:write', taking.buildingId)) return failure({ code: 'not-allowed' });
      if (rollout === null || rollout.sequence !== sequence || !mayRetry({ reason: 'too-slow', retryCount: 0 }, rollout.state))
        return failure({ code: 'release-not-retriable' });
      const done = await database.transaction(principal.scope, async (tx) => {
        const device = await lockForRelease(tx, deviceId);
        if (device === null || !principal.may('device:write', device.buildingId)) return false;
        const failed = device.taking;
        if (!(await allowRetry(tx, { deviceId, rolloutId: rollout.id, reasons: retriableReasons, atMost: MAX_RETRIES }))) return false;
        await noteReleaseEvent(tx, { deviceId, sequence, what: 'retried', reason: failed?.reason ?? null, byUser: principal.userId });
        await recordAudit(tx, actorOf(principal), {
          action: 'device.release-retried',
          subjectKind: 'device',
          subjectId: deviceId,
          buildingId: device.buildingId,
          details: { sequence, reason: failed?.reason ?? null },
        });
        await outbox.announceLive(tx, { subject: 'device', id: deviceId, buildingId: device.buildingId });
        return true;
      });
      return done ? view(principal, deviceId) : failure({ code: 'release-not-retriable' });
    },
  };
}
