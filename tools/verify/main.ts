import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { endAllCommands } from './command.ts';
import { firmwareStep } from './firmware-step.ts';
import { brokerStep, browserStep, databaseStep, soakStep, unitStep } from './runner-steps.ts';
import { arrowsStep, buildsStep, generatedStep, lintStep, typesStep, unusedStep } from './static-steps.ts';
import { type Group, runSteps } from './step.ts';

// npm test, npm run verify: everything CI runs. `-- --only types,unit` runs some of it, `-- --long` also what twelve minutes have no room for (playwright.config.ts; CONCIERGE_LONG). The last line is the total; exit code 1 when anything failed.
const root = join(import.meta.dirname, '../..');

/** What is in a group runs side by side, and a lane in it step after step. Two cores are few: only what is quick or mostly waits shares them. */
const groups: readonly Group[] = [
  [typesStep(root), lintStep(root), arrowsStep(root)],
  [generatedStep(root), unusedStep(root), buildsStep(root)],
  // To the left what reckons, to the right what waits: for screens, for browsers, for a time that is given to them, for a line to come back. The appliance's scripts do hardly anything else.
  [[unitStep(root), databaseStep(root)], [browserStep(root), soakStep(root), brokerStep(root)], [firmwareStep(root)]],
];

for (const [signal, exitCode] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.once(signal, () => void endAllCommands().finally(() => process.exit(exitCode)));
}

const chosen = chosenGroups();
if (typeof chosen === 'string') {
  console.error(chosen);
  process.exitCode = 2;
} else {
  const total = await runSteps(chosen, (line) => console.log(line));
  process.exitCode = total.failed > 0 ? 1 : 0;
}

function chosenGroups(): readonly Group[] | string {
  const known = groups.flat(2).map((step) => step.name);
  const { values } = parseArgs({
    options: { only: { type: 'string', default: known.join(',') }, long: { type: 'boolean', default: false } },
  });
  if (values.long) process.env['CONCIERGE_LONG'] = '1';
  const wanted = values.only.split(',').map((name) => name.trim());
  const unknown = wanted.filter((name) => !known.includes(name));
  if (unknown.length > 0) return `There is no step ${unknown.join(', ')}. Known: ${known.join(', ')}.`;
  return groups
    .map((group) => group.map((lane) => ('run' in lane ? [lane] : lane).filter((step) => wanted.includes(step.name))))
    .map((group) => group.filter((lane) => lane.length > 0))
    .filter((group) => group.length > 0);
}
