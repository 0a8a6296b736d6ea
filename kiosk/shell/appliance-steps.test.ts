import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applianceSteps } from './appliance-steps.ts';
import type { LadderLimits } from './ladder.ts';
import { createLadderMemoryFile } from './ladder-memory.ts';
import { createSickScreen, type SickScreen, systemMoment } from './sick-screen.ts';

// A screen that never paints, the real ladder, and the appliance's own script behind the watched file; only systemctl is a stand-in, and time is short.

const script = join(import.meta.dirname, '../../firmware-config/files/usr/lib/new-concierge/step-when-asked');
const quick: LadderLimits = {
  paintedWithinMs: 100,
  firstPaintWithinMs: 60,
  attempts: { reload: 1, relaunch: 2, 'restart-compositor': 1 },
  rebootsPerDay: 2,
  backOffMs: { first: 20, most: 60 },
  recoveredAfterMs: 600_000,
  safeSceneForMs: 300,
};

let folder: string;
let screen: SickScreen | null;
let taken: string[];
let watching: boolean;
let watcher: Promise<void>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'appliance-steps-'));
  for (const name of ['bin', 'run', 'run/step']) mkdirSync(join(folder, name));
  for (const name of ['systemctl', 'sleep']) {
    writeFileSync(join(folder, 'bin', name), `#!/bin/sh\necho "${name} $*" >>'${join(folder, 'calls')}'\n`);
    chmodSync(join(folder, 'bin', name), 0o755);
  }
  taken = [];
  screen = null;
  watching = true;
  watcher = Promise.resolve();
});
afterEach(async () => {
  screen?.stop();
  watching = false;
  await watcher;
  rmSync(folder, { recursive: true, force: true });
});

const path = (name: string) => join(folder, name);
const calls = () =>
  existsSync(path('calls'))
    ? readFileSync(path('calls'), 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('systemctl'))
    : [];

/** What the path unit does: a word that was written is looked at. */
async function appliance(): Promise<void> {
  const word = path('run/step/wanted');
  let seen: bigint | undefined;
  while (watching) {
    await sleep(10);
    const written = statSync(word, { throwIfNoEntry: false, bigint: true })?.mtimeNs;
    if (written === seen) continue;
    seen = written;
    await new Promise<void>((resolve) => {
      const files = [word, path('reboots'), path('run/compositor-restarted'), path('run/step-answer'), 'new-concierge-chromium.service'];
      execFile(script, files, { env: { ...process.env, PATH: `${path('bin')}:${process.env['PATH'] ?? ''}` } }, () => resolve());
    });
  }
}

function sick(applianceDir: string | undefined, afterReboot: 'goes on' | 'is gone' = 'goes on'): void {
  const step = (name: string) => () => {
    taken.push(name);
    return 'taken' as const;
  };
  const upper = applianceSteps(applianceDir);
  const noted = (name: 'restart-compositor' | 'reboot') => async () => {
    const outcome = await upper[name]();
    taken.push(`${name}: ${outcome}`);
    // As the machine would: a wish of before its reboot would else hear the answer to one of after it.
    if (name === 'reboot' && outcome === 'taken' && afterReboot === 'is gone') screen?.stop();
    return outcome;
  };
  screen = createSickScreen({
    steps: {
      reload: step('reload'),
      relaunch: step('relaunch'),
      'restart-compositor': noted('restart-compositor'),
      reboot: noted('reboot'),
      'safe-scene': step('safe-scene'),
    },
    memory: createLadderMemoryFile(path('ladder.json')),
    limits: quick,
    moment: systemMoment,
    logger: pino({ level: 'silent' }),
  });
  screen.start();
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1_000 && !holds(); tries += 1) await sleep(20);
  expect(holds(), JSON.stringify(taken)).toBe(true);
}

describe('a screen that stays blank', () => {
  it('has its compositor restarted and its machine rebooted, after every lesser step, and never in a loop', async () => {
    watcher = appliance();
    sick(path('run'));
    // Through the safe scene and up again, several times.
    await until(() => taken.filter((step) => step === 'safe-scene').length >= 4);
    expect(taken.slice(0, 5)).toEqual(['reload', 'relaunch', 'relaunch', 'restart-compositor: taken', 'reboot: taken']);
    expect(calls()).toEqual([
      'systemctl --no-block restart new-concierge-chromium.service',
      'systemctl --no-wall --no-block reboot',
      'systemctl --no-wall --no-block reboot',
    ]);
  }, 40_000);

  it('whose memory was lost with each reboot is rebooted no more often: the appliance counts for itself', async () => {
    watcher = appliance();
    for (let start = 0; start < 3; start += 1) {
      rmSync(path('ladder.json'), { force: true });
      rmSync(path('run/compositor-restarted'), { force: true });
      const before = taken.length;
      sick(path('run'), 'is gone');
      await until(() => taken.slice(before).includes('reboot: taken') || taken.slice(before).includes('safe-scene'));
      screen?.stop();
    }
    // The stand-in writes down that it was called some time after the answer.
    await until(() => calls().filter((call) => call.endsWith('reboot')).length >= 2);
    expect(taken.filter((step) => step === 'reboot: taken')).toHaveLength(2);
    expect(taken).toContain('safe-scene');
  }, 40_000);

  it('goes on to the safe scene where there is no appliance, and where none answers', async () => {
    sick(undefined);
    await until(() => taken.includes('safe-scene'));
    expect(taken).toEqual(['reload', 'relaunch', 'relaunch', 'restart-compositor: unavailable', 'reboot: unavailable', 'safe-scene']);
    screen?.stop();
    await expect(applianceSteps(path('nowhere')).reboot()).rejects.toThrow();
  });
});
