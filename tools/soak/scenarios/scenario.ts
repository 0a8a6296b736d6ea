import type { Amounts } from '../amounts.ts';
import type { MemorySample } from '../invariants/memory-flat.ts';
import type { Glass } from '../kiosk/glass.ts';
import type { Random } from '../random.ts';
import type { Stage, StageOptions } from '../stage.ts';

/** One kind of trouble that a kiosk lives through. */
export interface Scenario {
  readonly name: string;
  /** What happens, in a sentence for the report. */
  readonly says: string;
  /** What must hold in it beside the invariants of all scenarios. */
  readonly also: readonly string[];
  run(given: Given): Promise<void>;
}

export interface Given {
  readonly random: Random;
  readonly amounts: Amounts;
  /** A world for this scenario alone; it is taken down after it. */
  stage(options: Omit<StageOptions, 'random' | 'glass' | 'rendererDir' | 'compileCacheDir'> & { readonly glass?: Glass }): Promise<Stage>;
  /** A browser of its own, where memory is measured. */
  freshGlass(): Promise<Glass>;
  /** An empty folder, gone after the scenario. */
  diskFolder(): Promise<string>;
  /** A figure for the report. */
  figure(what: string, value: string): void;
  /** A course over the simulated hours, to be looked at. */
  plot(what: string, samples: readonly MemorySample[]): void;
}
