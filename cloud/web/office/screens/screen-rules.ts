import type { Device } from '@concierge/contract/http/devices.ts';

/** How far a screen is with the newest content of its building. */
export type ContentProgress = 'nothing' | 'painted' | 'received' | 'behind';

/** `painted`: the newest stands on the glass. `received`: it has arrived and is about to. `behind`: the screen still shows an older one. */
export function contentProgress({ contentSequence, reported }: Pick<Device, 'contentSequence' | 'reported'>): ContentProgress {
  if (contentSequence === 0) return 'nothing';
  if (reported === null || reported.contentSequence < contentSequence) return 'behind';
  return reported.paintedSequence >= contentSequence ? 'painted' : 'received';
}

/** Screens are told the time of where they hang; the office reads theirs by the same clock. */
export const PLACE = 'Europe/Athens';

const MEBIBYTE = 1_048_576;

/** «2,9 GiB»: what computers mean by memory and room, in steps of 1,024. */
export function bytesWords(bytes: number, language: string): string {
  const units = ['MiB', 'GiB', 'TiB'] as const;
  let value = bytes / MEBIBYTE;
  let unit: (typeof units)[number] = 'MiB';
  for (const next of units.slice(1)) {
    if (value < 1_024) break;
    value /= 1_024;
    unit = next;
  }
  return `${value.toLocaleString(language, { maximumFractionDigits: value < 10 ? 1 : 0 })} ${unit}`;
}

/** How long something has run, in the largest unit that says enough. */
export function spanOf(seconds: number): { readonly unit: 'days' | 'hours' | 'minutes'; readonly count: number } {
  if (seconds >= 2 * 86_400) return { unit: 'days', count: Math.floor(seconds / 86_400) };
  if (seconds >= 2 * 3_600) return { unit: 'hours', count: Math.floor(seconds / 3_600) };
  return { unit: 'minutes', count: Math.floor(seconds / 60) };
}
