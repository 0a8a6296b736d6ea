import type { MediaRef } from '@concierge/contract/media.ts';

/** A file on the disk, as far as it matters for who has to go. */
interface Kept {
  readonly sha256: string;
  readonly isPart: boolean;
  readonly bytes: number;
  readonly usedMs: number;
}

/**
 * Which files have to go so that `needed` more bytes fit: first what no arrangement names, the longest unused first, then what only the arrangement before names. What the present one
 * names never goes. Null when that is not enough.
 */
export function filesToThrowAway<File extends Kept>(
  files: readonly File[],
  wanted: { readonly now: readonly MediaRef[]; readonly before: readonly MediaRef[] },
  room: { readonly budgetBytes: number; readonly freeBytes: number; readonly neededBytes: number },
): readonly File[] | null {
  const now = new Set(wanted.now.map(({ sha256 }) => sha256));
  const before = new Set(wanted.before.map(({ sha256 }) => sha256));
  let used = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let free = room.freeBytes;
  const fits = () => used + room.neededBytes <= room.budgetBytes && room.neededBytes <= free;
  const going: File[] = [];
  const candidates = files
    .filter(({ sha256 }) => !now.has(sha256))
    .toSorted((one, other) => Number(before.has(one.sha256)) - Number(before.has(other.sha256)) || one.usedMs - other.usedMs);
  for (const file of candidates) {
    if (fits()) break;
    going.push(file);
    used -= file.bytes;
    free += file.bytes;
  }
  return fits() ? going : null;
}
