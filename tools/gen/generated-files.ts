import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Generator } from './generator.ts';

export interface GeneratedFile {
  readonly path: string;
  /** stale: the file is not what its generator makes. failed: the generator threw. */
  readonly state: 'current' | 'stale' | 'failed';
  /** The first line that differs, or what was thrown; empty when current. */
  readonly detail: string;
}

interface Comparison {
  readonly file: GeneratedFile;
  /** What the generator made, null when it threw. */
  readonly made: string | null;
}

/** Compares every generated file with what its generator makes now. Writes nothing. */
export async function checkGenerated(root: string, generators: readonly Generator[]): Promise<GeneratedFile[]> {
  return (await compareAll(root, generators)).map(({ file }) => file);
}

/** Writes what is not current and says what was written. */
export async function writeGenerated(root: string, generators: readonly Generator[]): Promise<GeneratedFile[]> {
  const comparisons = await compareAll(root, generators);
  for (const { file, made } of comparisons) {
    if (file.state !== 'stale' || made === null) continue;
    await mkdir(dirname(join(root, file.path)), { recursive: true });
    await writeFile(join(root, file.path), made);
  }
  return comparisons.map(({ file }) => file);
}

/** All at once, because generators may share what is slow to start. */
function compareAll(root: string, generators: readonly Generator[]): Promise<Comparison[]> {
  return Promise.all(generators.map((generator) => compare(root, generator)));
}

async function compare(root: string, generator: Generator): Promise<Comparison> {
  const { path } = generator;
  try {
    const made = await generator.make();
    const committed = await readFile(join(root, path), 'utf8').catch(() => null);
    if (committed === made) return { made, file: { path, state: 'current', detail: '' } };
    const detail = committed === null ? 'the file is missing' : `made from ${generator.from}; ${firstDifference(committed, made)}`;
    return { made, file: { path, state: 'stale', detail } };
  } catch (error) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { made: null, file: { path, state: 'failed', detail } };
  }
}

function firstDifference(committed: string, made: string): string {
  const committedLines = committed.split('\n');
  const madeLines = made.split('\n');
  const index = madeLines.findIndex((line, position) => line !== committedLines[position]);
  const line = index === -1 ? madeLines.length : index;
  return `line ${line + 1} is ${JSON.stringify(committedLines[line] ?? null)}, should be ${JSON.stringify(madeLines[line] ?? null)}`;
}
