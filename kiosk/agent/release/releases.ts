import type { InstallRefusal, ReleaseReport, RollbackReason } from '@concierge/contract/release/outcome.ts';
import type { ReleaseRoot } from '@concierge/contract/release/root.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { Logger } from 'pino';
import { createPrivateDirectory } from '../device/private-directory.ts';
import { DEFAULT_DOWNLOAD_LIMITS } from '../download/download.ts';
import type { BootRelease } from './boot-chooser.ts';
import { type BootPointer, hold, letStart, neverStarted, withdraw } from './boot-rules.ts';
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
  /** Whether it is certain that no display is plugged in; without it there always is one. */
  readonly noDisplay?: (() => boolean) | undefined;
}

/** The device's side of releases: proves the one that runs, installs the one that is offered. */
export interface Releases {
  start(): void;
  stop(): void;
  /** `painted`, `cacheOpened`, `cloudReached`: each as often as it happens, also when nothing is on trial. */
  shown(evidence: keyof TrialEvidence): void;
  /** Whether a release is on trial that has painted nothing yet. */
  awaitsPainting(): boolean;
  /** `waiting`: it lies in the spare slot, and no start touches it before `letStart`. One offer at a time; takes as long as the network does. */
  offer(offer: ReleaseOffer, baseUrl: URL): Promise<Result<'waiting' | 'nothing-to-do', InstallRefusal>>;
  /** What waits begins with the next start, also after a power cut. False when the disk does not take that, or when nothing waits. */
  letStart(): boolean;
  /** What may begin with the next start waits again; nothing happens once it was started. */
  hold(): void;
  /** What waits or is on trial is no longer wanted. True when that is what runs: end the program, and the next start begins with the last good one. */
  withdraw(): boolean;
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
  let cacheOpened = false;
  let startCounted = running !== null;
  let onTrial = running?.onTrial === true && store.pointerOrRebuilt().pending?.slot === running.slot;

  const trial = createTrial({
    store,
    limits: options.trialLimits ?? DEFAULT_TRIAL_LIMITS,
    monotonicMs: options.monotonicMs,
    noDisplay: options.noDisplay ?? (() => false),
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

  /** A good release has shown itself: the chooser's count of its starts ends. */
  function forgetStarts(): void {
    if (!startCounted) return;
    startCounted = false;
    try {
      store.forgetUnprovenStarts();
    } catch (error) {
      logger.warn({ error }, 'the count of the starts of this release could not be ended');
    }
  }

  function write(change: (pointer: BootPointer) => BootPointer, what: string): 'written' | 'as-it-was' | 'not-written' {
    const before = store.pointerOrRebuilt();
    const after = change(before);
    if (after === before) return 'as-it-was';
    try {
      store.writePointer(after);
    } catch (error) {
      logger.warn({ error }, `a release could not be ${what}`);
      return 'not-written';
    }
    logger.info({ sequence: (before.waiting ?? before.pending)?.sequence }, `a release is ${what}`);
    return 'written';
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
      if (evidence === 'cacheOpened') cacheOpened = true;
      trial.shown(evidence);
      if (painted && cacheOpened && !onTrial) forgetStarts();
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
    letStart: () => write(letStart, 'let start') !== 'not-written' && store.pointer()?.pending?.starts === 0,
    hold: () => void write(hold, 'held again'),
    withdraw() {
      if (installing || write(withdraw, 'withdrawn') !== 'written') return false;
      const ranOnTrial = onTrial;
      onTrial = false;
      trial.stop();
      options.onChange();
      return ranOnTrial;
    },
    report() {
      const pointer = store.pointerOrRebuilt();
      const { rolledBack } = pointer;
      return {
        running: { sequence: running?.sequence ?? device.builtInSequence, version: running?.version ?? options.builtInVersion },
        onTrial,
        waiting: neverStarted(pointer)?.sequence ?? null,
        rolledBack: rolledBack === null ? null : { sequence: rolledBack.sequence, reason: rolledBack.reason },
        rootVersion: trust.root().version,
      };
    },
  };
}
