import { randomInt } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { amountsFor, quickAmounts, WHOLE_RUN_MINUTES } from './amounts.ts';
import { repeatCommand, soakDocument } from './report/document.ts';
import { runSoak, type ScenarioResult } from './run.ts';
import { scenarios } from './scenarios/all.ts';

// npm run soak                       the whole of it, and writes docs/soak.md
// npm run soak -- --minutes 600      as much as ten hours allow (or as little as ten minutes)
// npm run soak -- --quick            a minute, as a step of npm test; prints only
// npm run soak -- --only "disk full" one scenario (more, with commas); prints only
// npm run soak -- --seed 42          the same chance again
// npm run soak -- --lanes 1          one scenario at a time instead of two
const documentPath = join(resolve(import.meta.dirname, '../..'), 'docs/soak.md');

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    minutes: { type: 'string', default: String(WHOLE_RUN_MINUTES) },
    only: { type: 'string', default: scenarios.map(({ name }) => name).join(',') },
    lanes: { type: 'string', default: '2' },
  },
});
// Listeners of 'exit' end what a scenario has started; a bare signal would skip them.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));

const [seed, minutes, lanes] = [Number(flags.seed), Number(flags.minutes), Number(flags.lanes)];
const names = flags.only.split(',');
const unknown = names.filter((name) => !scenarios.some((scenario) => scenario.name === name));
const complaint =
  unknown.length > 0
    ? `There is no scenario ${unknown.join(', ')}. Scenarios: ${scenarios.map(({ name }) => name).join(', ')}.`
    : !Number.isSafeInteger(seed) || !(minutes > 0) || !(Number.isInteger(lanes) && lanes > 0 && lanes <= 8)
      ? '--seed is a whole number, --minutes more than 0, --lanes from 1 to 8.'
      : null;

if (complaint !== null) {
  console.error(complaint);
  process.exitCode = 2;
} else process.exitCode = await soak();

async function soak(): Promise<number> {
  const whole = !flags.quick && names.length === scenarios.length;
  console.log(`seed ${seed}`);
  const startedMs = performance.now();
  const amounts = flags.quick ? quickAmounts : amountsFor(minutes);
  const results = await runSoak({
    scenarios: scenarios.filter(({ name }) => names.includes(name)),
    amounts,
    seed,
    lanes,
    onResult: (result) => print(result),
  });
  const tookMs = performance.now() - startedMs;
  if (whole) {
    await writeFile(documentPath, soakDocument(results, { seed, minutes, amounts, tookMs, measuredAt: new Date() }));
    console.log('docs/soak.md is written.');
  }
  const failed = results.filter((result) => !isWell(result)).length;
  console.log(`${results.length - failed} scenarios held, ${failed} did not, in ${Math.round(tookMs / 1_000)} s.`);
  return failed === 0 ? 0 : 1;
}

/** `ok` and `not ok` at the beginning of a line are read by tools/verify. */
function print(result: ScenarioResult): void {
  const { name, violations, broken, simulatedMs, tookMs, looks } = result;
  const hours = (simulatedMs / 3_600_000).toFixed(1);
  console.log(`${isWell(result) ? 'ok' : 'not ok'} ${name}: ${hours} h in ${Math.round(tookMs / 1_000)} s, ${looks} looks at the glass`);
  for (const [what, value] of Object.entries(result.figures)) console.log(`  ${what}: ${value}`);
  for (const { invariant, says, trueTime } of violations) console.log(`  broken: ${invariant}: ${says} (${trueTime})`);
  if (broken !== null) console.log(`  not played to its end: ${broken}`);
  if (!isWell(result)) console.log(`  again: ${repeatCommand(name, { seed, minutes, quick: flags.quick })}`);
}

function isWell({ violations, broken }: ScenarioResult): boolean {
  return violations.length === 0 && broken === null;
}
