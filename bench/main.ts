import { writeFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { benchmarksDocument, measurementLine } from './results/document.ts';
import { isMet, type Machine, type RowResult, readResults, withRow, writeResults } from './results/results.ts';
import type { BenchSettings, Row } from './row.ts';
import { rows } from './rows.ts';

// npm run bench                          measures every row, stores the figures and writes docs/benchmarks.md
// npm run bench -- --only NAME[,NAME]    only these rows; the others keep their figures
// npm run bench -- --quick               short rounds, prints only: nothing is stored
// npm run bench -- --cold                start-up also from a fresh clone, with all its downloads
// npm run bench -- --render              writes docs/benchmarks.md anew from the stored figures
const root = resolve(import.meta.dirname, '..');
const resultsPath = join(root, 'bench/results/latest.json');
const documentPath = join(root, 'docs/benchmarks.md');

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    cold: { type: 'boolean', default: false },
    render: { type: 'boolean', default: false },
  },
});
// Listeners of 'exit' end what a row has started; a bare signal would skip them.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));

const names = rows.map((row) => row.name);
const wanted = flags.only === undefined ? names : flags.only.split(',');
const unknown = wanted.filter((name) => !names.includes(name));

if (unknown.length > 0) {
  console.error(`There is no row ${unknown.join(', ')}. Rows: ${names.join(', ')}.`);
  process.exitCode = 2;
} else if (flags.render) await render();
else process.exitCode = await bench();

/** Measures the wanted rows one after the other. A row that fails is named at the end, and the others are measured all the same. */
async function bench(): Promise<number> {
  const failed: string[] = [];
  let missed = 0;
  for (const row of rows.filter(({ name }) => wanted.includes(name))) {
    console.log(`\n${row.name}`);
    try {
      const result = await measured(row);
      missed += result.measurements.filter((measurement) => !isMet(measurement)).length;
      for (const measurement of result.measurements) console.log(`  ${measurementLine(measurement)}`);
      if (!flags.quick) {
        await writeResults(resultsPath, withRow(await readResults(resultsPath), result, names));
        await render();
      }
    } catch (error) {
      failed.push(row.name);
      console.error(`  failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
  }
  console.log(`\n${wanted.length - failed.length} rows measured, ${missed} targets missed, ${failed.length} rows failed.`);
  if (flags.quick) console.log('Quick rounds are not stored.');
  return failed.length === 0 ? 0 : 1;
}

async function measured(row: Row): Promise<RowResult> {
  const startedMs = performance.now();
  const settings: BenchSettings = { quick: flags.quick, cold: flags.cold, say: (line) => console.log(`  … ${line}`) };
  const { method, measurements, context, notMeasured } = await row.run(settings);
  return {
    name: row.name,
    measuredAt: new Date().toISOString(),
    tookSeconds: Math.round((performance.now() - startedMs) / 100) / 10,
    machine: machine(),
    method,
    measurements: [...measurements],
    context: [...context],
    notMeasured: [...notMeasured],
  };
}

function machine(): Machine {
  return {
    cores: availableParallelism(),
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    nodeVersion: process.versions.node,
  };
}

async function render(): Promise<void> {
  await writeFile(documentPath, benchmarksDocument(await readResults(resultsPath)));
}
