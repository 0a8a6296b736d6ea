import { type AlertKind, type FleetThresholds, type HistoryRange, MOST_HISTORY_POINTS } from '@concierge/contract/http/fleet.ts';
import type { Telemetry } from '@concierge/contract/mqtt/telemetry.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export const SAMPLE_MS = 5 * MINUTE_MS;
export const SAMPLES_KEPT_MS = 2 * DAY_MS;
export const HOURS_KEPT_MS = 90 * DAY_MS;
export const CLOSED_ALERTS_KEPT_MS = 365 * DAY_MS;

/** A picture this old says nothing any more about now: three were missed. */
const FRESH_FOR_MS = 20 * MINUTE_MS;
/** A device keeps half an hour of pictures; what is older was kept by somebody else. */
const OLDEST_MS = 2 * HOUR_MS;
const CLOCKS_DIFFER_BY_MS = 5 * MINUTE_MS;
/** What has been too much stays so until it is this much better, so that a value at the limit does not open and close an alert all day. */
const BETTER_BY = { celsius: 5, percent: 2 } as const;
/** An eMMC says its life in tenths; at the last one it is time. */
const WORN_PERCENT = 90;

/** When the picture was taken, as far as it can be believed; null when it is too old to be of use. A device that does not know the time, or is ahead of ours, is taken to have measured now. */
export function takenAtMs({ at, clock }: Pick<Telemetry, 'at' | 'clock'>, receivedMs: number): number | null {
  const saidMs = Date.parse(at);
  if (clock === 'unknown' || saidMs > receivedMs + CLOCKS_DIFFER_BY_MS) return receivedMs;
  return saidMs < receivedMs - OLDEST_MS ? null : Math.min(saidMs, receivedMs);
}

/** What a picture gives cause to tell somebody. `held` are the kinds that the picture before it gave. Says the same when it is asked twice. */
export function troublesOf(picture: Telemetry, thresholds: FleetThresholds, held: readonly AlertKind[]): AlertKind[] {
  const { temperatureCelsius, power, storage, memory } = picture;
  const holds = (kind: AlertKind, better: number) => (held.includes(kind) ? better : 0);
  const hotFrom = thresholds.hotCelsius - holds('hot', BETTER_BY.celsius);
  const diskBelow = thresholds.diskFreePercent + holds('disk', BETTER_BY.percent);
  const memoryBelow = thresholds.memoryAvailablePercent + holds('memory', BETTER_BY.percent);
  const found: Readonly<Partial<Record<AlertKind, boolean>>> = {
    hot: temperatureCelsius !== null && temperatureCelsius >= hotFrom,
    // A supply that was too weak once is too weak until it is changed, and then the board starts anew and forgets.
    power: (power.underVoltage !== null && power.underVoltage !== 'never') || power.throttled === 'now' || power.frequencyCapped === 'now',
    disk: isBelow(storage.freeBytes, storage.totalBytes, diskBelow) || isBelow(storage.freeFiles, storage.totalFiles, diskBelow),
    storage: storage.readOnly === true || (storage.fileSystemErrors ?? 0) > 0 || (storage.lifeUsedPercent ?? 0) >= WORN_PERCENT,
    memory: isBelow(memory.availableBytes, memory.totalBytes, memoryBelow),
    'crash-loop': picture.startsLastHour >= thresholds.startsPerHour,
    clock: picture.clock === 'unknown',
  };
  return (['hot', 'power', 'disk', 'storage', 'memory', 'crash-loop', 'clock'] as const).filter((kind) => found[kind] === true);
}

function isBelow(part: number | null, whole: number | null, percent: number): boolean {
  return part !== null && whole !== null && whole > 0 && part * 100 < whole * percent;
}

/** The instants that what the clock alone decides is compared with; the database has the rows. */
export interface Cutoffs {
  /** Not connected, and no sign of life since. */
  readonly offlineBefore: Date;
  /** Said to be connected, and yet silent since before: a broker that was killed never told that it went. */
  readonly silentBefore: Date;
  /** Connected, and lacking something since before. */
  readonly driftBefore: Date;
  readonly certificateBefore: Date;
  /** Pictures that came earlier say nothing about now. */
  readonly freshAfter: Date;
}

export function cutoffsOf(nowMs: number, thresholds: FleetThresholds): Cutoffs {
  const offlineMs = thresholds.offlineMinutes * MINUTE_MS;
  return {
    offlineBefore: new Date(nowMs - offlineMs),
    silentBefore: new Date(nowMs - Math.max(offlineMs, FRESH_FOR_MS)),
    driftBefore: new Date(nowMs - thresholds.driftMinutes * MINUTE_MS),
    certificateBefore: new Date(nowMs + thresholds.certificateDays * DAY_MS),
    freshAfter: new Date(nowMs - FRESH_FOR_MS),
  };
}

/** A picture as history keeps it. */
export interface Sample {
  readonly temperatureDecidegrees: number | null;
  readonly memoryAvailableMebibytes: number | null;
  readonly diskFreeMebibytes: number | null;
  readonly agentMebibytes: number | null;
  readonly loadPercent: number | null;
  readonly power: boolean;
}

const MEBIBYTE = 1_048_576;
/** What an `integer` column takes: two exabytes. */
const MOST = 2_147_483_647;

export function sampleOf({ temperatureCelsius, power, storage, memory, loadPerCore }: Telemetry): Sample {
  const mebibytes = (bytes: number | null) => (bytes === null ? null : Math.min(MOST, Math.round(bytes / MEBIBYTE)));
  return {
    temperatureDecidegrees: temperatureCelsius === null ? null : Math.round(temperatureCelsius * 10),
    memoryAvailableMebibytes: mebibytes(memory.availableBytes),
    diskFreeMebibytes: mebibytes(storage.freeBytes),
    agentMebibytes: mebibytes(memory.agentBytes),
    loadPercent: loadPerCore === null ? null : Math.round(loadPerCore * 100),
    power: power.underVoltage === 'now' || power.throttled === 'now' || power.frequencyCapped === 'now',
  };
}

export function startOfSample(ms: number): Date {
  return new Date(Math.floor(ms / SAMPLE_MS) * SAMPLE_MS);
}

export function startOfHour(ms: number): Date {
  return new Date(Math.floor(ms / HOUR_MS) * HOUR_MS);
}

export interface HistorySpan {
  readonly from: Date;
  readonly to: Date;
  readonly stepSeconds: number;
  readonly of: 'samples' | 'hours';
}

/** What is read for a range: the span that ends now, in whole steps, never more of them than a chart can show. */
export function historySpan(range: HistoryRange, nowMs: number): HistorySpan {
  const spans = {
    day: { spanMs: DAY_MS, stepMs: SAMPLE_MS, of: 'samples' },
    week: { spanMs: 7 * DAY_MS, stepMs: HOUR_MS, of: 'hours' },
    quarter: { spanMs: HOURS_KEPT_MS, stepMs: 8 * HOUR_MS, of: 'hours' },
  } as const;
  const { spanMs, stepMs, of } = spans[range];
  if (spanMs / stepMs > MOST_HISTORY_POINTS) throw new RangeError('a history has more points than a chart');
  const toMs = (Math.floor(nowMs / stepMs) + 1) * stepMs;
  return { from: new Date(toMs - spanMs), to: new Date(toMs), stepSeconds: stepMs / 1_000, of };
}
