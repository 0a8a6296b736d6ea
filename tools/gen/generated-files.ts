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

/** Compares every generated file with what its generator makes now. Writes nothing. */
export function checkGenerated(root: string, generators: readonly Generator[]): Promise<GeneratedFile[]> {
  return Promise.all(generators.map((generator) => compare(root, generator)));
}

/** Writes what is not current and says what was written. */
export async function writeGenerated(root: string, generators: readonly Generator[]): Promise<GeneratedFile[]> {
  const files = await checkGenerated(root, generators);
  for (const [index, generator] of generators.entries()) {
    if (files[index]?.state !== 'stale') continue;
    await mkdir(dirname(join(root, generator.path)), { recursive: true });
    await writeFile(join(root, generator.path), await generator.make());
  }
  return files;
}

async function compare(root: string, generator: Generator): Promise<GeneratedFile> {
  const { path } = generator;
  try {
    const made = await generator.make();
    const committed = await readFile(join(root, path), 'utf8').catch(() => null);
    if (committed === made) return { path, state: 'current', detail: '' };
    if (committed === null) return { path, state: 'stale', detail: 'the file is missing' };
    return { path, state: 'stale', detail: `made from ${generator.from}; ${firstDifference(committed, made)}` };
  } catch (error) {
    return { path, state: 'failed', detail: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function firstDifference(committed: string, made: string): string {
  const committedLines = committed.split('\n');
  const madeLines = made.split('\n');
  const index = madeLines.findIndex((line, position) => line !== committedLines[position]);
  const line = index === -1 ? madeLines.length : index;
  return `line ${line + 1} is ${JSON.stringify(committedLines[line] ?? null)}, should be ${JSON.stringify(madeLines[line] ?? null)}`;
}
