import { join } from 'node:path';
import type { PaintedFrame, ScreenState } from '@concierge/contract/kiosk/screen.ts';
import type { Reported } from '@concierge/contract/mqtt/reported.ts';
import { heldKinds } from '@concierge/contract/signed-document.ts';
import { failure } from '@concierge/kernel/result.ts';
import type { Logger } from 'pino';
import { type CacheIncident, createCache, DEFAULT_LIMITS } from './cache/cache.ts';
import { type ClockSources, createClock, systemClockSources } from './clock/clock.ts';
import { type Claim, createClaim } from './device/claim.ts';
import { depart } from './device/departure.ts';
import { createDevelopmentClaim } from './device/development-claim.ts';
import { wordsOfKey } from './device/device-key.ts';
import { type DeviceIdentity, eraseIdentity, isDeparting, loadIdentity } from './device/identity.ts';
import { createPrivateDirectory } from './device/private-directory.ts';
import { createRenewal } from './device/renewal.ts';
import { boardSerial, deviceSerial } from './device/serial.ts';
import { createMediaShelf, DEFAULT_MEDIA_LIMITS, type MediaLimits } from './media/media.ts';
import { createLoopbackServer, DEFAULT_PORT, type Health } from './screen/loopback-server.ts';
import { createScreen, type Screen, type ScreenInputs } from './screen/screen.ts';
import { type BackOffLimits, defaultBackOff } from './sync/back-off.ts';
import type { CommandActions } from './sync/commands.ts';
import { createHeldDocuments, loadFromCache } from './sync/held-documents.ts';
import { createSync, type Sync } from './sync/sync.ts';
import { AGENT_VERSION, EARLIEST_POSSIBLE_MS } from './version.ts';

export interface AgentOptions {
  /** Everything the device keeps: identity and cache. */
  readonly dataDir: string;
  /** The built renderer. */
  readonly rendererDir: string;
  readonly shell: Reported['shell'];
  /** Marks the screen as a demonstration. */
  readonly demo: boolean;
  /** The first port tried for the page; 0 takes any, null serves no page (the Electron shell has the bridge instead). */
  readonly port?: number | null;
  /** Where an unclaimed device asks for a code; without it, it waits for somebody to say. */
  readonly cloudUrl?: string | undefined;
  /** The demo's claim: a token on this machine instead of a code on the screen. */
  readonly claimTokenFile?: string | undefined;
  /** Stands for the broker's address of the claim, when the broker moved. What the broker must prove stays the same. */
  readonly brokerUrl?: string | undefined;
  /** Ends this agent for whoever started it to start it anew; missing where nobody would. */
  readonly restart?: () => void;
  readonly logger: Logger;
  readonly clockSources?: ClockSources;
  /** Stands for what the board says of itself; null on one that says nothing. */
  readonly boardSerial?: string | null;
  readonly random?: () => number;
  readonly backOff?: BackOffLimits;
  readonly mediaLimits?: MediaLimits;
  /** How often a disk that takes nothing is tried again. */
  readonly diskRetryMs?: number;
  /** No clock is believed that says an earlier time. */
  readonly earliestPossibleMs?: number;
}

export interface Agent {
  /** Settles when the screen can be shown; the network comes later. */
  start(): Promise<void>;
  /** Says good-bye to the broker, closes the cache; takes less than a second. */
  stop(): Promise<void>;
  /** The page's URL once started; null without a server. */
  readonly url: string | null;
  readonly screen: Pick<Screen, 'current' | 'subscribe'>;
  painted(frame: PaintedFrame): void;
  health(): Health;
}

const MAX_EARLY_INCIDENTS = 10;
/** Long enough to look up from a phone to the glass. */
const IDENTIFY_MS = 30_000;

