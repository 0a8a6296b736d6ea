import { resultMaxBytes } from '@concierge/contract/http/command-results.ts';
import { scrubbed } from './scrub.ts';

/** The agent's last lines, in memory only and scrubbed as they come in: what is not kept cannot be asked for. */
export interface RecentLines {
  /** A destination for the logger. */
  write(line: string): void;
  /** UTF-8, the oldest first, no more than an answer may have. */
  read(): Uint8Array;
}

const MAX_LINES = 500;
const MAX_LINE_LENGTH = 2_000;
/** A line longer than this is not looked through to its end. */
const MAX_SCRUBBED_LENGTH = 16_000;

const controlCharacters = /\p{Cc}/gu;

export function createRecentLines(): RecentLines {
  const lines: { readonly text: string; readonly bytes: number }[] = [];
  let bytes = 0;
  return {
    write(line) {
      const text = scrubbed(line.slice(0, MAX_SCRUBBED_LENGTH).trimEnd()).slice(0, MAX_LINE_LENGTH).replaceAll(controlCharacters, ' ');
      const kept = { text, bytes: Buffer.byteLength(text) + 1 };
      lines.push(kept);
      bytes += kept.bytes;
      while (lines.length > MAX_LINES || bytes > resultMaxBytes.logs) bytes -= lines.shift()?.bytes ?? 0;
    },
    read: () => Buffer.from(lines.map(({ text }) => `${text}\n`).join('')),
  };
}

/** A logger's destination that writes to both. */
export function alsoTo(first: { write(line: string): void }, second: { write(line: string): void }): { write(line: string): void } {
  return {
    write(line) {
      first.write(line);
      second.write(line);
    },
  };
}
