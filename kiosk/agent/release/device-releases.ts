import { readFileSync, statfsSync } from 'node:fs';
import type { OfferedRelease } from '@concierge/contract/mqtt/desired.ts';
import type { ReleaseArch, ReleaseShell } from '@concierge/contract/release/manifest.ts';
import { type DeviceRelease, type InstallRefusal, passingRefusals } from '@concierge/contract/release/outcome.ts';
import { ReleaseRoot } from '@concierge/contract/release/root.ts';
import { WIRE_VERSION } from '@concierge/contract/version.ts';
import type { Result } from '@concierge/kernel/result.ts';
import { type BackOffLimits, nextWaitMs } from '../sync/back-off.ts';
import type { BootRelease } from './boot-chooser.ts';
import type { InstallLimits } from './installer.ts';
import { createReleases, type ReleaseOptions } from './releases.ts';
import type { TrialLimits } from './rules.ts';
import { fetchOffer } from './statements.ts';

/** How this device takes releases; an agent without it takes none. */
export interface ReleaseSettings {
  /** With the two slots; the folder that the launcher asked about. */
  readonly folder: string;
  /** The first root statement, which came with the device. */
  readonly rootFile: string;
  /** The sequence of the program that came with the device. */
  readonly builtInSequence: number;
  /** What the launcher chose; null is the program that came with the device. */
  readonly running: BootRelease | null;
  readonly arch: ReleaseArch;
  readonly shell: ReleaseShell;
  readonly startedAgoMs: number;
  readonly trialLimits?: TrialLimits;
  readonly noDisplay?: (() => boolean) | undefined;
  readonly installLimits?: InstallLimits;
  /** How long it waits before it tries an offer again that could not be taken now. */
  readonly againAfter?: BackOffLimits;
}

/** What the agent has to do with releases: it says what it has shown, hands over what is wanted, and reports. */
export interface DeviceReleases {
  start(): void;
  stop(): void;
  shown(evidence: 'painted' | 'cacheOpened' | 'cloudReached'): void;
  /** Whether a release is on trial that has painted nothing yet. */
  awaitsPainting(): boolean;
  /** What the cloud offers now; undefined for nothing, or no longer. Repeated as often as the cloud does. */
  wanted(offer: OfferedRelease | undefined): void;
  report(): DeviceRelease;
}

const AGAIN_AFTER: BackOffLimits = { baseMs: 60_000, capMs: 3_600_000, stableAfterMs: 3_600_000 };
/** Coarser than what a cache grows and shrinks by in a day. */
const FREE_STEP_MEBIBYTES = 64;

/** Null, and said in the log, when the root statement that came with the device is not there or is none: a lobby is shown all the same. */
export function createDeviceReleases(
  settings: ReleaseSettings,
  deps: Pick<ReleaseOptions, 'clock' | 'monotonicMs' | 'random' | 'logger' | 'builtInVersion'> & {
    /** Something in the report is another. */
    onChange(): void;
    /** Ends this program for whoever starts it anew. */
    restart(): void;
  },
): DeviceReleases | null {
  const builtInRoot = readBuiltInRoot(settings.rootFile);
  if (builtInRoot === null) {
    deps.logger.error({ file: settings.rootFile }, 'there is no root of releases: none is taken');
    return null;
  }
  const stopping = new AbortController();
  let offer: OfferedRelease | null = null;
  let refused: DeviceRelease['refused'] = null;
  let trying = false;
  let timer: NodeJS.Timeout | undefined;
  let waitMs = 0;

  const releases = createReleases({
    ...settings,
    ...deps,
    builtInRoot,
    device: { arch: settings.arch, shell: settings.shell, wireVersion: WIRE_VERSION, builtInSequence: settings.builtInSequence },
    onRolledBack: () => deps.restart(),
  });

  async function take(wanted: OfferedRelease): Promise<Result<unknown, InstallRefusal>> {
    const fetched = await fetchOffer(wanted, releases.report().rootVersion, stopping.signal);
    return fetched.ok ? releases.offer(fetched.value, new URL(wanted.from)) : fetched;
  }

  async function tryOffer(): Promise<void> {
    if (trying || offer === null) return;
    trying = true;
    const wanted = offer;
    const taken = await take(wanted).finally(() => {
      trying = false;
    });
    if (stopping.signal.aborted) return;
    // Another one has come meanwhile, which takes the place of what was just brought here, or none is wanted any more.
    if (!isSameOffer(offer, wanted)) {
      if (offer === null) withdraw();
      begin();
      return;
    }
    refused = taken.ok ? null : { sequence: wanted.sequence, reason: taken.error };
    if (!taken.ok && passingRefusals.has(taken.error)) again();
    deps.onChange();
    startWhatWaits();
  }

  function again(): void {
    clearTimeout(timer);
    waitMs = nextWaitMs(settings.againAfter ?? AGAIN_AFTER, waitMs, 0, deps.random());
    timer = setTimeout(begin, waitMs).unref();
  }

  function begin(): void {
    tryOffer().catch((error: unknown) => deps.logger.error({ error }, 'an offered release failed unexpectedly'));
  }

  /** That it may start is written down first, and only then: whatever ends this program otherwise, at noon or after the rollout was stopped, starts nothing new. */
  function startWhatWaits(): void {
    if (offer === null || releases.report().waiting !== offer.sequence) return;
    if (!offer.start) return releases.hold();
    if (!releases.letStart()) return again();
    deps.logger.info({ sequence: offer.sequence }, 'starting anew with the release that waits');
    deps.restart();
  }

  function withdraw(): void {
    if (releases.withdraw()) deps.restart();
  }

  return {
    start: () => releases.start(),
    stop() {
      clearTimeout(timer);
      stopping.abort();
      releases.stop();
    },
    shown: (evidence) => releases.shown(evidence),
    awaitsPainting: () => releases.awaitsPainting(),
    wanted(next) {
      const repeated = isSameOffer(offer, next ?? null);
      offer = next ?? null;
      if (repeated && offer !== null) return startWhatWaits();
      clearTimeout(timer);
      waitMs = 0;
      if (offer === null) withdraw();
      else {
        refused = null;
        begin();
      }
    },
    report: () => ({ ...releases.report(), arch: settings.arch, refused, freeMebibytes: freeMebibytes(settings.folder) }),
  };
}

function isSameOffer(left: OfferedRelease | null, right: OfferedRelease | null): boolean {
  return left?.sequence === right?.sequence && left?.from === right?.from;
}

/** The first root statement, as it came with the device. */
function readBuiltInRoot(path: string): ReleaseRoot | null {
  try {
    return ReleaseRoot.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}

/** Nothing is free on a disk that does not answer. */
function freeMebibytes(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return Math.floor((bavail * bsize) / 1_048_576 / FREE_STEP_MEBIBYTES) * FREE_STEP_MEBIBYTES;
  } catch {
    return 0;
  }
}
