import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { endAllCommands, runCommand } from './command.ts';
import { findChromium, findMosquitto } from './programs.ts';
import { playwrightCounts, vitestCounts } from './runner-report.ts';
import { soakOutcome } from './runner-steps.ts';
import { type Outcome, outcomeOfChecks, runSteps } from './step.ts';

const root = join(import.meta.dirname, '../..');

describe('verify', () => {
  const outcome = (passed: number, failed: number, skipped = 0, output = ''): Outcome => ({ passed, failed, skipped, output });
  const step = (name: string, result: Outcome) => ({ name, run: async () => result });

  it('runs every step after one has failed or thrown, and ends with the total alone on its line', async () => {
    const lines: string[] = [];
    const throwing = { name: 'throwing', run: () => Promise.reject(new Error('the tool itself broke')) };
    const total = await runSteps(
      [[step('types', outcome(2, 1, 0, 'TS2322 in a.ts')), throwing], [step('unit', outcome(40, 0, 3))]],
      (line) => lines.push(line),
    );
    expect(total).toMatchObject({ passed: 42, failed: 2, skipped: 3 });
    expect(lines.at(-1)).toBe('42 passed, 2 failed, 3 skipped');
    expect(lines.join('\n')).toContain('TS2322 in a.ts');
    expect(lines.join('\n')).toContain('the tool itself broke');
  });

  it('keeps quiet about what passing steps printed, and names no skipped tests when there are none', async () => {
    const lines: string[] = [];
    await runSteps([[step('unit', outcome(1, 0, 0, 'chatter'))]], (line) => lines.push(line));
    expect(lines.join('\n')).not.toContain('chatter');
    expect(lines.at(-1)).toBe('1 passed, 0 failed');
  });

  it('counts each check as one and prints only what failed', () => {
    expect(
      outcomeOfChecks([
        { passed: true, output: 'fine' },
        { passed: false, output: 'broken' },
      ]),
    ).toEqual({ passed: 1, failed: 1, skipped: 0, output: 'broken' });
  });

  it('refuses a step it does not know', async () => {
    const { exitCode, output } = await runCommand(process.execPath, [join(root, 'tools/verify/main.ts'), '--only', 'typos'], {
      cwd: root,
      timeoutMs: 10_000,
    });
    expect(exitCode).toBe(2);
    expect(output).toContain('There is no step typos');
  });
});

