/** What came of one step. A check that is no test runner counts as one. */
export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Printed in full when something failed. */
  readonly output: string;
}

export interface Step {
  readonly name: string;
  run(): Promise<Outcome>;
}

/** Of single checks, each passed or failed with what it said. */
export function outcomeOfChecks(checks: readonly { readonly passed: boolean; readonly output: string }[]): Outcome {
  const failures = checks.filter((check) => !check.passed);
  return {
    passed: checks.length - failures.length,
    failed: failures.length,
    skipped: 0,
    output: failures.map((check) => check.output.trim()).join('\n\n'),
  };
}

/**
 * Runs groups of steps one after another, the steps of a group side by side. A step that fails or throws stops no other. Prints a line for each, what
 * failing ones said, and at the end the total, which it also returns.
 */
export async function runSteps(groups: readonly Group[], print: (line: string) => void): Promise<Outcome> {
  const outcomes: Outcome[] = [];
  for (const group of groups) {
    const lanes = group.map((lane) => ('run' in lane ? [lane] : lane));
    outcomes.push(...(await Promise.all(lanes.map((lane) => runLane(lane, print)))).flat());
  }
  const total = outcomes.reduce((sum, outcome) => ({
    passed: sum.passed + outcome.passed,
    failed: sum.failed + outcome.failed,
    skipped: sum.skipped + outcome.skipped,
    output: '',
  }));
  print(countsOf(total));
  return total;
}

/** What runs side by side: steps, and lanes of steps that run one after another. */
export type Group = readonly (Step | readonly Step[])[];

async function runLane(lane: readonly Step[], print: (line: string) => void): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const step of lane) outcomes.push(await runStep(step, print));
  return outcomes;
}

/** `12 passed, 0 failed`, and `, 3 skipped` when there are any. */
export function countsOf({ passed, failed, skipped }: Outcome): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

async function runStep(step: Step, print: (line: string) => void): Promise<Outcome> {
  const startedAtMs = performance.now();
  const outcome = await step.run().catch((error: unknown) => ({
    passed: 0,
    failed: 1,
    skipped: 0,
    output: error instanceof Error ? (error.stack ?? error.message) : String(error),
  }));
  const seconds = ((performance.now() - startedAtMs) / 1_000).toFixed(1);
  if (outcome.failed > 0) print(`\n--- ${step.name} ---\n${outcome.output.trim()}\n`);
  print(`${outcome.failed > 0 ? '✗' : '✓'} ${step.name.padEnd(10)} ${seconds.padStart(6)} s   ${countsOf(outcome)}`);
  return outcome;
}
