import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import { ANNOUNCEMENT_CHANGED, createAnnouncements } from '#modules/announcements/index.ts';
import {
  createFleet,
  createRevocations,
  DEVICE_CHANGED,
  DEVICE_CLAIMED,
  DEVICE_COMMANDED,
  DEVICE_MOVED,
  DEVICE_NEEDS_SYNC,
  DEVICE_REVOKED,
  DISPLAY_CONFIG_PUBLISHED,
  forgetDevice,
  forgetMediaFile,
  MEDIA_DELETED,
  readTimestampKey,
  refitScreens,
  resettleDevice,
  sendCommand,
  sendScenes,
} from '#modules/fleet/index.ts';
import { ACCOUNT_LOCKED, allTenantIds, createIdentity, SESSION_STOLEN, tellOfLock, tellOfTheft } from '#modules/identity/index.ts';
import { CODES_RUN_OUT, createLobby, LOBBY_CHECK_DUE, rebuildLobby, refreshFacts, serveDevice } from '#modules/lobby/index.ts';
import { createPlans, PLAN_CHANGED } from '#modules/plans/index.ts';
import { BUILDING_CHANGED, createProperty } from '#modules/property/index.ts';
import { askForWeather, createWeather, PLACE_CHANGED, WEATHER_CHANGED } from '#modules/weather/index.ts';
import { auditClock } from '#platform/audit/jobs.ts';
import { createDatabase } from '#platform/database/database.ts';
import { createOrm } from '#platform/database/orm.ts';
import { createFileStorage } from '#platform/files/file-storage.ts';
import { healthRoutes } from '#platform/health/health.ts';
import { createHttpServer } from '#platform/http/server.ts';
import { createIdempotency } from '#platform/idempotency/idempotency.ts';
import { createJobRunner } from '#platform/jobs/jobs.ts';
import { tellOfEndingCertificates } from '#platform/keys/ending-certificates.ts';
import { BACKEND_COMMON_NAME, openKeyring } from '#platform/keys/keyring.ts';
import { createLive } from '#platform/live/live.ts';
import { createMailer } from '#platform/mail/mailer.ts';
import { createMessenger } from '#platform/mqtt/messenger.ts';
import { createOutbox, later, type Subscription } from '#platform/outbox/outbox.ts';
import { apiDocument } from '#platform/web/api-document.ts';
import { webPages } from '#platform/web/pages.ts';
import { hostsOfBroker, openBroker } from './infrastructure/broker.ts';
import { openDatabaseServer } from './infrastructure/database-server.ts';
import { refuseDemoData } from './infrastructure/demo-data.ts';
import { listenOnFreePort } from './infrastructure/port.ts';
import { type Settings, whomToAskForWeather } from './settings.ts';
import { cloudVersion } from './version.ts';

/** Who hears of what. An arrow against the direction of imports is an event, and all of them stand here. What the clock or a machine asks for comes later than what a person waits for. */
const wiring: Readonly<Record<string, readonly Subscription[]>> = {
  [BUILDING_CHANGED]: [rebuildLobby],
  [ANNOUNCEMENT_CHANGED]: [rebuildLobby],
  [PLACE_CHANGED]: [askForWeather],
  [WEATHER_CHANGED]: [later(refreshFacts)],
  // The weather of a place where no screen hung was not asked for.
  [DEVICE_CLAIMED]: [rebuildLobby, askForWeather],
  [DEVICE_CHANGED]: [serveDevice],
  [DEVICE_COMMANDED]: [sendCommand],
  [DEVICE_REVOKED]: [forgetDevice],
  [DISPLAY_CONFIG_PUBLISHED]: [sendScenes],
  [MEDIA_DELETED]: [forgetMediaFile],
  [PLAN_CHANGED]: [refitScreens],
  [DEVICE_NEEDS_SYNC]: [later(serveDevice)],
  [DEVICE_MOVED]: [resettleDevice, rebuildLobby, askForWeather],
  [LOBBY_CHECK_DUE]: [later(rebuildLobby)],
  [CODES_RUN_OUT]: [later(serveDevice)],
  [ACCOUNT_LOCKED]: [tellOfLock],
  [SESSION_STOLEN]: [tellOfTheft],
};

export interface Cloud {
  readonly url: string;
  readonly brokerUrl: string;
  readonly databaseUrl: string;
  readonly property: ReturnType<typeof createProperty>;
  readonly announcements: ReturnType<typeof createAnnouncements>;
  readonly fleet: ReturnType<typeof createFleet>;
  readonly identity: ReturnType<typeof createIdentity>;
  readonly plans: ReturnType<typeof createPlans>;
  readonly database: ReturnType<typeof createDatabase>;
  /** The OpenAPI document. */
  describe(): object;
  /** Opens new job workers after the database was lost under the present ones. */
  restartJobs(): void;
  /** Finishes what is under way, then lets go of everything, in the reverse order of the start. */
  stop(): Promise<void>;
}

