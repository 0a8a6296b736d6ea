import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';

/** What one run of the bench leaves behind: stored as JSON, shown as docs/benchmarks.md. */

export const Unit = z.enum(['times', 'percent', 'milliseconds', 'seconds', 'kilobytes', 'megabytes', 'per second', 'count']);
export type Unit = z.infer<typeof Unit>;

const Figure = z.strictObject({ what: z.string(), value: z.number(), unit: Unit });
export type Figure = z.infer<typeof Figure>;

const Target = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('at most'), value: z.number() }),
  z.strictObject({ kind: z.literal('at least'), value: z.number() }),
]);

const Measurement = Figure.extend({ target: Target });
export type Measurement = z.infer<typeof Measurement>;

const Machine = z.strictObject({
  cores: z.int(),
  memoryGigabytes: z.number(),
  platform: z.string(),
  nodeVersion: z.string(),
});
export type Machine = z.infer<typeof Machine>;

const RowResult = z.strictObject({
  name: z.string(),
  measuredAt: z.iso.datetime(),
  tookSeconds: z.number(),
  machine: Machine,
  method: z.string(),
  measurements: z.array(Measurement),
  context: z.array(Figure),
  notMeasured: z.array(z.string()),
});
export type RowResult = z.infer<typeof RowResult>;

const Results = z.strictObject({ rows: z.array(RowResult) });
export type Results = z.infer<typeof Results>;

/** The old results with `newer` in place of the row of its name, in the order of `names`. Rows that no longer exist are dropped. */
export function withRow(results: Results, newer: RowResult, names: readonly string[]): Results {
  const rows = [...results.rows.filter((row) => row.name !== newer.name), newer];
  return {
    rows: rows.filter((row) => names.includes(row.name)).toSorted((left, right) => names.indexOf(left.name) - names.indexOf(right.name)),
  };
}

/** The stored results; none when there is no file yet. Throws when the file is not what this program writes. */
export async function readResults(path: string): Promise<Results> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return text === null ? { rows: [] } : Results.parse(JSON.parse(text));
}

export async function writeResults(path: string, results: Results): Promise<void> {
  await writeFile(`${path}.new`, `${JSON.stringify(Results.parse(results), null, 2)}\n`);
  await rename(`${path}.new`, path);
}

export function isMet({ value, target }: Measurement): boolean {
  return target.kind === 'at most' ? value <= target.value : value >= target.value;
}

/** By how much the value is beyond its target, as a share of the target: positive is better than asked, negative worse. */
export function margin({ value, target }: Measurement): number {
  const beyond = target.kind === 'at most' ? target.value - value : value - target.value;
  return beyond / target.value;
}
