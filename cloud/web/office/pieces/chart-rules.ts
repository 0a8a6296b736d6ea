import { localMoment } from '@concierge/kernel/local-moment.ts';

const MINUTE_MS = 60_000;

export interface ChartPoint {
  readonly atMs: number;
  readonly value: number;
}

/** Round numbers that hold all values, a few of them: the lines behind a chart. */
export function niceTicks(least: number, most: number, about = 4): number[] {
  const span = most - least || Math.abs(most) || 1;
  const raw = span / Math.max(1, about - 1);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= raw) ?? 10) * power;
  const first = Math.floor(least / step + 1e-9);
  const last = Math.ceil(most / step - 1e-9);
  // Counted in steps, so that no error of addition shows in a number.
  return Array.from({ length: Math.max(2, last - first + 1) }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** The points in pieces without a gap: where nothing was measured, nothing is drawn. */
export function unbroken<Point extends Pick<ChartPoint, 'atMs'>>(points: readonly Point[], stepMs: number): Point[][] {
  const pieces: Point[][] = [];
  for (const point of points) {
    const last = pieces.at(-1);
    const before = last?.at(-1);
    if (last !== undefined && before !== undefined && point.atMs - before.atMs <= stepMs * 1.5) last.push(point);
    else pieces.push([point]);
  }
  return pieces;
}

export interface Period {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Steps in which something happened as periods: those that follow each other are one. Each step begins at its moment. */
export function periodsOf(stepsMs: readonly number[], stepMs: number): Period[] {
  const steps = stepsMs.map((atMs) => ({ atMs }));
  return unbroken(steps, stepMs).flatMap((piece) => {
    const [first, last] = [piece[0], piece.at(-1)];
    return first === undefined || last === undefined ? [] : [{ fromMs: first.atMs, toMs: last.atMs + stepMs }];
  });
}

/** The point nearest to a moment. */
export function nearest(points: readonly ChartPoint[], atMs: number): number {
  let best = 0;
  for (const [index, point] of points.entries()) {
    if (Math.abs(point.atMs - atMs) < Math.abs((points[best]?.atMs ?? 0) - atMs)) best = index;
  }
  return best;
}

/** Moments for the axis of time at full local hours or midnights, so that a label says what people call it, also after the clocks have changed in between. */
export function timeTicks(fromMs: number, toMs: number, stepMs: number, timeZone: string): number[] {
  const ticks: number[] = [];
  for (let wallMs = Math.ceil(wallMsOf(fromMs, timeZone) / stepMs) * stepMs; ; wallMs += stepMs) {
    const atMs = momentOf(wallMs, timeZone);
    if (atMs > toMs) return ticks;
    if (atMs >= fromMs) ticks.push(atMs);
  }
}

/** What the wall clock of the place says at that moment, to the minute, counted as if it were UTC. */
function wallMsOf(atMs: number, timeZone: string): number {
  const { date, minuteOfDay } = localMoment(atMs, timeZone);
  return Date.parse(`${date}T00:00:00Z`) + minuteOfDay * MINUTE_MS + (atMs % MINUTE_MS);
}

/** When the wall clock says so; of an hour that comes twice one, for an hour that the clocks leave out the one after it. */
function momentOf(wallMs: number, timeZone: string): number {
  // What the place is ahead of UTC is asked for near the moment, and then at it: the clocks may change in between.
  const nearMs = wallMs - (wallMsOf(wallMs, timeZone) - wallMs);
  return wallMs - (wallMsOf(nearMs, timeZone) - nearMs);
}
