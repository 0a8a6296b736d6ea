import { z } from 'zod';
import { Telemetry } from '../mqtt/telemetry.ts';
import { Instant, Language, Uuid } from '../text.ts';
import { FleetDeviceRelease, ReleaseRing, ReleaseStanding } from './device-releases.ts';
import { Device } from './devices.ts';
import { PageQuery, pageOf, RowVersion } from './page.ts';

/** What can be the matter with a screen. Each is open while it holds and closed when it does not any more; nobody opens or closes one by hand, but for `twin`. */
export const AlertKind = z.enum([
  /** Not connected for longer than is usual. */
  'offline',
  /** Connected, and still without the newest it was sent. */
  'drift',
  /** Its certificate ends soon: the renewal does not work. */
  'certificate',
  'hot',
  /** Its supply is too weak, or its processor is slowed down. */
  'power',
  /** Little room is left. */
  'disk',
  /** The card is worn, damaged or takes nothing any more. */
  'storage',
  'memory',
  /** Its program starts again and again. */
  'crash-loop',
  /** It does not know the time. */
  'clock',
  /** Two machines go by its identity. Whether one of them was switched off nobody can see from afar: open until somebody says so. */
  'twin',
]);
export type AlertKind = z.infer<typeof AlertKind>;

/** POST /api/kiosk/devices/:deviceId/alerts/:alertKind/close: of those that only a person can close. */
export const ClosedByHand = AlertKind.extract(['twin']);
export type ClosedByHand = z.infer<typeof ClosedByHand>;

/** One word for how a screen stands. `trouble`: connected, with an open alert. `new`: claimed and never seen. */
export const DeviceState = z.enum(['trouble', 'offline', 'new', 'leaving', 'well']);
export type DeviceState = z.infer<typeof DeviceState>;

/** A screen as a row of the fleet. */
export const FleetDevice = Device.extend({
  state: DeviceState,
  /** What holds at the moment of reading. */
  alerts: z.array(AlertKind),
  /** The newest desired state the cloud made for it; it has that when `reported.desiredSequence` is equal. */
  desiredSequence: z.int().nonnegative(),
  /** Since when it lacks something it was sent; null when it has everything. */
  driftSince: Instant.nullable(),
  /** Since when nobody could tell it that what it shows is the newest; null while it has been told. An arrangement that it does not take makes nothing older. */
  unconfirmedSince: Instant.nullable(),
  /** The last sign of life of any kind. */
  lastSignAt: Instant.nullable(),
  temperatureCelsius: z.number().nullable(),
  /** It stands for a screen in a demonstration; there is none. */
  sample: z.boolean(),
  building: z.strictObject({ el: z.string(), en: z.string().nullable() }),
  release: FleetDeviceRelease,
}).meta({ id: 'FleetDevice' });
export type FleetDevice = z.infer<typeof FleetDevice>;

/** GET /api/kiosk/devices. */
export const DevicePage = pageOf(FleetDevice);
export type DevicePage = z.infer<typeof DevicePage>;

/** Everything by which screens are chosen. Texts are compared without accents and case. */
const filters = {
  q: z.string().trim().min(1).max(100).optional(),
  buildingId: Uuid.optional(),
  state: DeviceState.optional(),
  alert: AlertKind.optional(),
  /** Of the agent, exactly. */
  version: z.string().max(40).optional(),
  /** Of the rollout's rings, or `none` for those that take no releases; as text, because it stands in an address. */
  ring: z
    .string()
    .regex(/^(\d|none)$/)
    .optional(),
  standing: ReleaseStanding.optional(),
};
export const DeviceFilter = z.strictObject(filters);
export type DeviceFilter = z.infer<typeof DeviceFilter>;

export const DeviceSort = z.enum(['name', 'state', 'lastSign', 'temperature', 'version']);
export type DeviceSort = z.infer<typeof DeviceSort>;

export const DeviceQuery = PageQuery.extend({
  ...filters,
  sort: DeviceSort.default('name'),
  direction: z.enum(['asc', 'desc']).default('asc'),
});
export type DeviceQuery = z.infer<typeof DeviceQuery>;

const count = z.int().nonnegative();

/** GET /api/kiosk/fleet: how many of what, among the screens that the filter leaves. None is narrowed by the state, nor by what is chosen of its own kind, so that another can be chosen. */
export const FleetCounts = z
  .strictObject({
    total: count,
    states: z.record(DeviceState, count),
    alerts: z.partialRecord(AlertKind, count),
    /** The commonest of the agents, most of them first. */
    versions: z.array(z.strictObject({ version: z.string(), count })).max(20),
    rings: z.array(ReleaseRing.extend({ count })).max(10),
    withoutRing: count,
    standings: z.partialRecord(ReleaseStanding, count),
  })
  .meta({ id: 'FleetCounts' });
export type FleetCounts = z.infer<typeof FleetCounts>;

/** GET /api/kiosk/fleet/buildings: the same screens by building, those with most trouble first. */
export const FleetBuildingsQuery = PageQuery.extend(filters);
export const FleetBuilding = z
  .strictObject({
    buildingId: Uuid,
    name: z.strictObject({ el: z.string(), en: z.string().nullable() }),
    total: count,
    trouble: count,
    offline: count,
  })
  .meta({ id: 'FleetBuilding' });
