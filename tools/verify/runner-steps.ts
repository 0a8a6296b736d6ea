import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { Result } from '../../shared/kernel/result.ts';
import { runCommand } from './command.ts';
import { findChromium, findMosquitto } from './programs.ts';
import { playwrightCounts, type TestCounts, vitestCounts } from './runner-report.ts';
import type { Outcome, Step } from './step.ts';

/** The steps that run tests, and what each needs of the machine. */

export function unitStep(root: string): Step {
  return { name: 'unit', run: () => runVitest(root, 'unit', {}) };
}

/** The main job runs over mosquitto as well, and a release proves itself before a Chromium. Without one of them its part says that it was skipped, and the steps below say what to install. */
export function databaseStep(root: string): Step {
  return {
    name: 'database',
    run: async () => {
      const [mosquitto, chromium] = [await findMosquitto(), await findChromium()];
      return runVitest(
        root,
        'database',
        {
          ...(mosquitto.ok ? mosquittoEnvironment(mosquitto.value) : {}),
          ...(chromium.ok ? { CONCIERGE_CHROMIUM: chromium.value } : {}),
        },
        // Five hundred kiosks take their time.
        600_000,
      );
    },
  };
}

export function brokerStep(root: string): Step {
  return {
    name: 'broker',
    run: () => withProgram(findMosquitto(), (program) => runVitest(root, 'broker', mosquittoEnvironment(program))),
  };
}

export function browserStep(root: string): Step {
  return {
    name: 'browser',
    run: () => withProgram(findChromium(), (program) => runPlaywright(root, { CONCIERGE_CHROMIUM: program })),
  };
}

/** The endurance of the kiosk in a minute: each line that begins with ok or not ok is a scenario (tools/soak/main.ts). */
export function soakStep(root: string): Step {
  return {
    name: 'soak',
    run: () =>
      withProgram(findChromium(), async (program) => {
        const { exitCode, output } = await runCommand(process.execPath, [join(root, 'tools/soak/main.ts'), '--quick'], {
          cwd: root,
          env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, CONCIERGE_CHROMIUM: program },
          timeoutMs: 300_000,
        });
        return soakOutcome(exitCode, output);
      }),
  };
}

/** What it did not get to say must not look like success. */
export function soakOutcome(exitCode: number | null, output: string): Outcome {
  const count = (beginning: RegExp): number => [...output.matchAll(beginning)].length;
  const [passed, failed] = [count(/^ok /gm), count(/^not ok /gm)];
  const well = exitCode === 0 && failed === 0 && passed > 0;
  return { passed, failed: well ? 0 : Math.max(1, failed), skipped: 0, output };
}

function runVitest(root: string, project: string, env: NodeJS.ProcessEnv, timeoutMs = 450_000): Promise<Outcome> {
  return withReport((reportPath) => ({
    args: [
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${reportPath}`,
    ],
    root,
    env,
    timeoutMs,
    countsOf: vitestCounts,
  }));
}

function runPlaywright(root: string, env: NodeJS.ProcessEnv): Promise<Outcome> {
  return withReport((reportPath) => ({
    args: [join(root, 'node_modules/@playwright/test/cli.js'), 'test', '--reporter=list,json'],
    root,
    env: { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: reportPath },
    timeoutMs: 660_000,
    countsOf: playwrightCounts,
  }));
}

interface RunnerCall {
  readonly args: readonly string[];
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
  readonly countsOf: (report: unknown) => TestCounts;
}

/**
 * Runs a test runner and counts from its report. Green means: it said so, and it ran at least one test. A runner that ends badly without naming a failed
 * test (an unhandled error, a crash, its time limit) counts as one failed.
 */
async function withReport(callOf: (reportPath: string) => RunnerCall): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'concierge-verify-'));
  try {
    const reportPath = join(folder, 'report.json');
    const call = callOf(reportPath);
    const { exitCode, output } = await runCommand(process.execPath, call.args, {
      cwd: call.root,
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, ...call.env },
      timeoutMs: call.timeoutMs,
    });
    const report = await readFile(reportPath, 'utf8').catch(() => null);
    const counts = report === null ? { passed: 0, failed: 0, skipped: 0 } : call.countsOf(JSON.parse(report));
    if (counts.failed > 0) return { ...counts, output };
    if (exitCode !== 0) return { ...counts, failed: 1, output };
    if (counts.passed === 0) return { ...counts, failed: 1, output: `${output}\nNo test ran.` };
    return { ...counts, output };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function withProgram(search: Promise<Result<string, string>>, run: (program: string) => Promise<Outcome>): Promise<Outcome> {
  const found = await search;
  return found.ok ? run(found.value) : { passed: 0, failed: 1, skipped: 0, output: found.error };
}

/** Tests look on the search path as well, where an ordinary user's lacks the daemons' folders. */
function mosquittoEnvironment(program: string): NodeJS.ProcessEnv {
  return { PATH: `${process.env['PATH'] ?? ''}${delimiter}${dirname(program)}`, CONCIERGE_MOSQUITTO: program };
}
