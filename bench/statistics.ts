/** The value below which `share` (0 to 1) of the values lie, by nearest rank. Throws on an empty list, because there is nothing to say. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error('a percentile of no values was asked for');
  return value;
}

/** The middle value; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (upper === undefined || lower === undefined) throw new Error('a median of no values was asked for');
  return (upper + lower) / 2;
}

export interface Pair {
  readonly ours: number;
  readonly baseline: number;
}

/** The median of the pairs' ratios. Both of a pair were measured next to each other, so whatever else the machine did met both. */
export function medianRatio(pairs: readonly Pair[]): number {
  return median(
    pairs.map(({ ours, baseline }) => {
      if (!(baseline > 0)) throw new Error(`a ratio to ${baseline} says nothing`);
      return ours / baseline;
    }),
  );
}

/** The slope of the least-squares line through the points. */
export function slope(points: readonly { readonly x: number; readonly y: number }[]): number {
  const meanX = mean(points.map(({ x }) => x));
  const meanY = mean(points.map(({ y }) => y));
  const spread = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  if (spread === 0) throw new Error('a slope needs two points apart');
  return points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread;
}

export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new Error('a mean of no values was asked for');
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
