import type { Figure, Measurement } from './results/results.ts';

/** One part of the bench. It measures, and says what it measured and how. */
export interface Row {
  readonly name: string;
  run(settings: BenchSettings): Promise<RowOutcome>;
}

export interface BenchSettings {
  /** Fewer and shorter rounds: to see that it works, not to believe the figures. */
  readonly quick: boolean;
  /** Also what needs a fresh clone and downloads. */
  readonly cold: boolean;
  /** Progress, one line at a time. */
  say(line: string): void;
}

export interface RowOutcome {
  /** How the figures came about, in sentences a reader can hold them against. */
  readonly method: string;
  readonly measurements: readonly Measurement[];
  /** Absolute figures of the same run, for context. */
  readonly context: readonly Figure[];
  /** What could not be measured here, with the reason. */
  readonly notMeasured: readonly string[];
}
