/**
 * Whether two machines go by one identity, from the runs that say that they are connected. A run is one process of an agent: it ends before the next one of the same machine begins, so a run
 * that comes back after another had taken its place means that both are alive, each cutting the other off (MQTT 3.1.1 §3.1.4-2).
 */
export interface Takeover {
  readonly run: string;
  readonly atMs: number;
}

/** Machines that cut each other off come back within a minute each; what is older says nothing of now. */
export const WITHIN_MS = 15 * 60_000;
/** One could be a message that a broker brought again out of order. */
const RETURNS = 2;
const MOST_KEPT = 12;

/** The latest takeovers with one more hello; the same run again is no takeover. */
export function hearRun(before: readonly Takeover[], run: string, nowMs: number): readonly Takeover[] {
  const recent = before.filter(({ atMs }) => nowMs - atMs < WITHIN_MS);
  if (recent.at(-1)?.run === run) return recent;
  return [...recent, { run, atMs: nowMs }].slice(-MOST_KEPT);
}

/** Since when it is certain that more than one is alive; null while it is not. */
export function twinsSinceMs(takeovers: readonly Takeover[]): number | null {
  const returns = takeovers.filter(({ run }, index) => takeovers.slice(0, index).some((earlier) => earlier.run === run)).length;
  return returns >= RETURNS ? (takeovers[0]?.atMs ?? null) : null;
}
