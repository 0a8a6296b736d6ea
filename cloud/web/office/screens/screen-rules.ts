import type { Device } from '@concierge/contract/http/devices.ts';
import type { FleetDevice } from '@concierge/contract/http/fleet.ts';

/** How far a screen is with the newest content of its building. */
export type ContentProgress = 'nothing' | 'painted' | 'received' | 'behind';

/** `painted`: the newest stands on the glass. `received`: it has arrived and is about to. `behind`: the screen still shows an older one. */
export function contentProgress({ contentSequence, reported }: Pick<Device, 'contentSequence' | 'reported'>): ContentProgress {
  if (contentSequence === 0) return 'nothing';
  if (reported === null || reported.contentSequence < contentSequence) return 'behind';
  return reported.paintedSequence >= contentSequence ? 'painted' : 'received';
}

/** How old what a screen shows is, as far as the cloud can know. `confirmed`: until that moment it heard that this is the newest. `unpainted`: it has newer, and nobody knows what it shows. */
export type DataAge = { readonly kind: 'nothing' | 'current' | 'unpainted' } | { readonly kind: 'confirmed'; readonly at: string };

/**
 * The age that the lobby tells below its scenes, from what the cloud knows. Every ten minutes each screen is told that it holds the newest, or sent it; since when it lacks a word of ours is since
 * when it can vouch for nothing. Up to those ten minutes younger than the lobby says itself.
 */
export function dataAgeOf({
  contentSequence,
  reported,
  unconfirmedSince,
}: Pick<FleetDevice, 'contentSequence' | 'reported' | 'unconfirmedSince'>): DataAge {
  if (contentSequence === 0 || reported === null || reported.paintedSequence === 0) return { kind: 'nothing' };
  if (reported.paintedSequence < reported.contentSequence) return { kind: 'unpainted' };
  return unconfirmedSince === null ? { kind: 'current' } : { kind: 'confirmed', at: unconfirmedSince };
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
