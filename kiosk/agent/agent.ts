import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { DesiredClaims } from '@concierge/contract/mqtt/desired.ts';
import type { Agent, AgentOptions } from './agent-options.ts';
import { type CacheIncident, createCache, DEFAULT_LIMITS } from './cache/cache.ts';
import { createClock, systemClockSources } from './clock/clock.ts';
import { createCommandActions } from './command-actions.ts';
import { createBootTokenFile } from './device/boot-token.ts';
import { createClaiming } from './device/claiming.ts';
import { createCredentials } from './device/credentials.ts';
import { DEFAULT_DEPARTURE_WAITS, depart, isDismissed } from './device/departure.ts';
import { createDisplayPower } from './device/display-power.ts';
import { type DeviceIdentity, loadIdentity, reachedBy, saveBuilding } from './device/identity.ts';
import { identityAtStart } from './device/identity-at-start.ts';
import { DEFAULT_KEY_LOOKS } from './device/key-following.ts';
import { createPrivateDirectory } from './device/private-directory.ts';
import { createRecovery, LOOK_AGAIN_MS } from './device/recovery.ts';
import { knownSerial, serialOfMachine } from './device/serial.ts';
import { createMeasuring } from './device/telemetry.ts';
import { createMediaShelf, DEFAULT_MEDIA_LIMITS } from './media/media.ts';
import { createDeviceReleases } from './release/device-releases.ts';
import { createIdentification } from './screen/identification.ts';
import { createLoopbackServer, DEFAULT_PORT } from './screen/loopback-server.ts';
import { createPainting } from './screen/painting.ts';
import { createScreen, type ScreenInputs } from './screen/screen.ts';
import { defaultBackOff } from './sync/back-off.ts';
import { createHeldDocuments, loadFromCache } from './sync/held-documents.ts';
import { createSync, type Sync } from './sync/sync.ts';
import { AGENT_VERSION, EARLIEST_POSSIBLE_MS } from './version.ts';

const MAX_EARLY_INCIDENTS = 10;

export type { Agent, AgentOptions };

