import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildRenderer } from '../../bench/kiosk-page/renderer.ts';
import type { Amounts } from './amounts.ts';
import type { MemorySample } from './invariants/memory-flat.ts';
import type { Violation } from './invariants/watch.ts';
import { type Glass, openGlass } from './kiosk/glass.ts';
import { createRandom } from './random.ts';
import type { Given, Scenario } from './scenarios/scenario.ts';
import { createStage, type Stage } from './stage.ts';

export interface ScenarioResult {
  readonly name: string;
  readonly says: string;
  readonly also: readonly string[];
  readonly violations: readonly Violation[];
  /** Why it could not be run to its end; null when it was. */
  readonly broken: string | null;
  readonly simulatedMs: number;
  readonly tookMs: number;
  readonly looks: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly attacks: Readonly<Record<string, number>>;
  readonly figures: Readonly<Record<string, string>>;
  readonly plots: Readonly<Record<string, readonly MemorySample[]>>;
}

/** Plays the scenarios, each with chance of its own out of the seed; returns their results in their order. */
export async function runSoak(options: {
  readonly scenarios: readonly Scenario[];
  readonly amounts: Amounts;
  readonly seed: number;
  /** How many are played side by side, each with a browser of its own. */
  readonly lanes: number;
  onResult(result: ScenarioResult): void;
}): Promise<ScenarioResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'concierge-soak-'));
  const renderer = await buildRenderer();
  const results = new Map<Scenario, ScenarioResult>();
  const waiting = [...options.scenarios];
  async function lane(): Promise<void> {
    const glass = await openGlass();
    try {
      for (let scenario = waiting.shift(); scenario !== undefined; scenario = waiting.shift()) {
        const result = await play(scenario, { ...options, glass, rendererDir: renderer.folder, compileCacheDir: join(folder, 'compiled') });
        results.set(scenario, result);
        options.onResult(result);
      }
    } finally {
      await glass.stop();
    }
  }
  try {
    await Promise.all(Array.from({ length: options.lanes }, lane));
    return options.scenarios.flatMap((scenario) => results.get(scenario) ?? []);
  } finally {
    await renderer.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

async function play(
  scenario: Scenario,
  given: { amounts: Amounts; seed: number; glass: Glass; rendererDir: string; compileCacheDir: string },
): Promise<ScenarioResult> {
  const random = createRandom(given.seed).fork(scenario.name);
  const stages: Stage[] = [];
  const glasses: Glass[] = [];
  const folders: string[] = [];
  const figures: Record<string, string> = {};
  const plots: Record<string, readonly MemorySample[]> = {};
  const startedMs = performance.now();
  const within: Given = {
    random,
    amounts: given.amounts,
    async stage(options) {
      const stage = await createStage({
        random,
        rendererDir: given.rendererDir,
        compileCacheDir: given.compileCacheDir,
        glass: given.glass,
        ...options,
      });
      stages.push(stage);
      return stage;
    },
    async freshGlass() {
      const fresh = await openGlass();
      glasses.push(fresh);
      return fresh;
    },
    async diskFolder() {
      const made = await mkdtemp(join(tmpdir(), 'concierge-soak-disk-'));
      folders.push(made);
      return made;
    },
    figure(what, value) {
      figures[what] = value;
    },
    plot(what, samples) {
      plots[what] = [...samples];
    },
  };
  let broken: string | null = null;
  try {
    await scenario.run(within);
  } catch (error) {
    broken = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  for (const one of glasses) await one.stop();
  for (const one of stages) await one.stop();
  for (const one of folders) await rm(one, { recursive: true, force: true });
  const sum = (maps: readonly ReadonlyMap<string, number>[]): Record<string, number> => {
    const total: Record<string, number> = {};
    for (const map of maps) for (const [what, count] of map) total[what] = (total[what] ?? 0) + count;
    return total;
  };
  return {
    name: scenario.name,
    says: scenario.says,
    also: scenario.also,
    violations: stages.flatMap(({ watch }) => watch.violations()),
    broken,
    simulatedMs: stages.reduce((total, { time }) => total + time.nowMs(), 0),
    tookMs: performance.now() - startedMs,
    looks: stages.reduce((total, { watch }) => total + watch.looks(), 0),
    counts: sum(stages.map(({ counts }) => counts())),
    attacks: sum(stages.map(({ attacker }) => attacker.attacks())),
    figures,
    plots,
  };
}
