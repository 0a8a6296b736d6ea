import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { endAllCommands } from './command.ts';
import { firmwareStep } from './firmware-step.ts';
import { brokerStep, browserStep, databaseStep, soakStep, unitStep } from './runner-steps.ts';
import { arrowsStep, buildsStep, generatedStep, lintStep, typesStep, unusedStep } from './static-steps.ts';
import { runSteps, type Step } from './step.ts';

// npm test, npm run verify: everything CI runs. `-- --only types,unit` runs some of it. The last line is the total; exit code 1 when anything failed.
const root = join(import.meta.dirname, '../..');

/** Those of a group run side by side. Two cores are few, so only the quick ones share, and those that mostly wait. */
const groups: readonly (readonly Step[])[] = [
  [typesStep(root), lintStep(root), arrowsStep(root)],
  [generatedStep(root), unusedStep(root), buildsStep(root)],
  [unitStep(root)],
  // These wait more than they reckon: for jobs, for screens, for a release to prove itself.
  [databaseStep(root), browserStep(root)],
  [brokerStep(root), firmwareStep(root)],
  [soakStep(root)],
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

function chosenGroups(): readonly (readonly Step[])[] | string {
  const known = groups.flat().map((step) => step.name);
  const { values } = parseArgs({ options: { only: { type: 'string', default: known.join(',') } } });
  const wanted = values.only.split(',').map((name) => name.trim());
  const unknown = wanted.filter((name) => !known.includes(name));
  if (unknown.length > 0) return `There is no step ${unknown.join(', ')}. Known: ${known.join(', ')}.`;
  return groups.map((group) => group.filter((step) => wanted.includes(step.name))).filter((group) => group.length > 0);
}