/** Starts everything one replica needs, in the order of who needs whom. Whatever fails undoes what had started. */
export async function startCloud(settings: Settings, logger: Logger, nowMs: () => number = Date.now): Promise<Cloud> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const undo of stops.splice(0).reverse())
      await undo().catch((error: unknown) => logger.warn({ err: error }, 'a part did not stop cleanly'));
  };
  try {
    const demo = settings.CONCIERGE_MODE === 'demo';
    const dataFolder = resolve(settings.CONCIERGE_DATA);
    await mkdir(dataFolder, { recursive: true, mode: 0o755 });
    const databaseServer = await openDatabaseServer(settings, dataFolder, logger);
    stops.push(databaseServer.stop);

    const keyring = await openKeyring(settings.CONCIERGE_KEYS ?? join(dataFolder, 'keys'), {
      create: demo,
      brokerHosts: hostsOfBroker(settings),
    });
    const tellNoMore = tellOfEndingCertificates({ keyring, nowMs, logger });
    stops.push(async () => tellNoMore());

    const database = createDatabase({ url: databaseServer.url, logger, maxConnections: settings.DATABASE_CONNECTIONS });
    stops.push(database.close);
    if (!demo) await refuseDemoData(database, await allTenantIds(database));
    const orm = createOrm(database);
    const outbox = createOutbox(wiring);

    const revocations = createRevocations({ database, authority: keyring.authority, nowMs });
    await revocations.load();
    const broker = await openBroker(settings, keyring, revocations.has, logger);
    stops.push(broker.stop);
    const messenger = createMessenger({
      url: broker.backendUrl,
      certificatePem: keyring.backend.certificatePem,
      privateKeyPem: keyring.backend.privateKeyPem,
      authorityPem: keyring.authority.certificatePem,
      commonName: BACKEND_COMMON_NAME,
      logger,
    });

    // The port is chosen before the modules are made, because QR codes carry the public address.
    const listening = await listenOnFreePort(settings.HOST, settings.PORT, demo);
    const publicUrl = new URL(settings.PUBLIC_URL ?? `http://localhost:${listening.port}`);

    const mailer = createMailer({ smtpUrl: settings.SMTP_URL, from: settings.MAIL_FROM, logger });
    stops.push(async () => mailer.close());
    const identity = createIdentity({
      database,
      outbox,
      mailer,
      sessionSecret: keyring.sessionSecret,
      secureCookies: publicUrl.protocol === 'https:',
      nowMs,
    });
    const property = createProperty({ database, orm, outbox, nowMs });
    const announcements = createAnnouncements({ database, orm, property, outbox, nowMs });
    const plans = createPlans({ database, outbox, tenantIds: identity.tenantIds, nowMs });
    const weather = createWeather({ database, outbox, property, ask: whomToAskForWeather(settings), logger, nowMs });
    const fleet = createFleet({
      database,
      outbox,
      property,
      identity,
      plans,
      messenger,
      keyring,
      storage: createFileStorage(join(dataFolder, 'media')),
      mediaQuotaBytes: settings.MEDIA_QUOTA_MB * 1_048_576,
      brokerUrl: () => broker.publicUrl,
      cloudUrl: publicUrl.href,
      allowDevelopmentClaims: demo,
      revocations,
      releasesFolder: resolve(settings.RELEASES_DIR ?? join(dataFolder, 'releases')),
      releasesUrl: new URL(settings.RELEASES_URL ?? new URL('releases/', publicUrl).href),
      releaseSigning: await releaseSigning(settings),
      disconnect: broker.disconnect,
      tenantIds: identity.tenantIds,
      logger,
      nowMs,
    });
    const lobby = createLobby({
      database,
      outbox,
      property,
      announcements,
      weather,
      fleet,
      messenger,
      keyring,
      publicUrl,
      tenantIds: identity.tenantIds,
      nowMs,
    });

    const live = createLive({ url: databaseServer.url, logger, principalNow: identity.sessions.principalNow });
    const app = await createHttpServer({
      logger,
      publicUrl,
      trustProxy: settings.TRUST_PROXY,
      idempotency: createIdempotency(database),
      authenticate: identity.cookies.authenticate,
      csrfHolds: identity.cookies.csrfHolds,
      lackingFeatures: ({ scope }) => plans.lacking(scope),
    });
    healthRoutes(app, {
      version: cloudVersion,
      databaseIsReachable: database.isReachable,
      brokerIsConnected: messenger.isConnected,
      brokerMetrics: broker.metrics,
      metricsToken: settings.METRICS_TOKEN,
    });
    for (const room of [identity, plans, property, announcements, weather, fleet, lobby, live]) room.routes(app);
    apiDocument(app);
    await webPages(app, resolve(import.meta.dirname, '../web/dist'));

    if (broker.forgetsOnRestart)
      for (const tenantId of await identity.tenantIds()) await database.transaction({ tenantId, sessionId: null }, fleet.forgetPresence);
    fleet.listen();
    await messenger.start();
    stops.push(messenger.stop);
    const jobs = createJobRunner({
      url: databaseServer.url,
      jobs: [...identity.jobs, ...plans.jobs, ...weather.jobs, ...fleet.jobs, ...lobby.jobs],
      periodic: [
        ...identity.periodic,
        ...plans.periodic,
        ...weather.periodic,
        ...fleet.periodic,
        ...lobby.periodic,
        auditClock({ database, tenantIds: identity.tenantIds, logger }),
      ],
      logger,
    });
    await jobs.start();
    stops.push(jobs.stop);
    await live.start();
    stops.push(live.stop);
    await listening.handTo(app);
    stops.push(async () => app.close());

    return {
      url: `http://localhost:${listening.port}`,
      brokerUrl: broker.publicUrl,
      databaseUrl: databaseServer.ownerUrl ?? databaseServer.url,
      property,
      announcements,
      fleet,
      identity,
      plans,
      database,
      describe: () => app.swagger(),
      restartJobs: () => void jobs.restart(),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Read at the start, so that a key that is none is noticed by whoever started it. */
async function releaseSigning({ RELEASES_TIMESTAMP_KEY: keyFile, RELEASES_ROOT: rootFile }: Settings) {
  if (keyFile === undefined || rootFile === undefined) return null;
  return { key: await readTimestampKey(resolve(keyFile)), rootFile: resolve(rootFile) };
}
