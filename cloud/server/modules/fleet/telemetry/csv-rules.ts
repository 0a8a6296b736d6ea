import type { FleetDevice } from '@concierge/contract/http/fleet.ts';
import { type PowerMark, slowed, type Telemetry } from '@concierge/contract/mqtt/telemetry.ts';
import type { Language } from '@concierge/contract/text.ts';

const MEBIBYTE = 1_048_576;
const HOUR_SECONDS = 3_600;

/** What a spreadsheet takes for a formula at the beginning of a cell, and what it cuts off before it looks (OWASP, CSV Injection). */
const FORMULA = /^(?=[\s"\u00a0\ufeff]*[=+\-@\t\r|])/u;
/** The same behind whatever begins a cell for some spreadsheet: which separator it goes by is a setting of the machine, and no quotes hold for one that goes by another than ours. */
const FORMULA_INSIDE = /(?<=[,;\t\r\n])(?=[\s"\u00a0\ufeff]*[=+\-@|])/gu;

/** A cell of text. Before what a spreadsheet would carry out stands an apostrophe; separators of any spreadsheet, quotes and ends of lines are quoted (RFC 4180). */
export function textCell(text: string): string {
  const harmless = text.replace(FORMULA_INSIDE, "'").replace(FORMULA, "'");
  return /[",;\t\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** A number of ours, with the comma that a Greek spreadsheet reads. It cannot be a formula: it has no letters. */
export function numberCell(value: number | null, language: Language): string {
  if (value === null) return '';
  return language === 'el' ? String(value).replace('.', ',') : String(value);
}

/** Greek spreadsheets take the comma for the decimal sign, so their columns are told apart by a semicolon. */
export function separatorOf(language: Language): string {
  return language === 'el' ? ';' : ',';
}

/** A screen as the file tells of it: what the list says, what it shows, and how its machine fares. */
export interface FileDevice extends FleetDevice {
  /** The name of the display configuration it was given; null for the lobby's own round. */
  readonly programme: string | null;
  /** When its machine was last measured, however long ago; null until the first time. */
  readonly measuredAt: string | null;
  /** What was measured then; null when that is too long ago to be so now. */
  readonly picture: Telemetry | null;
}

/** What stands beside what, in this order. */
const csvColumns = [
  'name',
  'placement',
  'building',
  'state',
  'alerts',
  'lastSign',
  'version',
  'desired',
  'desiredReported',
  'content',
  'contentReported',
  'drift',
  'programme',
  'measured',
  'temperature',
  'diskFree',
  'memoryAvailable',
  'power',
  'throttled',
  'cardLifeUsed',
  'cardWritten',
  'uptime',
  'clock',
  'release',
  'ring',
  'standing',
  'sample',
  'id',
] as const;

type CsvColumn = (typeof csvColumns)[number];

export interface CsvWords {
  readonly columns: Readonly<Record<CsvColumn, string>>;
  readonly state: Readonly<Record<FleetDevice['state'], string>>;
  readonly alert: Readonly<Record<FleetDevice['alerts'][number], string>>;
  readonly standing: Readonly<Record<FleetDevice['release']['standing'], string>>;
  readonly power: Readonly<Record<PowerMark, string>>;
  readonly throttled: Readonly<Record<PowerMark, string>>;
  readonly clock: Readonly<Record<Telemetry['clock'], string>>;
  readonly yes: string;
}

/** One screen as a line. Instants are ISO 8601 in UTC: every spreadsheet can read them, and none takes them for another day. */
export function deviceLine(device: FileDevice, words: CsvWords, language: Language): string {
  const separator = separatorOf(language);
  const { reported, picture, release } = device;
  const text = (value: string | null | undefined) => textCell(value ?? '');
  const number = (value: number | null | undefined) => numberCell(value ?? null, language);
  const mebibytes = (bytes: number | null | undefined) => number(typeof bytes === 'number' ? Math.round(bytes / MEBIBYTE) : null);
  const mark = (value: PowerMark | null, names: Readonly<Record<PowerMark, string>>) => text(value === null ? null : names[value]);
  const uptimeSeconds = picture?.machineUptimeSeconds ?? null;
  const cells: Readonly<Record<CsvColumn, string>> = {
    name: text(device.name),
    placement: text(device.placement),
    building: text((language === 'en' ? device.building.en : null) ?? device.building.el),
    state: text(words.state[device.state]),
    alerts: text(device.alerts.map((kind) => words.alert[kind]).join(', ')),
    lastSign: text(device.lastSignAt),
    version: text(reported?.agentVersion),
    desired: number(device.desiredSequence),
    desiredReported: number(reported?.desiredSequence),
    content: number(device.contentSequence),
    contentReported: number(reported?.contentSequence),
    drift: text(device.driftSince),
    programme: text(device.programme),
    measured: text(device.measuredAt),
    temperature: number(picture?.temperatureCelsius),
    diskFree: mebibytes(picture?.storage.freeBytes),
    memoryAvailable: mebibytes(picture?.memory.availableBytes),
    power: mark(picture?.power.underVoltage ?? null, words.power),
    throttled: mark(picture === null ? null : slowed(picture.power), words.throttled),
    cardLifeUsed: number(picture?.storage.lifeUsedPercent),
    cardWritten: mebibytes(picture?.storage.writtenBytes),
    uptime: number(uptimeSeconds === null ? null : Math.floor(uptimeSeconds / HOUR_SECONDS)),
    clock: text(picture === null ? null : words.clock[picture.clock]),
    release: text(release.running),
    ring: number(release.ring),
    standing: text(release.standing === 'none' ? null : words.standing[release.standing]),
    sample: text(device.sample ? words.yes : null),
    id: text(device.id),
  };
  return line(
    csvColumns.map((column) => cells[column]),
    separator,
  );
}

/** The line of names above them, after the mark by which a spreadsheet knows the text for UTF-8. */
export function headLine({ columns }: Pick<CsvWords, 'columns'>, language: Language): string {
  const separator = separatorOf(language);
  return `\ufeff${line(
    csvColumns.map((column) => textCell(columns[column])),
    separator,
  )}`;
}

function line(cells: readonly string[], separator: string): string {
  return `${cells.join(separator)}\r\n`;
}
