import type { InstallRefusal, ReleaseReport, RollbackReason } from '@concierge/contract/release/outcome.ts';
import type { ReleaseRoot } from '@concierge/contract/release/root.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { Logger } from 'pino';
import { createPrivateDirectory } from '../device/private-directory.ts';
import { DEFAULT_DOWNLOAD_LIMITS } from '../download/download.ts';
import type { BootRelease } from './boot-chooser.ts';
import { type InstallLimits, type InstallStep, installRelease } from './installer.ts';
import { DEFAULT_TRIAL_LIMITS, decideOffer, type ReleaseClock, type ReleaseDevice, type TrialEvidence, type TrialLimits } from './rules.ts';
import { createSlotStore } from './slots.ts';
import { createTrial } from './trial.ts';
import { createReleaseTrust, type ReleaseOffer } from './trust.ts';

export interface ReleaseOptions {
  /** The folder that the boot chooser was asked about. */
  readonly folder: string;
  /** What the boot chooser answered at this start; null for the program that came with the device. */
  readonly running: BootRelease | null;
  /** How long ago that was, for an agent that begins again within one start: its release gets no new time to prove itself. */
  readonly startedAgoMs?: number;
  readonly device: ReleaseDevice;
  readonly builtInVersion: string;
  readonly builtInRoot: ReleaseRoot;
  readonly clock: () => ReleaseClock;
  readonly monotonicMs: () => number;
  readonly random: () => number;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Something in the report is another. */
  readonly onChange: () => void;
  /** This release has failed; the reason is kept for the report. End the program: the next start begins with the last good one. */
  readonly onRolledBack: (reason: RollbackReason) => void;
  readonly onStep?: (step: InstallStep) => void;
  readonly installLimits?: InstallLimits;
  readonly trialLimits?: TrialLimits;
}

/** The device's side of releases: proves the one that runs, installs the one that is offered. */
export interface Releases {
  start(): void;
  stop(): void;
  /** `painted`, `cacheOpened`, `cloudReached`: each as often as it happens. */
  shown(evidence: keyof TrialEvidence): void;
  /** Whether a release is on trial that has painted nothing yet. */
  awaitsPainting(): boolean;
  /** `waiting`: it begins with the next start, which is for the caller to choose. One offer at a time; takes as long as the network does. */
  offer(offer: ReleaseOffer, baseUrl: URL): Promise<Result<'waiting' | 'nothing-to-do', InstallRefusal>>;
  /** What waits for the next start is no longer wanted. */
  withdraw(): void;
  report(): ReleaseReport;
}

const DEFAULT_INSTALL_LIMITS: InstallLimits = { download: DEFAULT_DOWNLOAD_LIMITS, reserveBytes: 134_217_728 };

export function createReleases(options: ReleaseOptions): Releases {
  const { folder, running, device, logger } = options;
  const store = createSlotStore(folder);
  const directory = createPrivateDirectory(folder);
  try {
    directory.prepare();
  } catch (error) {
    logger.warn({ error }, 'the release folder cannot be written');
  }
  const trust = createReleaseTrust(directory, options.builtInRoot);
  const stopping = new AbortController();
  let installing = false;
  let cloudReached = false;
  let painted = false;
  let onTrial = running?.onTrial === true && store.pointerOrRebuilt().pending?.slot === running.slot;

  const trial = createTrial({
    store,
    limits: options.trialLimits ?? DEFAULT_TRIAL_LIMITS,
    monotonicMs: options.monotonicMs,
    onCommitted() {
      onTrial = false;
      logger.info({ sequence: running?.sequence }, 'this release has proven itself');
      options.onChange();
    },
    onRolledBack(reason) {
      onTrial = false;
      logger.error({ sequence: running?.sequence, reason }, 'this release is given up');
      options.onRolledBack(reason);
    },
  });

  async function install(offer: ReleaseOffer, baseUrl: URL): Promise<Result<'waiting' | 'nothing-to-do', InstallRefusal>> {
    const opened = await trust.open(offer, options.clock());
    if (!opened.ok) return opened;
    const manifest = opened.value;
    const decision = decideOffer(manifest, device, running, store.pointerOrRebuilt());
    if (decision.verdict === 'refuse') return failure(decision.reason);
    if (decision.verdict === 'nothing-to-do') return success('nothing-to-do');
    logger.info({ sequence: manifest.sequence, version: manifest.version, bytes: decision.target.bytes }, 'installing a release');
    const installed = await installRelease({
      folder,
      store,
      manifest,
      target: decision.target,
      baseUrl,
      running: running?.slot ?? null,
      cloudWasReachable: () => cloudReached,
      limits: options.installLimits ?? DEFAULT_INSTALL_LIMITS,
      stopping: stopping.signal,
      random: options.random,
      onStep: options.onStep ?? (() => undefined),
    });
    return installed.ok ? success('waiting') : installed;
  }

  return {
    start() {
      if (onTrial) trial.start(options.startedAgoMs ?? 0);
    },
    stop() {
      stopping.abort();
      trial.stop();
    },
    shown(evidence) {
      if (evidence === 'cloudReached') cloudReached = true;
      if (evidence === 'painted') painted = true;
      trial.shown(evidence);
    },
    awaitsPainting: () => onTrial && !painted,
    async offer(offer, baseUrl) {
      if (installing) return failure('busy');
      installing = true;
      try {
        const result = await install(offer, baseUrl);
        if (!result.ok) logger.warn({ reason: result.error }, 'a release was not installed');
        return result;
      } finally {
        installing = false;
        options.onChange();
      }
    },
    withdraw() {
      const pointer = store.pointerOrRebuilt();
      if (installing || pointer.pending === null || pointer.pending.starts > 0) return;
      try {
        store.writePointer({ ...pointer, pending: null });
        logger.warn({ sequence: pointer.pending.sequence }, 'a release that waited is withdrawn');
      } catch (error) {
        logger.warn({ error }, 'a release that waits could not be withdrawn');
      }
      options.onChange();
    },
    report() {
      const { pending, rolledBack } = store.pointerOrRebuilt();
      return {
        running: { sequence: running?.sequence ?? device.builtInSequence, version: running?.version ?? options.builtInVersion },
        onTrial,
        waiting: pending !== null && pending.starts === 0 ? pending.sequence : null,
        rolledBack: rolledBack === null ? null : { sequence: rolledBack.sequence, reason: rolledBack.reason },
        rootVersion: trust.root().version,
      };
    },
  };
}