describe('reports of test runners', () => {
  it('from vitest: a file that could not be loaded is a failure though no test in it failed', () => {
    const report = {
      numPassedTests: 5,
      numFailedTests: 1,
      numPendingTests: 2,
      numTodoTests: 1,
      testResults: [
        { status: 'passed', assertionResults: [{ status: 'passed' }] },
        { status: 'failed', assertionResults: [{ status: 'failed' }] },
        { status: 'failed', assertionResults: [] },
      ],
    };
    expect(vitestCounts(report)).toEqual({ passed: 5, failed: 2, skipped: 3 });
  });

  it('from vitest itself, run for real over a passing, a failing, a skipped and a broken file', async () => {
    const folder = await mkdtemp(join(root, 'node_modules/.verify-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await writeFile(join(folder, 'vitest.config.mjs'), 'export default { test: { globals: true, exclude: [] } };');
    await writeFile(
      join(folder, 'one.test.mjs'),
      "it('passes', () => {}); it('fails', () => { expect(1).toBe(2); }); it.skipIf(true)('is skipped', () => {});",
    );
    await writeFile(join(folder, 'broken.test.mjs'), "import './nowhere.mjs'; it('never runs', () => {});");
    const args = [
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--root',
      folder,
      '--reporter=json',
      `--outputFile.json=${join(folder, 'report.json')}`,
    ];
    const { exitCode } = await runCommand(process.execPath, args, { cwd: folder, timeoutMs: 30_000 });
    expect(exitCode).toBe(1);
    const { default: report } = await import(join(folder, 'report.json'), { with: { type: 'json' } });
    expect(vitestCounts(report)).toEqual({ passed: 1, failed: 2, skipped: 1 });
  }, 40_000);

  it('from Playwright: flaky tests and errors outside of tests are failures', () => {
    expect(
      playwrightCounts({ stats: { expected: 7, unexpected: 1, flaky: 1, skipped: 2 }, errors: [{ message: 'no such config' }] }),
    ).toEqual({
      passed: 7,
      failed: 3,
      skipped: 2,
    });
  });

  it.each([
    ['all held', 0, 'seed 1\nok summer time: 1 h\nok power cuts: 1 h\n', { passed: 2, failed: 0 }],
    ['one did not', 1, 'ok summer time\nnot ok power cuts\n  broken: told is kept\n', { passed: 1, failed: 1 }],
    ['it ended before it said so', 1, 'seed 1\nok summer time\n', { passed: 1, failed: 1 }],
    ['it said nothing', 0, 'seed 1\n', { passed: 0, failed: 1 }],
    ['it was stopped at its time limit', null, 'ok summer time\n', { passed: 1, failed: 1 }],
  ] as const)('from the soak: %s', (_what, exitCode, output, counts) => expect(soakOutcome(exitCode, output)).toMatchObject(counts));

  it('of another form are refused', () => {
    expect(() => vitestCounts({ success: true })).toThrow();
    expect(() => playwrightCounts({})).toThrow();
  });
});

describe('a command', () => {
  it('gives its exit code and all it said', async () => {
    const result = await runCommand(process.execPath, ['-e', "console.log('out'); console.error('err'); process.exit(3)"], {
      cwd: root,
      timeoutMs: 10_000,
    });
    expect(result).toMatchObject({ exitCode: 3, timedOut: false, output: expect.stringMatching(/out[^]*err|err[^]*out/) });
  });

  it('that does not exist is a result, not a crash', async () => {
    expect(await runCommand('no-such-program', [], { cwd: root, timeoutMs: 1_000 })).toMatchObject({
      exitCode: null,
      output: expect.stringContaining('could not be started'),
    });
  });

  it('is stopped at its time limit with its children, and says so', async () => {
    const result = await runCommand('sh', ['-c', 'sleep 61 & echo $!; wait'], { cwd: root, timeoutMs: 300 });
    expect(result).toMatchObject({ exitCode: null, timedOut: true, output: expect.stringContaining('its time limit') });
    // Its pipes are closed a moment before the last of it is gone.
    await expect.poll(() => isAlive(Number.parseInt(result.output, 10)), { timeout: 2_000 }).toBe(false);
  });

  it('ends when all are ended', async () => {
    const result = runCommand('sleep', ['61'], { cwd: root, timeoutMs: 60_000 });
    await endAllCommands();
    expect(await result).toMatchObject({ exitCode: null });
  });

  it('does not outlive a verify that is interrupted', async () => {
    const verify = spawn(process.execPath, [join(root, 'tools/verify/main.ts'), '--only', 'types'], { cwd: root, stdio: 'ignore' });
    const exited = new Promise<number | null>((resolve) => verify.once('exit', resolve));
    const children = await vi.waitUntil(() => childrenOf(verify.pid ?? 0), { timeout: 5_000, interval: 20 });
    verify.kill('SIGINT');
    expect(await exited).toBe(130);
    await expect.poll(() => children.filter(isAlive), { timeout: 2_000 }).toEqual([]);
  });
});

describe('programs the tests need', () => {
  it('named by the environment are taken, and refused with their name when they do not run', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'programs-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    onTestFinished(() => void vi.unstubAllEnvs());
    const program = join(folder, 'browser');
    await writeFile(program, '#!/bin/sh\necho Chromium 156.0\n');
    vi.stubEnv('CONCIERGE_CHROMIUM', program);
    vi.stubEnv('CONCIERGE_MOSQUITTO', program);
    expect(await findChromium()).toMatchObject({ ok: false, error: expect.stringContaining(program) });
    expect(await findMosquitto()).toMatchObject({ ok: false, error: expect.stringContaining(program) });
    await chmod(program, 0o755);
    expect(await findChromium()).toEqual({ ok: true, value: program });
    expect(await findMosquitto()).toEqual({ ok: true, value: program });
  });

  it('are found on the search path, passing over a stand-in that does not run', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'programs-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    onTestFinished(() => void vi.unstubAllEnvs());
    await writeFile(join(folder, 'chromium'), '#!/bin/sh\necho "please install the real one" >&2\nexit 1\n', { mode: 0o755 });
    await writeFile(join(folder, 'google-chrome'), '#!/bin/sh\necho Google Chrome 156.0\n', { mode: 0o755 });
    vi.stubEnv('CONCIERGE_CHROMIUM', undefined);
    vi.stubEnv('PATH', `${folder}:/usr/bin-that-is-not-there:/bin`);
    const found = await findChromium();
    expect(found).toMatchObject({ ok: true, value: expect.not.stringContaining(join(folder, 'chromium')) });
  });
});

interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly state: string;
}

/** Every process; a small image has no `ps`, and macOS no /proc. */
function processes(): ProcessEntry[] {
  if (!existsSync('/proc/self/stat')) {
    const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat='], { encoding: 'utf8' }).trim().split('\n');
    return rows
      .map((row) => row.trim().split(/\s+/))
      .map(([pid, parent, state = '']) => ({ pid: Number(pid), parent: Number(parent), state }));
  }
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const [state = '', parent] = readFileSync(`/proc/${name}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      return [{ pid: Number(name), parent: Number(parent), state }];
    } catch {
      // It ended while we were reading.
      return [];
    }
  });
}

/** A child that ended and was not yet collected by its parent still has an entry, in state Z. */
function isAlive(pid: number): boolean {
  return processes().some((entry) => entry.pid === pid && !entry.state.startsWith('Z'));
}

function childrenOf(pid: number): number[] | null {
  const children = processes().flatMap((entry) => (entry.parent === pid ? [entry.pid] : []));
  return children.length > 0 ? children : null;
}
