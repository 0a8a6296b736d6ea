import type { Logger } from 'pino';
import type { Plans } from '#modules/plans/index.ts';
import type { Property } from '#modules/property/index.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import type { FileStorage } from '#platform/files/file-storage.ts';
import type { HttpServer } from '#platform/http/server.ts';
import type { Job, PeriodicJob } from '#platform/jobs/jobs.ts';
import type { Keyring } from '#platform/keys/keyring.ts';
import type { Messenger } from '#platform/mqtt/messenger.ts';
import type { Outbox } from '#platform/outbox/outbox.ts';
import { createBatches } from './batches.ts';
import { createBootClaims } from './boot-claims.ts';
import { type Claims, createClaims } from './claims.ts';
import { createCommandResults } from './command-results.ts';
import { createCommands } from './commands.ts';
import { createDepartures } from './departures.ts';
import { publishDesired } from './desired.ts';
import { createDevelopmentClaims, type DevelopmentClaims } from './development-claim.ts';
import { createDevices, type Devices } from './devices.ts';
import { createExpectedDevices } from './expected-devices.ts';
import { createMediaLibrary } from './media/media.ts';
import { mediaJobs } from './media/media-jobs.ts';
import { mediaRoutes } from './media/media-routes.ts';
import { listenToDevices } from './messages.ts';
import { createMoves } from './moves.ts';
import { createReleaseFiles } from './releases/files.ts';
import { rolloutClock, timestampClock } from './releases/jobs.ts';
import { officeReleaseRoutes } from './releases/office-routes.ts';
import { createOfficeReleases } from './releases/office-view.ts';
import { createRollouts } from './releases/rollouts.ts';
import { timestampOf } from './releases/timestamp-store.ts';
import { createTimestamps, type TimestampKey } from './releases/timestamps.ts';
import { createRenewals } from './renewals.ts';
import { createReports } from './reports.ts';
import type { Revocations } from './revocations.ts';
import { fleetRoutes } from './routes.ts';
import { createDeviceScenes, type DeviceScenes } from './scenes/device-scenes.ts';
import { createDisplayConfigs } from './scenes/display-configs.ts';
import { sceneJobs } from './scenes/scene-jobs.ts';
import { sceneRoutes } from './scenes/scene-routes.ts';
import {
  buildingsWithDevices,
  type DeviceRow,
  devicesOfBuilding,
  forgetPresence,
  lockDevice,
  nextDesiredOfBuilding,
  nextDesiredOfDevice,
  noteContentOfBuilding,
  noteSent,
  type PublishTarget,
  placesOf,
  setContentOfDevice,
  setQrSequence,
  tenantOfDevice,
} from './store.ts';
import { telemetryRoutes } from './telemetry/routes.ts';
import { createFleetTelemetry, type FleetTelemetryDeps } from './telemetry/telemetry.ts';
import { createTimeAnswers } from './time-answers.ts';
import { createTwins } from './twins/twins.ts';

export { DEVICE_COMMANDED, sendCommand } from './commands.ts';
export { forgetDevice } from './departures.ts';
export { DEVICE_CHANGED } from './devices.ts';
export { DEVICE_REVOKED } from './end-device.ts';
export { DEVICE_CLAIMED } from './enrolment.ts';
export { MEDIA_DELETED } from './media/media.ts';
export { forgetMediaFile } from './media/media-jobs.ts';
export { DEVICE_MOVED, resettleDevice } from './moves.ts';
export { createReleaseOperator, type ReleaseOperator, type RolloutStatus } from './releases/operator.ts';
export { defaultPlan } from './releases/plan.ts';
export { readTimestampKey } from './releases/timestamps.ts';
export { DEVICE_NEEDS_SYNC } from './reports.ts';
export { createRevocations } from './revocations.ts';
export { DISPLAY_CONFIG_PUBLISHED } from './scenes/display-configs.ts';
export { refitScreens, sendScenes } from './scenes/scene-jobs.ts';
export type { DeviceRow, PublishTarget };

export interface Fleet {
  readonly devices: Devices;
  readonly claims: Claims;
  /** Present in the demo only. */
  readonly developmentClaims: DevelopmentClaims | null;
  /** Notes that the building's devices are sent this content now; returns their ids, and what to publish after it for those that had none. */
  noteContentOfBuilding(
    tx: Transaction,
    buildingId: string,
    sequence: number,
  ): Promise<{ deviceIds: string[]; firstTime: readonly PublishTarget[] }>;
  setContentOfDevice(tx: Transaction, deviceId: string, sequence: number): Promise<void>;
  /** Notes that this is the newest batch of presence tokens of the device. */
  setQrSequence(tx: Transaction, deviceId: string, sequence: number): Promise<void>;
  /** The next desired states' numbers, taken in the caller's transaction; publish them after it has committed. */
  nextDesiredOfBuilding(tx: Transaction, buildingId: string, contentSequence: number): Promise<PublishTarget[]>;
  nextDesiredOfDevice(tx: Transaction, deviceId: string): Promise<PublishTarget[]>;
  publishDesired(targets: readonly PublishTarget[]): Promise<void>;
  buildingsWithDevices(tx: Transaction): Promise<string[]>;
  devicesOfBuilding(tx: Transaction, buildingId: string): Promise<string[]>;
  placesOf(tx: Transaction, deviceIds: readonly string[]): Promise<{ deviceId: string; buildingId: string }[]>;
  /** The device's row, locked for the transaction; null when unknown or revoked. */
  lockDevice(tx: Transaction, deviceId: string): Promise<DeviceRow | null>;
  noteSent(tx: Transaction, deviceId: string, sent: { content: boolean; qr: boolean; scenes: boolean }): Promise<void>;
  readonly scenes: DeviceScenes;
  /** Whose the device is, before a tenant is known; null when unknown or revoked. */
  tenantOfDevice(deviceId: string): Promise<string | null>;
  forgetPresence(tx: Transaction): Promise<void>;
  readonly jobs: readonly Job[];
  readonly periodic: readonly PeriodicJob[];
  listen(): void;
  routes(app: HttpServer): void;
}