/** The kiosk's agent: holds the last good building, keeps it current, and tells the renderer what may be shown. */
export function createAgent(options: AgentOptions): Agent {
  const { logger } = options;
  const random = options.random ?? Math.random;
  const backOff = options.backOff ?? defaultBackOff;
  const identityDirectory = createPrivateDirectory(join(options.dataDir, 'identity'));
  const held = createHeldDocuments();
  const sources = options.clockSources ?? systemClockSources;

  const earlyIncidents: CacheIncident[] = [];
  let started = false;
  let stopped = false;
  /** Whether files of a claim exist, even when they do not hold together, and it has not been told to leave. */
  let claimed = false;
  let departing = false;
  const stopping = new AbortController();
  let identifiedAs: ScreenState['identity'] = null;
  let identifyTimer: NodeJS.Timeout | undefined;
  let pageNumber = 0;
  let sync: Sync | null = null;
  let claim: Claim | null = null;
  /** On the monotonic counter: the wall clock may be moved while there is no connection. */
  let disconnectedSinceMs: number | null = sources.monotonicMs();
  let url: string | null = null;
  /** When the renderer last painted, on the monotonic counter: the shell restarts a screen that stopped painting. */
  let paintedMs: number | null = null;

  const cache = createCache({
    dataDir: options.dataDir,
    limits: () => DEFAULT_LIMITS,
    nowMs: () => clock.nowMs(),
    ...(options.diskRetryMs === undefined ? {} : { retryEveryMs: options.diskRetryMs }),
    onIncident(incident) {
      // Before there is a connection to tell it over, the few that can happen at start are remembered.
      if (sync !== null) sync.incident(incident);
      else if (earlyIncidents.length < MAX_EARLY_INCIDENTS) earlyIncidents.push(incident);
    },
    logger,
  });
  const clock = createClock({
    sources,
    saveFloor: (timeMs) => cache.saveClockFloor(timeMs),
    onChange() {
      screen.refresh();
      sync?.clockChanged();
    },
  });
  const media = createMediaShelf({
    dataDir: options.dataDir,
    cloudUrl: options.cloudUrl,
    limits: options.mediaLimits ?? DEFAULT_MEDIA_LIMITS,
    storedScenes: () => cache.stored('scenes').map(({ jws }) => jws),
    nowMs: () => clock.nowMs(),
    random,
    onChange: () => screen.refresh(),
    logger,
  });
  const screen = createScreen({ inputs: screenInputs });
  const renewal = createRenewal({
    directory: identityDirectory,
    cloudUrl: options.cloudUrl,
    serial,
    nowMs: () => (clock.bounded() ? clock.nowMs() : null),
    random,
    onRenewed(identity) {
      void sync?.stop().then(() => {
        if (!stopped && !departing) connectAs(identity, false);
      });
    },
    logger,
  });
  /** What was shown, with all that lies on the disk for it. */
  const shown = {
    erase() {
      cache.erase();
      media.erase();
    },
  };
  const page =
    options.port === null
      ? null
      : createLoopbackServer({
          port: options.port ?? DEFAULT_PORT,
          rendererDir: options.rendererDir,
          screen,
          readMedia: media.read,
          painted,
          health,
          logger,
        });

  async function start(): Promise<void> {
    const mended = identityDirectory.prepare();
    if (mended.length > 0) logger.warn({ files: mended }, 'identity files were readable by others; tightened');
    cache.open();
    // Before anything is written: on a full disk the cache may answer no more after that.
    const savedMs = cache.clockFloorMs() ?? 0;
    let identity = await loadIdentity(identityDirectory, knownSerial());
    if (!identity.ok && identity.error === 'other-machine') {
      logger.error('this card was claimed in another machine; it starts anew');
      shown.erase();
      eraseIdentity(identityDirectory);
      identity = failure('unclaimed');
    }
    departing = isDeparting(identityDirectory);
    claimed = !departing && (identity.ok || identity.error === 'damaged');
    if (identity.ok && !departing) await showCached(identity.value);
    media.want(held.get('scenes')?.claims ?? null);
    clock.start({ signedMs: newestSignedMs(), savedMs });
    disconnectedSinceMs = sources.monotonicMs();
    started = true;
    screen.refresh();
    if (page !== null) url = await page.start();

    if (departing) {
      if (identity.ok) beginSync(identity.value);
      leave();
    } else if (identity.ok) beginSync(identity.value);
    else {
      logger.warn({ reason: identity.error }, 'this device has no usable identity');
      beginClaim('token');
    }
  }

  function showCached(identity: DeviceIdentity): Promise<void> {
    return loadFromCache({ cache, held, addressee: identity, signingKeys: identity.signingKeys, logger });
  }

  /** The newest date inside any verified document: it cannot be earlier than that. */
  function newestSignedMs(): number {
    const dates = heldKinds.map((kind) => held.get(kind)?.claims.issuedAt).filter((date) => date !== undefined);
    return Math.max(options.earliestPossibleMs ?? EARLIEST_POSSIBLE_MS, ...dates.map((date) => Date.parse(date)));
  }

  function beginClaim(by: 'code' | 'token'): void {
    const { cloudUrl, claimTokenFile } = options;
    if (cloudUrl === undefined) return;
    const shared = {
      directory: identityDirectory,
      cloudUrl,
      serial,
      random,
      backOff,
      logger,
    };
    claim =
      claimTokenFile === undefined || by === 'code'
        ? createClaim({ ...shared, monotonicMs: sources.monotonicMs, onChange: () => screen.refresh() })
        : createDevelopmentClaim({ ...shared, tokenFile: claimTokenFile });
    claim.start((identity) => {
      claimed = true;
      beginSync(identity);
    });
    screen.refresh();
  }

  function serial(): string {
    return deviceSerial(identityDirectory, options.boardSerial === undefined ? boardSerial() : options.boardSerial);
  }

  /** Null where the machine has none and the disk takes none. */
  function knownSerial(): string | null {
    try {
      return serial();
    } catch (error) {
      logger.warn({ error }, 'the serial of this machine is not known');
      return null;
    }
  }

  function beginSync(identity: DeviceIdentity): void {
    connectAs(identity, true);
    media.connectAs(identity);
    renewal.start(identity);
  }

  function connectAs(identity: DeviceIdentity, afresh: boolean): void {
    sync = createSync({
      identity: options.brokerUrl === undefined ? identity : { ...identity, brokerUrl: options.brokerUrl },
      agentVersion: AGENT_VERSION,
      shell: options.shell,
      held,
      cache,
      clock,
      backOff,
      random,
      takesDocuments: () => !departing,
      actions: commandActions(identity.keyPem),
      onChange,
      logger,
    });
    for (const incident of earlyIncidents.splice(0)) sync.incident(incident);
    sync.start(afresh);
    screen.refresh();
  }

  /** Hides what was shown, at once; the rest is told and erased behind the screen. */
  function leave(): void {
    departing = true;
    claimed = false;
    renewal.stop();
    held.forget();
    screen.refresh();
    depart({
      directory: identityDirectory,
      cache: shown,
      tell: async () => (await sync?.sayWiped()) ?? true,
      disconnect: async () => sync?.stop(),
      monotonicMs: sources.monotonicMs,
      stopping: stopping.signal,
      logger,
    }).then(
      () => {
        if (stopped) return;
        sync = null;
        departing = false;
        beginClaim('code');
      },
      (error: unknown) => logger.error({ error }, 'the departure failed; the next start goes on with it'),
    );
  }

  function commandActions(keyPem: string): CommandActions {
    return {
      identify: {
        endsAgent: false,
        carryOut() {
          identifiedAs = wordsOfKey(keyPem);
          clearTimeout(identifyTimer);
          identifyTimer = setTimeout(() => {
            identifiedAs = null;
            screen.refresh();
          }, IDENTIFY_MS).unref();
          screen.refresh();
        },
      },
      reload: {
        endsAgent: false,
        carryOut() {
          pageNumber += 1;
          screen.refresh();
        },
      },
      restart: {
        endsAgent: options.restart !== undefined,
        carryOut() {
          if (options.restart === undefined) throw new Error('nobody would start this agent again');
          options.restart();
        },
      },
    };
  }

  function onChange(): void {
    if (stopped) return;
    if (departing) return;
    if (held.get('desired')?.claims.decommission === true) return leave();
    if (sync?.connected() === true) disconnectedSinceMs = null;
    else disconnectedSinceMs ??= sources.monotonicMs();
    media.want(held.get('scenes')?.claims ?? null);
    screen.refresh();
  }

  function screenInputs(): ScreenInputs {
    return {
      started,
      claimed,
      content: held.shownContent(),
      confirmedAt: held.confirmedAt(),
      display: held.get('desired')?.claims.display ?? null,
      scenes: held.get('scenes')?.claims ?? null,
      media: media.ready(),
      disconnectedForMs: disconnectedSinceMs === null ? null : sources.monotonicMs() - disconnectedSinceMs,
      clock: clock.state(),
      clockBounded: clock.bounded(),
      nowMs: clock.nowMs(),
      qrBatch: held.get('qr')?.claims ?? null,
      claim: claim?.screen() ?? null,
      identity: identifiedAs,
      pageNumber,
      demo: options.demo,
    };
  }

  function painted(frame: PaintedFrame): void {
    paintedMs = sources.monotonicMs();
    sync?.painted(frame);
  }

  function health(): Health {
    const { phase, link, contentSequence, confirmedAt, nowMs } = screen.current();
    return {
      phase,
      link,
      contentSequence,
      paintedSequence: sync?.paintedSequence() ?? 0,
      paintedAgeSeconds: paintedMs === null ? null : Math.round((sources.monotonicMs() - paintedMs) / 1_000),
      dataAgeSeconds: confirmedAt === null ? null : Math.max(0, Math.round((nowMs - Date.parse(confirmedAt)) / 1_000)),
    };
  }

  return {
    start,
    async stop() {
      stopped = true;
      stopping.abort();
      claim?.stop();
      renewal.stop();
      clearTimeout(identifyTimer);
      media.stop();
      screen.stop();
      await Promise.all([sync?.stop(), page?.stop()]);
      clock.stop();
      cache.close();
    },
    get url() {
      return url;
    },
    screen,
    painted,
    health,
  };
}
