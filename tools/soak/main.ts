import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { longAmounts, quickAmounts } from './amounts.ts';
import { runSoak } from './run.ts';
import { scenarios } from './scenarios/all.ts';

const { values: flags } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, seed: { type: 'string' }, only: { type: 'string' } },
});
// Listeners of 'exit' end what a scenario has started; a bare signal would skip them.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));

const seed = flags.seed === undefined ? randomInt(2 ** 31) : Number(flags.seed);
console.log(`seed ${seed}`);
const wanted = flags.only?.split(',');
const chosen = scenarios.filter(({ name }) => wanted === undefined || wanted.includes(name));
const results = await runSoak({
  scenarios: chosen,
  amounts: flags.quick ? quickAmounts : longAmounts,
  seed,
  lanes: 2,
  async onResult(result) {
    console.log(JSON.stringify(result, null, 1));
  },
});
process.exitCode = results.some(({ violations, broken }) => violations.length > 0 || broken !== null) ? 1 : 0;