export interface FleetDeps {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly property: Pick<Property, 'lobbyBuilding' | 'names'>;
  readonly identity: Pick<FleetTelemetryDeps, 'fullNames' | 'tenantIds'>;
  readonly plans: Pick<Plans, 'lacking'>;
  readonly messenger: Messenger;
  readonly keyring: Keyring;
  readonly storage: FileStorage;
  /** How much an office's media library may hold. */
  readonly mediaQuotaBytes: number;
  readonly brokerUrl: () => string;
  readonly cloudUrl: string;
  readonly allowDevelopmentClaims: boolean;
  readonly revocations: Revocations;
  /** Where releases lie on this machine, and the address at which devices find them; it ends with a slash. */
  readonly releasesFolder: string;
  readonly releasesUrl: URL;
  /** With what, and before which root, timestamps of releases are renewed; null where somebody else does it. */
  readonly releaseSigning: { readonly key: TimestampKey; readonly rootFile: string } | null;
  /** Closes the connections a device has with the broker, where the broker is ours. */
  disconnect(deviceId: string): void;
  tenantIds(): Promise<string[]>;
  readonly logger: Logger;
  nowMs(): number;
}

/** The devices in the lobbies: who they are, what they should show, what they say. */
export function createFleet(deps: FleetDeps): Fleet {
  const devices = createDevices(deps);
  const enrolment = { ...deps, authority: deps.keyring.authority, signing: deps.keyring.signing };
  const claims = createClaims({ ...enrolment, bootClaims: createBootClaims(enrolment) });
  const batches = createBatches(enrolment);
  const commands = createCommands({ ...deps, signing: deps.keyring.signing });
  const commandResults = createCommandResults(deps);
  const departures = createDepartures(deps);
  const moves = createMoves({
    ...deps,
    buildingStands: async (tx, buildingId) => (await deps.property.lobbyBuilding(tx, buildingId)) !== null,
  });
  const twins = createTwins(deps);
  const telemetry = createFleetTelemetry({ ...deps, ...deps.identity, twins, buildings: deps.property.names });
  const developmentClaims = deps.allowDevelopmentClaims ? createDevelopmentClaims(enrolment) : null;
  const desiredDeps = { messenger: deps.messenger, signing: deps.keyring.signing, releasesUrl: deps.releasesUrl, nowMs: deps.nowMs };
  const rollouts = createRollouts(deps);
  const timestamps = createTimestamps({ ...deps, signing: deps.releaseSigning, folder: deps.releasesFolder });
  return {
    devices,
    claims,
    developmentClaims,
    setContentOfDevice,
    setQrSequence,
    noteContentOfBuilding,
    nextDesiredOfBuilding,
    nextDesiredOfDevice,
    publishDesired: (targets) => publishDesired(desiredDeps, targets),
    buildingsWithDevices,
    devicesOfBuilding,
    placesOf,
    lockDevice,
    noteSent,
    scenes: createDeviceScenes({ signing: deps.keyring.signing, plans: deps.plans, nowMs: deps.nowMs }),
    tenantOfDevice: (deviceId) => tenantOfDevice(deps.database, deviceId),
    forgetPresence,
    jobs: [...departures.jobs, ...moves.jobs, ...commands.jobs, ...sceneJobs(deps), ...mediaJobs(deps)],
    periodic: [...telemetry.periodic, rolloutClock(rollouts), timestampClock(timestamps), commandResults.periodic],
    listen: () =>
      listenToDevices({
        ...deps,
        reports: createReports({
          ...deps,
          wiped: departures.wiped,
          repeatThatGone: departures.repeatThatGone,
          answered: commands.answered,
          rollouts,
        }),
        reception: telemetry.reception,
        twins,
        timeAnswers: createTimeAnswers({ ...deps, signing: deps.keyring.signing }),
      }),
    routes(app) {
      telemetryRoutes(app, { ...telemetry, twins });
      officeReleaseRoutes(app, createOfficeReleases({ ...deps, fullNames: deps.identity.fullNames }));
      sceneRoutes(app, createDisplayConfigs({ ...deps, fullNames: deps.identity.fullNames }));
      mediaRoutes(app, createMediaLibrary({ ...deps, quotaBytes: deps.mediaQuotaBytes }));
      fleetRoutes(app, {
        devices,
        batches,
        expected: createExpectedDevices(deps),
        claims,
        commands,
        commandResults,
        renewals: createRenewals(deps),
        revocations: deps.revocations,
        departures,
        moves,
        releaseFiles: createReleaseFiles(deps.releasesFolder, (sequence) => timestampOf(deps.database, sequence)),
        developmentClaims,
        keyStatements: deps.keyring.signing.statements,
      });
    },
  };
}
