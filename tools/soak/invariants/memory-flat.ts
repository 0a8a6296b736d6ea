import { median } from '../../../bench/statistics.ts';

/** What uses memory, and how much more of it in an hour of scenes is too much. */
export interface MemoryBound {
  readonly name: string;
  readonly mostKilobytesPerHour: number;
}

export interface MemorySample {
  readonly hours: number;
  readonly kilobytes: number;
}

export interface Growth {
  readonly kilobytesPerHour: number;
  /** What the samples of the second half differ from the line through them, in the middle. */
  readonly noiseKilobytes: number;
  /** What it was held against: the bound, or as much as cannot be told from the noise, whichever is more. */
  readonly heldAgainstKilobytesPerHour: number;
  readonly grew: boolean;
}

/** A slope that lifts the line by less than this many times the noise may be the noise's. */
export const NOISE_TIMES = 3;

/**
 * Whether memory grows. The first half is left out: caches fill there. The slope is the median of all slopes between two samples (Theil–Sen), which a single
 * garbage collection more or less does not move. It counts as growth when it is past its bound and lifts the line by more than three times what the samples differ from it.
 */
export function growthOf(samples: readonly MemorySample[], bound: MemoryBound): Growth {
  const later = samples.slice(Math.floor(samples.length / 2));
  const slopes = later.flatMap((one, index) =>
    later.slice(index + 1).map((other) => (other.kilobytes - one.kilobytes) / (other.hours - one.hours)),
  );
  if (slopes.length === 0) throw new Error('growth needs two samples in its second half');
  const kilobytesPerHour = median(slopes);
  const level = median(later.map(({ hours, kilobytes }) => kilobytes - kilobytesPerHour * hours));
  const noiseKilobytes = median(later.map(({ hours, kilobytes }) => Math.abs(kilobytes - level - kilobytesPerHour * hours)));
  const hours = (later.at(-1)?.hours ?? 0) - (later[0]?.hours ?? 0);
  const heldAgainstKilobytesPerHour = Math.max(bound.mostKilobytesPerHour, (NOISE_TIMES * noiseKilobytes) / hours);
  return { kilobytesPerHour, noiseKilobytes, heldAgainstKilobytesPerHour, grew: kilobytesPerHour > heldAgainstKilobytesPerHour };
}
