import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type pg from 'pg';
import {
  allowRetries,
  highestRelease,
  insertRollout,
  type LatestRollout,
  latestRollout,
  listRings,
  note,
  offerAnew,
  pinDevice,
  reasonsOf,
  releaseExists,
  ringsOf,
  saveRelease,
  saveRing,
  setRolloutState,
} from './operator-store.ts';
import { Plan } from './plan.ts';
import { checkRelease, copyRelease, placeFile } from './published-files.ts';
import { nextStep, type RingCounts, type RolloutPlan, type RolloutRing } from './rollout-rules.ts';
import { currentRollout, rolloutCounts } from './rollout-store.ts';
import { MAX_RETRIES, retriableReasons } from './standing-rules.ts';

/** What the platform's operator does with releases. An error is a sentence for them. Each call is one transaction, rolled back when it is only tried. */
export interface ReleaseOperator {
  /** Numbers only grow; one that is published may be published again, with a newer timestamp or into another folder. */
  publish(from: string | null, sequence: number): Promise<Result<{ sequence: number; version: string; targets: number }, string>>;
  renewTimestamp(sequence: number, file: string): Promise<Result<{ sequence: number; expiresAt: string }, string>>;
  start(sequence: number, plan: Omit<RolloutPlan, 'rings'>): Promise<Result<{ rollout: string; plan: RolloutPlan }, string>>;
  pause(): Promise<Result<{ rollout: string }, string>>;
  resume(): Promise<Result<{ rollout: string }, string>>;
  abort(reason: string): Promise<Result<{ rollout: string }, string>>;
  status(): Promise<Result<RolloutStatus, string>>;
  rings(): Promise<RolloutRing[]>;
  setRing(ring: RolloutRing): Promise<Result<RolloutRing[], string>>;
  /** Lets devices that failed in the rollout that goes on be asked once more: one, or all that failed for a reason. */
  retry(which: { readonly deviceId: string } | { readonly reason: string }): Promise<Result<{ rollout: string; devices: number }, string>>;
  pin(deviceId: string, ring: number | null): Promise<Result<{ device: string; ring: number | null }, string>>;
}

export interface RolloutStatus extends LatestRollout {
  readonly next: string;
  readonly rings: readonly (RingCounts & { readonly name: string })[];
  readonly reasons: readonly { readonly state: string; readonly reason: string; readonly devices: number }[];
}

