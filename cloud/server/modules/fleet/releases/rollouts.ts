import type { DeviceRelease } from '@concierge/contract/release/outcome.ts';
import type { Logger } from 'pino';
import { recordAudit } from '#platform/audit/audit.ts';
import { type Database, isDatabaseLoss, type Transaction } from '#platform/database/database.ts';
import type { Outbox } from '#platform/outbox/outbox.ts';
import { DEVICE_CHANGED } from '../devices.ts';
import { noteReleaseEvent } from './office-store.ts';
import { isQuiet, nextStep, placesLeft, reasonToPassOver, takingState } from './rollout-rules.ts';
import {
  askerOf,
  type CurrentRollout,
  candidates,
  currentRollout,
  type DevicePlace,
  goesOn,
  leftovers,
  lockForRelease,
  moveRollout,
  noteTaking,
  rolloutCounts,
  type Taking,
  takingOf,
  waitingDevices,
  zonesOfWaiting,
} from './rollout-store.ts';

/**
 * INVARIANTS
 * 1. Everything is decided by the database's clock and rows; a replica remembers nothing between two looks.
 * 2. A device is offered a release in its tenant's transaction, with its row locked, after looking at it there: two engines at once offer it once.
 * 3. What a device is told is its desired state, signed anew after that transaction; nothing is told by the engine itself.
 * 4. A rollout moves by one statement that names the ring it was in, so it moves once.
 * 5. Whether it goes on is decided before any device is touched, and one device's trouble is no other's: else whoever spoils his own row keeps a rollout from being stopped.
 * 6. What a rollout gives a device, an offer or a start, is given in a transaction that has found it going on: a look takes seconds, in which somebody may stop it.
 */
export interface Rollouts {
  /** One look at the rollout that goes on: stops it, moves it, offers, lets devices start. */
  look(): Promise<void>;
  /** A device whose row the caller holds says how it is with releases. */
  heard(tx: Transaction, device: { readonly id: string; readonly buildingId: string }, release: DeviceRelease): Promise<void>;
}

/** Devices that one look touches of each kind, so that it is over within a minute. */
const PAGE = 300;

