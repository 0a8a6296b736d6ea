import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { standInForDebian } from '../../firmware-config/test/stand-in-tree.ts';
import { runCommand } from './command.ts';
import { findAppliancePrograms } from './programs.ts';
import { vitestCounts } from './runner-report.ts';
import { type Outcome, outcomeOfChecks, type Step } from './step.ts';

const variants = ['chromium', 'electron'] as const;

/**
 * The appliance, as far as it can be checked in a minute: its scripts under attack, and the files of both variants as Debian's own programs see
 * them, in a tree whose packages are stand-ins. `firmware-config/build` asks the same of a whole root file system.
 * Where the programs are missing and cannot be installed it is skipped, except in CI.
 */
export function firmwareStep(root: string, inCi = (process.env['CI'] ?? '') !== ''): Step {
  return {
    name: 'firmware',
    async run() {
      const programs = await findAppliancePrograms();
      if (!programs.ok) {
        if (inCi) return { passed: 0, failed: 1, skipped: 0, output: programs.error };
        console.log(`firmware: skipped: ${programs.error}`);
        return { passed: 0, failed: 0, skipped: 1, output: '' };
      }
      const folder = await mkdtemp(join(tmpdir(), 'concierge-appliance-'));
      try {
        const outcomes = [await attackScripts(root, folder)];
        for (const variant of variants) outcomes.push(await checkVariant(root, join(folder, variant), variant));
        return outcomes.reduce((sum, outcome) => ({
          passed: sum.passed + outcome.passed,
          failed: sum.failed + outcome.failed,
          skipped: sum.skipped + outcome.skipped,
          output: `${sum.output}\n${outcome.output}`,
        }));
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

async function attackScripts(root: string, folder: string): Promise<Outcome> {
  const reportPath = join(folder, 'report.json');
  const config = join(root, 'firmware-config/test/vitest.config.ts');
  const { exitCode, output } = await runCommand(
    process.execPath,
    [
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--config',
      config,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${reportPath}`,
    ],
    { cwd: root, env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined }, timeoutMs: 300_000 },
  );
  const report = await readFile(reportPath, 'utf8').catch(() => null);
  const counts = report === null ? { passed: 0, failed: 0, skipped: 0 } : vitestCounts(JSON.parse(report));
  const well = exitCode === 0 && counts.passed > 0;
  return { ...counts, failed: well ? counts.failed : Math.max(1, counts.failed), output: well ? '' : output };
}

async function checkVariant(root: string, tree: string, variant: (typeof variants)[number]): Promise<Outcome> {
  const firmware = join(root, 'firmware-config');
  await standInForDebian(tree);
  const options = { cwd: root, env: process.env, timeoutMs: 60_000 };
  const placed = await runCommand(join(firmware, 'place'), [tree, 'amd64', variant], options);
  if (placed.exitCode !== 0) return outcomeOfChecks([{ passed: false, output: `firmware-config/place\n${placed.output}` }]);
  const { exitCode, output } = await runCommand(join(firmware, 'check'), [tree, 'amd64', variant], options);
  const checks = output.split(/^(?=(?:not )?ok )/m).map((text) => ({ passed: text.startsWith('ok '), output: `${variant}: ${text}` }));
  // It says itself whether all is well; what it did not get to say must not look like that.
  if ((exitCode === 0) !== checks.every((check) => check.passed))
    checks.push({ passed: false, output: `firmware-config/check ended with ${exitCode}\n${output}` });
  return outcomeOfChecks(checks);
}