/** The kiosk's agent: holds the last good building, keeps it current, and tells the renderer what may be shown. */
export function createAgent(options: AgentOptions): Agent {
  const { logger } = options;
  const random = options.random ?? Math.random;
  const backOff = options.backOff ?? defaultBackOff;
  const identityDirectory = createPrivateDirectory(join(options.dataDir, 'identity'));
  const bootToken = createBootTokenFile(options.bootTokenFile, logger);
  const held = createHeldDocuments();
  const sources = options.clockSources ?? systemClockSources;

  const earlyIncidents: CacheIncident[] = [];
  let started = false;
  let stopped = false;
  /** Whether files of a claim exist, even when they do not hold together, and it has not been told to leave. */
  let claimed = false;
  let departing = false;
  /** Between two buildings: what arrives is neither's. */
  let moving = false;
  const stopping = new AbortController();
  const identification = createIdentification(() => screen.refresh());
  /** Lives as long as this process and is never written down: a copy of the disk has another. */
  const run = randomUUID();
  /** The desired state that was last looked at for a release. What the cache held at start is old; the cloud says it anew on every connection. */
  let heardDesired: DesiredClaims | undefined;
  let sync: Sync | null = null;
  /** On the monotonic counter: the wall clock may be moved while there is no connection. */
  let disconnectedSinceMs: number | null = sources.monotonicMs();
  let url: string | null = null;
  const cache = createCache({
    dataDir: options.dataDir,
    limits: () => DEFAULT_LIMITS,
    nowMs: () => clock.nowMs(),
    ...(options.diskRetryMs === undefined ? {} : { retryEveryMs: options.diskRetryMs }),
    onIncident: meetIncident,
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
  const measuring = createMeasuring({ sources: options.telemetrySources, dataDir: options.dataDir, clock });
  const releases =
    options.releases === undefined
      ? null
      : createDeviceReleases(options.releases, {
          builtInVersion: AGENT_VERSION,
          clock: () => ({ nowMs: clock.nowMs(), trusted: clock.state() === 'trusted' }),
          monotonicMs: sources.monotonicMs,
          random,
          onChange: () => sync?.releaseChanged(),
          restart: () => options.restart?.(),
          logger,
        });
  const media = createMediaShelf({
    dataDir: options.dataDir,
    limits: options.mediaLimits ?? DEFAULT_MEDIA_LIMITS,
    storedScenes: () => cache.stored('scenes').map(({ jws }) => jws),
    nowMs: () => clock.nowMs(),
    random,
    onChange() {
      screen.refresh();
      sync?.mediaChanged();
    },
    logger,
  });
  const claiming = createClaiming({
    directory: identityDirectory,
    cloudUrl: options.cloudUrl,
    claimTokenFile: options.claimTokenFile,
    bootToken,
    applianceDir: options.applianceDir,
    serial,
    random,
    monotonicMs: sources.monotonicMs,
    clockTrusted: () => clock.state() === 'trusted',
    backOff,
    onChange: () => screen.refresh(),
    onClaimed(identity) {
      // Of the building before, where this device has lost who it was.
      held.forget();
      shown.erase();
      becomeClaimed(identity);
    },
    logger,
  });
  const painting = createPainting({ screen: () => screen, releases, reports: () => sync, monotonicMs: sources.monotonicMs, random });
  const screen = createScreen({ inputs: screenInputs });
  const credentials = createCredentials({
    directory: identityDirectory,
    serial,
    time: () => ({ earliestMs: clock.timeBounds().earliestMs, bounded: clock.bounded(), trusted: clock.state() === 'trusted' }),
    turnedAway: () => sync?.turnedAway() ?? false,
    monotonicMs: sources.monotonicMs,
    random,
    renewalLooks: options.renewalLooks,
    keyLooks: options.keyLooks ?? DEFAULT_KEY_LOOKS,
    onRenewed: (identity) => (sync === null ? becomeClaimed(identity) : void connectAnew(identity)),
    onFollowed: (identity) => void connectAnew(identity),
    onEnded() {
      if (!departing) leave();
    },
    logger,
  });
  const recovery = createRecovery({
    load: () => loadIdentity(identityDirectory, knownSerial(serial, logger)),
    showsNothing: () => screen.current().phase !== 'running',
    lookEveryMs: options.lookAgainMs ?? LOOK_AGAIN_MS,
    onFound: (identity) => void showCached(identity).then(() => becomeClaimed(identity)),
    onLost() {
      claimed = false;
      claiming.begin('token');
    },
    logger,
  });
  /** What was shown, with all that lies on the disk for it. */
  const shown = {
    erase(but?: 'events'): boolean {
      const gone = cache.erase(but);
      return media.erase() && gone;
    },
  };
  const page =
    options.port === null ? null : createLoopbackServer({ ...options, ...painting, port: options.port ?? DEFAULT_PORT, screen, media });

  if (options.displayFile !== undefined) {
    const displayPower = createDisplayPower({ file: options.displayFile, monotonicMs: sources.monotonicMs, logger });
    screen.subscribe(displayPower.follow);
  }
  /** Before there is a connection to tell it over, the few that can happen at start are remembered. */
  function meetIncident(incident: CacheIncident): void {
    if (sync !== null) sync.incident(incident);
    else if (earlyIncidents.length < MAX_EARLY_INCIDENTS) earlyIncidents.push(incident);
  }

  async function start(): Promise<void> {
    releases?.start();
    const mended = identityDirectory.prepare();
    if (mended.length > 0) logger.warn({ files: mended }, 'identity files were readable by others; tightened');
    cache.open();
    releases?.shown('cacheOpened');
    // Before anything is written: on a full disk the cache may answer no more after that.
    const savedMs = cache.clockFloorMs() ?? 0;
    const { identity, known, ...was } = await identityAtStart({ directory: identityDirectory, serial, eraseShown: shown.erase, logger });
    departing = was.departing;
    claimed = !departing && (identity.ok || identity.error === 'damaged');
    if (known.ok && !departing) await showCached(known.value);
    heardDesired = held.get('desired')?.claims;
    media.want(held.get('scenes')?.claims ?? null);
    clock.start({ signedMs: Math.max(options.earliestPossibleMs ?? EARLIEST_POSSIBLE_MS, held.newestIssuedMs()), savedMs });
    measuring.begin();
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
      if (claimed) recovery.start();
      else claiming.begin('token');
      if (known.ok) credentials.start(reachedBy(known.value, options));
    }
  }

  /** By a claim, or because it is itself again. */
  function becomeClaimed(identity: DeviceIdentity): void {
    if (stopped || departing || sync !== null) return;
    recovery.stop();
    claiming.stop();
    claimed = true;
    beginSync(identity);
  }

  function showCached(identity: DeviceIdentity): Promise<void> {
    const onUnusable = () => meetIncident('cache-recovered');
    return loadFromCache({ cache, held, addressee: identity, keys: identity.keysOfHeld, onUnusable, logger });
  }

  function serial(): string {
    return serialOfMachine(identityDirectory, options.boardSerial);
  }

  function beginSync(claimedAs: DeviceIdentity): void {
    const identity = reachedBy(claimedAs, options);
    connectAs(identity, true);
    media.connectAs(identity);
    credentials.start(identity);
  }

  /** With what it proves itself by, or whom it believes, renewed. */
  async function connectAnew(identity: DeviceIdentity): Promise<void> {
    const before = sync;
    await before?.stop();
    // A move that came meanwhile connects by itself.
    if (before !== null && sync === before && !moving && !stopped) connectAs(identity, false);
  }

  function connectAs(identity: DeviceIdentity, afresh: boolean): void {
    sync = createSync({
      identity,
      agentVersion: AGENT_VERSION,
      run,
      shell: options.shell,
      held,
      cache,
      clock,
      backOff,
      random,
      takesDocuments: () => !departing && !moving,
      onMoved: (moved) => move({ ...identity, ...moved }),
      release: () => releases?.report(),
      missingMedia: () => media.missing(),
      measure: measuring.measure,
      metUnknownKey: credentials.metUnknownKey,
      actions: createCommandActions({
        identity,
        ports: options,
        identify: () => identification.show(identity.keyPem),
        reload: painting.reload,
        stopping: stopping.signal,
        logger,
      }),
      onChange,
      logger,
    });
    for (const incident of earlyIncidents.splice(0)) sync.incident(incident);
    sync.start(afresh);
    screen.refresh();
  }

  /**
   * Follows a signed word to another building. The note of it comes first: killed after it, the device starts as the new building's, and refuses what it still holds of the old one.
   */
  function move(identity: DeviceIdentity): void {
    try {
      const { buildingId, movedAtSequence } = identity;
      saveBuilding(identityDirectory, { buildingId, movedAtSequence });
    } catch (error) {
      // The word stays on the broker and comes again with the next connection.
      logger.error({ error }, 'the move could not be noted; this screen stays where it was');
      return;
    }
    moving = true;
    held.forget();
    shown.erase('events');
    screen.refresh();
    logger.warn({ buildingId: identity.buildingId }, 'this screen hangs in another building now');
    credentials.stop();
    credentials.start(identity);
    void (sync?.stop() ?? Promise.resolve()).then(() => {
      moving = false;
      if (stopped || departing) return;
      media.connectAs(identity);
      connectAs(identity, false);
    });
  }

  /** Hides what was shown, at once; the rest is told and erased behind the screen. */
  function leave(): void {
    departing = true;
    claimed = false;
    recovery.stop();
    claiming.stop();
    held.forget();
    screen.refresh();
    depart({
      directory: identityDirectory,
      erase: shown.erase,
      tell: async (event, detail) => sync?.sayWipe(event, detail) ?? false,
      dismissed: () => isDismissed(sync, credentials.verdict()),
      async disconnect() {
        credentials.stop();
        const before = sync;
        sync = null;
        await before?.stop();
      },
      monotonicMs: sources.monotonicMs,
      random,
      stopping: stopping.signal,
      logger,
      waits: options.departureWaits ?? DEFAULT_DEPARTURE_WAITS,
    }).then(
      () => {
        if (stopped) return;
        departing = false;
        claiming.begin('code');
      },
      (error: unknown) => logger.error({ error }, 'the departure failed; the next start goes on with it'),
    );
  }

  function onChange(): void {
    if (stopped || departing) return;
    const desired = held.get('desired')?.claims;
    if (desired?.decommission === true) return leave();
    if (sync?.connected() === true) {
      // One that a power cut left after the claim is spent. Not before: who is turned away may be nobody's, and then the card in the machine is for the next claim.
      if (disconnectedSinceMs !== null) bootToken.erase();
      disconnectedSinceMs = null;
      releases?.shown('cloudReached');
    } else disconnectedSinceMs ??= sources.monotonicMs();
    if (desired !== undefined && desired !== heardDesired) {
      heardDesired = desired;
      releases?.wanted(desired.release);
    }
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
      mustShow: releases?.awaitsPainting() === true,
      scenes: held.get('scenes')?.claims ?? null,
      facts: held.get('facts')?.claims ?? null,
      media: media.ready(),
      disconnectedForMs: disconnectedSinceMs === null ? null : sources.monotonicMs() - disconnectedSinceMs,
      clock: clock.state(),
      clockBounded: clock.bounded(),
      nowMs: clock.nowMs(),
      qrBatch: held.get('qr')?.claims ?? null,
      claim: departing ? { line: 'leaving', code: null, refusedFiles: [] } : claiming.screen(),
      identity: identification.current(),
      pageNumber: painting.pageNumber(),
      demo: options.demo,
    };
  }

  return {
    start,
    async stop() {
      stopped = true;
      stopping.abort();
      releases?.stop();
      claiming.stop();
      recovery.stop();
      credentials.stop();
      identification.stop();
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
    painted: (frame) => painting.painted(frame),
    health: painting.health,
  };
}