export function createReleaseOperator(deps: {
  /** A connection of the database's owner. */
  readonly owner: pg.ClientBase;
  /** Where releases lie. */
  readonly folder: string;
  /** The first root statement, which devices were built with. */
  readonly firstRoot: string;
  readonly by: string;
  readonly dryRun: boolean;
  nowMs(): number;
}): ReleaseOperator {
  const { owner, folder, firstRoot, by, dryRun } = deps;

  async function once<Value>(work: () => Promise<Result<Value, string>>): Promise<Result<Value, string>> {
    await owner.query('begin');
    let keep = false;
    try {
      const result = await work();
      keep = result.ok && !dryRun;
      return result;
    } finally {
      await owner.query(keep ? 'commit' : 'rollback');
    }
  }

  function changeState(from: readonly string[], to: 'running' | 'paused' | 'aborted', what: string, reason: string | null) {
    return once(async () => {
      const rollout = await setRolloutState(owner, from, to, reason);
      if (rollout === null) return failure(`There is no rollout that is ${from.join(' or ')}.`);
      if (to === 'running') await offerAnew(owner, rollout);
      await note(owner, by, what, { rollout, reason });
      return success({ rollout });
    });
  }

  return {
    publish: (from, sequence) =>
      once(async () => {
        const highest = await highestRelease(owner);
        if (sequence < highest && !(await releaseExists(owner, sequence)))
          return failure(
            `Release ${highest} is published, and devices that run it refuse a lower number. Build this one again as ${highest + 1} or higher.`,
          );
        const checked = await checkRelease(from ?? folder, sequence, { firstRoot, nowMs: deps.nowMs(), bundles: true });
        if (!checked.ok) return checked;
        const { manifest, manifestSha256, timestamp } = checked.value;
        const targets = manifest.targets.map(({ arch, shell, bytes, unpackedBytes }) => ({ arch, shell, bytes, unpackedBytes }));
        const { version, follows } = manifest;
        const saved = await saveRelease(owner, {
          sequence,
          version,
          manifestSha256,
          targets,
          earliestSequence: follows.earliestSequence,
          timestampExpiresAt: new Date(timestamp.expiresAt),
        });
        if (!saved) return failure(`Another release ${sequence} was published before. Numbers only grow.`);
        await note(owner, by, 'publish', { sequence, version, manifestSha256 });
        if (from !== null && !dryRun) {
          await copyRelease(from, folder, checked.value);
          // What lay there before under one of the names is not replaced; it must be the same.
          const placed = await checkRelease(folder, sequence, { firstRoot, nowMs: deps.nowMs(), bundles: true });
          if (!placed.ok) return placed;
        }
        return success({ sequence, version, targets: targets.length });
      }),

    renewTimestamp: (sequence, file) =>
      once(async () => {
        const checked = await checkRelease(folder, sequence, { firstRoot, nowMs: deps.nowMs(), bundles: false, timestampFile: file });
        if (!checked.ok) return checked;
        const { manifest, manifestSha256, timestamp } = checked.value;
        if (!(await releaseExists(owner, sequence))) return failure(`Release ${sequence} is not published.`);
        const { version, follows, targets } = manifest;
        const expires = new Date(timestamp.expiresAt);
        const kept = {
          sequence,
          version,
          manifestSha256,
          targets,
          earliestSequence: follows.earliestSequence,
          timestampExpiresAt: expires,
        };
        if (!(await saveRelease(owner, kept))) return failure(`The manifest in ${folder} is not the one that was published.`);
        await note(owner, by, 'timestamp', { sequence, expiresAt: timestamp.expiresAt });
        if (!dryRun) await placeFile(file, `${folder}/${sequence}/timestamp.jws`);
        return success({ sequence, expiresAt: timestamp.expiresAt });
      }),

    start: (sequence, wanted) =>
      once(async () => {
        const plan = Plan.safeParse({ ...wanted, rings: await listRings(owner) });
        if (!plan.success) return failure(plan.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
        if (!(await releaseExists(owner, sequence))) return failure(`Release ${sequence} is not published.`);
        const rollout = await insertRollout(owner, sequence, plan.data);
        if (rollout === null) return failure('Another rollout goes on. Abort it first, or wait until it has settled.');
        await note(owner, by, 'rollout-start', { rollout, sequence });
        return success({ rollout, plan: plan.data });
      }),

    pause: () => changeState(['running'], 'paused', 'rollout-pause', null),
    resume: () => changeState(['paused'], 'running', 'rollout-resume', null),
    abort: (reason) => changeState(['running', 'paused'], 'aborted', 'rollout-abort', reason),

    async status() {
      const latest = await latestRollout(owner);
      if (latest === null) return failure('There has been no rollout.');
      const ask = async (text: string, values: readonly unknown[] = []) => (await owner.query<object>(text, [...values])).rows;
      const names = new Map((await ringsOf(owner, latest.id)).map(({ ring, name }) => [ring, name]));
      const rings = (await rolloutCounts(ask, latest.id)).map((one) => ({ ...one, name: names.get(one.ring) ?? '' }));
      const current = await currentRollout(ask);
      const step = current?.state === 'running' ? nextStep(current, rings, current.nowMs) : null;
      const next = step === null ? latest.state : step.step === 'wait' ? step.why : step.step;
      return success({ ...latest, next, rings, reasons: await reasonsOf(owner, latest.id) });
    },

    rings: () => listRings(owner),

    retry: (which) =>
      once(async () => {
        const latest = await latestRollout(owner);
        if (latest === null || (latest.state !== 'running' && latest.state !== 'paused')) return failure('No rollout goes on.');
        const deviceId = 'deviceId' in which ? which.deviceId : null;
        const reason = 'reason' in which ? which.reason : null;
        if (reason !== null && !retriableReasons.includes(reason))
          return failure(
            `Devices that failed with ${reason} do not try this release again. Those that may pass: ${retriableReasons.join(', ')}.`,
          );
        const devices = await allowRetries(owner, {
          rolloutId: latest.id,
          deviceId,
          reason,
          reasons: retriableReasons,
          atMost: MAX_RETRIES,
        });
        if (devices === 0) return failure('No such device has failed in this rollout with a try left.');
        await note(owner, by, 'retry', { rollout: latest.id, deviceId, reason, devices });
        return success({ rollout: latest.id, devices });
      }),

    setRing: (ring) =>
      once(async () => {
        await saveRing(owner, ring);
        const rings = await listRings(owner);
        const good = Plan.safeParse({ ...anyPlan, rings });
        if (!good.success) return failure(good.error.issues.map(({ message }) => message).join('; '));
        await note(owner, by, 'ring-set', { ...ring });
        return success(rings);
      }),

    pin: (deviceId, ring) =>
      once(async () => {
        if (ring !== null && !(await listRings(owner)).some((one) => one.ring === ring)) return failure(`There is no ring ${ring}.`);
        if (!(await pinDevice(owner, deviceId, ring))) return failure(`There is no device ${deviceId}.`);
        await note(owner, by, ring === null ? 'ring-unpin' : 'ring-pin', { deviceId, ring });
        return success({ device: deviceId, ring });
      }),
  };
}

/** Only to hold rings against what a plan demands of them. */
const anyPlan = {
  abort: { share: 0, least: 1 },
  silentAfterSeconds: 1,
  onlineWithinSeconds: 1,
  lookAgainAfterSeconds: 1,
  atOnce: 1,
  quiet: null,
} satisfies Omit<RolloutPlan, 'rings'>;