export type FleetBuilding = z.infer<typeof FleetBuilding>;
export const FleetBuildingPage = pageOf(FleetBuilding);

/** GET /api/kiosk/fleet/groups: the same screens by ring or by state. There are never many of either. */
export const FleetGrouping = z.enum(['ring', 'state']);
export type FleetGrouping = z.infer<typeof FleetGrouping>;
export const FleetGroupsQuery = DeviceFilter.extend({ by: FleetGrouping });
export const FleetGroup = z.strictObject({
  /** The state, or the number of the ring; null for screens that are in none. */
  key: z.string().nullable(),
  /** What the operator calls the ring. */
  name: z.string().nullable(),
  total: count,
  trouble: count,
  offline: count,
  /** Run the release that is rolled out. */
  current: count,
  failed: count,
});
export type FleetGroup = z.infer<typeof FleetGroup>;
export const FleetGroupList = z.strictObject({ items: z.array(FleetGroup).max(12) }).meta({ id: 'FleetGroupList' });
export type FleetGroupList = z.infer<typeof FleetGroupList>;

export const DeviceAlert = z
  .strictObject({
    id: Uuid,
    kind: AlertKind,
    openedAt: Instant,
    closedAt: Instant.nullable(),
    acknowledgedAt: Instant.nullable(),
    /** The full name of whoever said that they know of it. */
    acknowledgedBy: z.string().nullable(),
  })
  .meta({ id: 'DeviceAlert' });
export type DeviceAlert = z.infer<typeof DeviceAlert>;

/** The display configuration that a screen was given, and whether it has what was published of it last. */
export const DeviceProgramme = z.strictObject({
  id: Uuid,
  name: z.string(),
  /** Null while nothing of it is published: the screen shows the lobby's own round. */
  revision: z.int().positive().nullable(),
  arrived: z.boolean(),
});
export type DeviceProgramme = z.infer<typeof DeviceProgramme>;

/** GET /api/kiosk/devices/:deviceId. */
export const DeviceDetail = FleetDevice.extend({
  /** Null for the lobby's own round. */
  programme: DeviceProgramme.nullable(),
  serial: z.string(),
  claimedAt: Instant,
  certificateExpiresAt: Instant,
  /** The newest picture of its machine, and when it came; null until the first. */
  telemetry: Telemetry.nullable(),
  telemetryReceivedAt: Instant.nullable(),
  /** Newest first; of those that hold one each, and the latest of those that are over. */
  history: z.array(DeviceAlert).max(50),
}).meta({ id: 'DeviceDetail' });
export type DeviceDetail = z.infer<typeof DeviceDetail>;

export const HistoryRange = z.enum(['day', 'week', 'quarter']);
export type HistoryRange = z.infer<typeof HistoryRange>;

/** GET /api/kiosk/devices/:deviceId/history. */
export const HistoryQuery = z.strictObject({ range: HistoryRange.default('day') });

/** The worst of each step: what a mean would hide is what one looks for. A step nobody measured in is missing. */
export const HistoryPoint = z.strictObject({
  at: Instant,
  temperatureCelsius: z.number().nullable(),
  memoryAvailableMebibytes: z.int().nullable(),
  diskFreeMebibytes: z.int().nullable(),
  agentMebibytes: z.int().nullable(),
  loadPerCore: z.number().nullable(),
  /** Under-voltage or a slowed processor at some moment of the step. */
  power: z.boolean(),
});
export type HistoryPoint = z.infer<typeof HistoryPoint>;

export const MOST_HISTORY_POINTS = 300;
export const DeviceHistory = z
  .strictObject({ from: Instant, to: Instant, stepSeconds: z.int().positive(), points: z.array(HistoryPoint).max(MOST_HISTORY_POINTS) })
  .meta({ id: 'DeviceHistory' });
export type DeviceHistory = z.infer<typeof DeviceHistory>;

/** GET /api/kiosk/devices.csv. A browser that fetches a file names its own language, and not the page's: hence the parameter. */
export const DeviceCsvQuery = z.strictObject({ ...filters, language: Language.optional() });

const whole = (least: number, most: number, usual: number) => z.int().min(least).max(most).default(usual);

/** From where on something is an alert. What a tenant has not said is as written here. */
export const FleetThresholds = z
  .strictObject({
    offlineMinutes: whole(2, 10_080, 10),
    driftMinutes: whole(2, 10_080, 15),
    /** A Raspberry Pi slows itself down from 80 °C on. */
    hotCelsius: whole(40, 110, 80),
    diskFreePercent: whole(0, 90, 10),
    memoryAvailablePercent: whole(0, 90, 8),
    startsPerHour: whole(2, 100, 4),
    /** Renewal is due thirty days before the end. */
    certificateDays: whole(1, 60, 14),
  })
  .meta({ id: 'FleetThresholds' });
export type FleetThresholds = z.infer<typeof FleetThresholds>;

/** GET and PUT /api/kiosk/fleet/thresholds. */
export const FleetThresholdsRow = z
  .strictObject({ thresholds: FleetThresholds, version: z.int().nonnegative() })
  .meta({ id: 'FleetThresholdsRow' });
export type FleetThresholdsRow = z.infer<typeof FleetThresholdsRow>;
export const FleetThresholdsBody = z.strictObject({ thresholds: FleetThresholds, version: RowVersion.or(z.literal(0)) });
