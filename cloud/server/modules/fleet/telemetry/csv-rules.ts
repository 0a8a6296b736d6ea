import type { FleetDevice } from '@concierge/contract/http/fleet.ts';
import type { Language } from '@concierge/contract/text.ts';

/** What a spreadsheet takes for a formula at the beginning of a cell, and what it cuts off before it looks (OWASP, CSV Injection). */
const FORMULA = /^[\s\u00a0\ufeff]*[=+\-@\t\r|]/u;

/** A cell of text. What a spreadsheet would carry out begins with an apostrophe instead; separators, quotes and ends of lines are quoted (RFC 4180). */
export function textCell(text: string, separator: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return harmless.includes(separator) || /["\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
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

export interface CsvWords {
  readonly columns: readonly string[];
  readonly state: Readonly<Record<FleetDevice['state'], string>>;
  readonly alert: Readonly<Record<FleetDevice['alerts'][number], string>>;
  readonly standing: Readonly<Record<FleetDevice['release']['standing'], string>>;
  readonly yes: string;
}

/** One screen as a line. Instants are ISO 8601 in UTC: every spreadsheet can read them, and none takes them for another day. */
export function deviceLine(device: FleetDevice, words: CsvWords, language: Language): string {
  const separator = separatorOf(language);
  const { reported } = device;
  const text = (value: string | null) => textCell(value ?? '', separator);
  const number = (value: number | null) => numberCell(value, language);
  return line(
    [
      text(device.name),
      text(device.placement),
      text((language === 'en' ? device.building.en : null) ?? device.building.el),
      text(words.state[device.state]),
      text(device.alerts.map((kind) => words.alert[kind]).join(', ')),
      text(device.lastSignAt),
      text(reported?.agentVersion ?? null),
      number(device.desiredSequence),
      number(reported?.desiredSequence ?? null),
      number(device.contentSequence),
      number(reported?.contentSequence ?? null),
      text(device.driftSince),
      number(device.temperatureCelsius),
      text(device.release.running),
      number(device.release.ring),
      text(device.release.standing === 'none' ? null : words.standing[device.release.standing]),
      text(device.sample ? words.yes : null),
      text(device.id),
    ],
    separator,
  );
}

/** The line of names above them, after the mark by which a spreadsheet knows the text for UTF-8. */
export function headLine(words: CsvWords, language: Language): string {
  const separator = separatorOf(language);
  return `\ufeff${line(
    words.columns.map((name) => textCell(name, separator)),
    separator,
  )}`;
}

function line(cells: readonly string[], separator: string): string {
  return `${cells.join(separator)}\r\n`;
}
