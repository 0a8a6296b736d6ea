import { join } from 'node:path';
import { benchmarksDocument } from '../../bench/results/document.ts';
import { readResults } from '../../bench/results/results.ts';
import type { Generator } from './generator.ts';

/** The page of figures, so that nobody improves one by hand. */
export const benchmarks: Generator = {
  path: 'docs/benchmarks.md',
  from: 'bench/results/latest.json',
  make: async () => benchmarksDocument(await readResults(join(import.meta.dirname, '../../bench/results/latest.json'))),
};
