import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_LADDER_LIMITS as limits, newMemory, type Step } from './ladder.ts';
import { createLadderMemoryFile } from './ladder-memory.ts';
import { createSickScreen, type Steps, systemMoment } from './sick-screen.ts';

const logger = pino({ level: 'silent' });
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ladder-'));
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

function aSickScreen(outcomes: Partial<Steps> = {}, path = join(folder, 'ladder.json')) {
  const taken: Step[] = [];
  const step = (name: Step) => () => {
    taken.push(name);
    return outcomes[name]?.() ?? 'taken';
  };
  const steps: Steps = {
    reload: step('reload'),
    relaunch: step('relaunch'),
    'restart-compositor': step('restart-compositor'),
    reboot: step('reboot'),
    'safe-scene': step('safe-scene'),
  };
  const screen = createSickScreen({ steps, memory: createLadderMemoryFile(path), limits, moment: systemMoment, logger });
  screen.start();
  return { screen, taken };
}

describe('the watch over a screen', () => {
  it('takes the steps by itself while nothing is painted', async () => {
    const { screen, taken } = aSickScreen();
    await vi.advanceTimersByTimeAsync(10 * limits.firstPaintWithinMs);
    expect(taken).toEqual([
      'reload',
      'reload',
      'reload',
      'relaunch',
      'relaunch',
      'relaunch',
      'restart-compositor',
      'reboot',
      'reboot',
      'safe-scene',
    ]);
    screen.stop();
  });

  it('takes none while frames arrive, and none after it was stopped', async () => {
    const { screen, taken } = aSickScreen();
    for (let minute = 0; minute < 60; minute += 1) {
      screen.painted();
      await vi.advanceTimersByTimeAsync(60_000);
    }
    screen.stop();
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(taken).toEqual([]);
  });

  it('passes over what is not available and what fails, without waiting', async () => {
    const { screen, taken } = aSickScreen({
      reload: () => 'unavailable',
      relaunch: () => Promise.reject(new Error('the browser is gone')),
      'restart-compositor': () => 'unavailable',
      reboot: () => 'unavailable',
    });
    screen.crashed('its process is gone');
    await vi.advanceTimersByTimeAsync(0);
    expect(taken).toEqual(['reload', 'relaunch', 'restart-compositor', 'reboot', 'safe-scene']);
    screen.stop();
  });

  it('does not take the noise of its own step for a new fault', async () => {
    let finish: () => void = () => undefined;
    const { screen, taken } = aSickScreen({ reload: () => new Promise((resolve) => (finish = () => resolve('taken'))) });
    screen.crashed('its process is gone');
    screen.crashed('its process is gone, as the step wanted');
    finish();
    await vi.advanceTimersByTimeAsync(1);
    expect(taken).toEqual(['reload']);
    screen.stop();
  });
});

describe('what it remembers', () => {
  it('is on disk before a step that ends the process', () => {
    const path = join(folder, 'ladder.json');
    createLadderMemoryFile(path).save({ step: 'reboot', attempts: 0, rebootedAtMs: [] });
    let seen: unknown;
    const { screen } = aSickScreen({
      reboot() {
        seen = JSON.parse(readFileSync(path, 'utf8'));
        return 'taken';
      },
    });
    screen.crashed('it hangs');
    expect(seen).toEqual({ step: 'reboot', attempts: 1, rebootedAtMs: [Date.now()] });
    screen.stop();
  });

  it('must be on disk: without it nothing is relaunched or rebooted', async () => {
    const path = join(folder, 'ladder.json');
    mkdirSync(`${path}.new`);
    const { screen, taken } = aSickScreen({}, path);
    await vi.advanceTimersByTimeAsync(5 * limits.firstPaintWithinMs);
    expect(taken).toEqual(['reload', 'reload', 'reload', 'safe-scene']);
    screen.stop();
  });

  it.each([
    ['missing', null],
    ['empty', ''],
    ['of another form', '{"step":"reload"}'],
    ['with a step nobody knows', '{"step":"explode","attempts":0,"rebootedAtMs":[]}'],
    ['with unknown fields', '{"step":"reload","attempts":0,"rebootedAtMs":[],"more":1}'],
  ])('is new when the file is %s', (_what, text) => {
    const path = join(folder, 'ladder.json');
    if (text !== null) writeFileSync(path, text);
    expect(createLadderMemoryFile(path).load()).toEqual(newMemory);
  });

  it('comes back as it was saved', () => {
    const file = createLadderMemoryFile(join(folder, 'deep', 'ladder.json'));
    const memory = { step: 'reboot', attempts: 1, rebootedAtMs: [1, 2] } as const;
    file.save(memory);
    expect(file.load()).toEqual(memory);
  });
});