export function createRollouts(deps: { readonly database: Database; readonly outbox: Outbox; readonly logger: Logger }): Rollouts {
  const { database, outbox, logger } = deps;

  async function decide(rollout: CurrentRollout): Promise<'goes on' | 'stopped'> {
    const next = nextStep(rollout, await rolloutCounts(askerOf(database), rollout.id), rollout.nowMs);
    if (next.step === 'wait') return 'goes on';
    const why = next.step === 'abort' ? next.why : null;
    if (await moveRollout(database, rollout, next.step, why))
      logger[why === null ? 'info' : 'error']({ rollout: rollout.id, ring: rollout.ring, step: next.step, why }, 'a rollout moved');
    return next.step === 'abort' ? 'stopped' : 'goes on';
  }

  /** Changes what a device is told about a release; whoever has changed it meanwhile was right. What is `given` by a rollout is given while that goes on only. */
  async function change(
    { tenantId, deviceId }: DevicePlace,
    given: CurrentRollout | null,
    decision: (device: NonNullable<Awaited<ReturnType<typeof lockForRelease>>>) => Taking | null,
  ): Promise<void> {
    try {
      await database.transaction({ tenantId, sessionId: null }, async (tx) => {
        const device = await lockForRelease(tx, deviceId);
        if (device === null || (given !== null && !(await goesOn(tx, given.id)))) return;
        const taking = decision(device);
        if (taking === null) return;
        await noteTaking(tx, deviceId, taking);
        if (
          taking.sequence !== null &&
          taking.state !== device.taking?.state &&
          (taking.state === 'offered' || taking.state === 'withdrawn')
        )
          await noteReleaseEvent(tx, { deviceId, sequence: taking.sequence, what: taking.state, reason: null });
        if (taking.state !== 'passed-over') await tell(tx, { id: deviceId, buildingId: device.buildingId });
      });
    } catch (error) {
      // Without the database no device can be told anything; the next look begins anew.
      if (isDatabaseLoss(error)) throw error;
      logger.error({ err: error, deviceId }, 'a device could not be told about a release');
    }
  }

  async function tell(tx: Transaction, device: { id: string; buildingId: string }): Promise<void> {
    await outbox.emit(tx, DEVICE_CHANGED, { tenantId: tx.scope.tenantId, buildingId: device.buildingId, subjectId: device.id });
    await outbox.announceLive(tx, { subject: 'device', id: device.id, buildingId: device.buildingId });
  }

  async function offer(rollout: CurrentRollout, places: number): Promise<void> {
    const { release } = rollout;
    let left = places;
    for (const place of await candidates(database, rollout.id, PAGE)) {
      if (left === 0) return;
      await change(place, rollout, (device) => {
        const { taking } = device;
        if (taking?.rolloutId === rollout.id && taking.state !== 'passed-over') return null;
        const reason = reasonToPassOver({ ...device, forgiven: taking?.retriedRolloutId === rollout.id }, release);
        if (reason === null) left -= 1;
        return {
          rolloutId: rollout.id,
          sequence: release.sequence,
          state: reason === null ? 'offered' : 'passed-over',
          reason,
          mayStart: false,
          allowedAt: null,
        };
      });
    }
  }

  async function letStart(rollout: CurrentRollout, places: number): Promise<void> {
    const { id, plan, nowMs, state } = rollout;
    const zones = state === 'paused' ? [] : (await zonesOfWaiting(database, id)).filter((zone) => isQuiet(plan.quiet, nowMs, zone));
    const tellAll = async (may: boolean, atMost: number) => {
      for (const place of await waitingDevices(database, id, { may, zones, atMost }))
        await change(place, may ? rollout : null, ({ taking, online }) => {
          if (taking?.rolloutId !== id || taking.state !== 'waiting' || taking.mayStart === may) return null;
          if (may) return online ? { ...taking, mayStart: true, allowedAt: new Date(nowMs) } : null;
          // Who waits on in spite of it is well. Of the others nobody knows what the start has made of them.
          return { ...taking, mayStart: false, allowedAt: online ? null : taking.allowedAt };
        });
    };
    await tellAll(false, PAGE);
    if (places > 0) await tellAll(true, Math.min(places, PAGE));
  }

  return {
    async look() {
      const rollout = await currentRollout(askerOf(database));
      const stopped = rollout?.state === 'running' && (await decide(rollout)) === 'stopped';
      // Of rollouts that are over first: nobody starts what is no longer wanted.
      for (const place of await leftovers(database, PAGE))
        await change(place, null, ({ taking }) =>
          taking?.state === 'offered' || taking?.state === 'waiting' ? { ...taking, state: 'withdrawn', mayStart: false } : null,
        );
      if (rollout === null || stopped) return;
      const places = placesLeft(rollout.plan, await rolloutCounts(askerOf(database), rollout.id));
      await letStart(rollout, places.starts);
      if (rollout.state === 'running') await offer(rollout, places.offers);
    },

    async heard(tx, device, release) {
      const taking = await takingOf(tx, device.id);
      if (taking === null || taking.sequence === null || taking.state === null || taking.state === 'passed-over') return;
      const { rolloutId, retriedRolloutId } = taking;
      const { state, reason } = takingState(taking.sequence, release, {
        forgiven: rolloutId !== null && retriedRolloutId === rolloutId,
        state: taking.state === 'withdrawn' ? null : taking.state,
      });
      const mayStart = taking.mayStart && state !== 'offered';
      // Who may not start and speaks is well, whatever it was told in a night before.
      const allowedAt = mayStart ? taking.allowedAt : null;
      if (taking.state === state && taking.reason === reason && taking.allowedAt === allowedAt) return;
      // What was given up here is taken up again only by running it.
      const over = taking.state === 'done' || taking.state === 'failed' || taking.state === 'withdrawn';
      if (over && state !== 'done') return;
      if (over && taking.state === 'done') return;
      await noteTaking(tx, device.id, { ...taking, state, reason, mayStart, allowedAt });
      if (state !== 'done' && state !== 'failed') return;
      await noteReleaseEvent(tx, { deviceId: device.id, sequence: taking.sequence, what: state, reason });
      await recordAudit(
        tx,
        { kind: 'device', id: device.id },
        {
          action: `device.release-${state}`,
          subjectKind: 'device',
          subjectId: device.id,
          buildingId: device.buildingId,
          details: { sequence: taking.sequence, running: release.running.sequence, version: release.running.version, reason },
        },
      );
      await tell(tx, device);
    },
  };
}
