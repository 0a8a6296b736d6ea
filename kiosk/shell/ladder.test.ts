import { describe, expect, it } from 'vitest';
import {
  climb,
  DAY_MS,
  DEFAULT_LADDER_LIMITS,
  type Ladder,
  memoryOf,
  newMemory,
  nextLookMs,
  openLadder,
  type Step,
  stepsInOrder,
} from './ladder.ts';

const limits = DEFAULT_LADDER_LIMITS;
const WALL_MS = Date.UTC(2026, 10, 21);

/** A ladder with a clock beside it. */
function aScreen(memory = newMemory, wallMs = WALL_MS) {
  let nowMs = 0;
  const at = () => ({ monotonicMs: nowMs, wallMs: wallMs + nowMs });
  let ladder: Ladder = openLadder(memory, at(), limits);
  const happen = (kind: 'painted' | 'crashed' | 'excused' | 'unavailable' | 'looked'): Step | null => {
    const climbed = climb(ladder, { kind, at: at() }, limits);
    ladder = climbed.ladder;
    return climbed.take;
  };
  return {
    happen,
    ladder: () => ladder,
    wait(ms: number) {
      nowMs += ms;
    },
    /** Nothing is painted until the next step is due; returns it. */
    silence(): Step | null {
      nowMs = Math.max(nowMs, nextLookMs(ladder));
      return happen('looked');
    },
    /** Paints each minute for so long. */
    paintFor(ms: number) {
      for (const endMs = nowMs + ms; nowMs <= endMs; nowMs += 60_000) happen('painted');
    },
  };
}

const whole: readonly Step[] = [
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
];

describe('a screen that paints', () => {
  it('is left in peace', () => {
    const screen = aScreen();
    screen.paintFor(DAY_MS / 4);
    expect(screen.happen('looked')).toBeNull();
  });

  it.each([
    { silentMs: limits.paintedWithinMs - 1, expected: null },
    { silentMs: limits.paintedWithinMs, expected: 'reload' },
  ])('after $silentMs ms without a frame: $expected', ({ silentMs, expected }) => {
    const screen = aScreen();
    screen.happen('painted');
    screen.wait(silentMs);
    expect(screen.happen('looked')).toBe(expected);
  });

  it.each([
    { sinceStartMs: limits.firstPaintWithinMs - 1, expected: null },
    { sinceStartMs: limits.firstPaintWithinMs, expected: 'reload' },
  ])('$sinceStartMs ms after its start without a first frame: $expected', ({ sinceStartMs, expected }) => {
    const screen = aScreen();
    screen.wait(sinceStartMs);
    expect(screen.happen('looked')).toBe(expected);
  });

  it('is not blamed for a silence nobody could see into', () => {
    const screen = aScreen();
    screen.happen('painted');
    screen.wait(limits.paintedWithinMs);
    screen.happen('excused');
    expect(screen.happen('looked')).toBeNull();
    screen.wait(limits.paintedWithinMs);
    expect(screen.happen('looked')).toBe('reload');
  });
});

describe('a screen that never paints', () => {
  it('climbs every step in order, each as often as its limit says', () => {
    const screen = aScreen();
    expect(whole.map(() => screen.silence())).toEqual(whole);
  });

  it('waits longer after each attempt, never longer than the limit', () => {
    const screen = aScreen();
    const waits = whole.slice(0, -1).map(() => {
      screen.silence();
      const before = screen.ladder();
      return before.notBeforeMs - (before.deadlineMs - limits.firstPaintWithinMs);
    });
    expect(waits).toEqual([5_000, 10_000, 20_000, 5_000, 10_000, 20_000, 5_000, 5_000, 10_000]);
    const patient = { ...limits, attempts: { ...limits.attempts, reload: 40 } };
    let ladder = openLadder({ ...newMemory, attempts: 30 }, { monotonicMs: 0, wallMs: 0 }, patient);
    ({ ladder } = climb(ladder, { kind: 'looked', at: { monotonicMs: 1e9, wallMs: 0 } }, patient));
    expect(ladder.notBeforeMs).toBe(1e9 + limits.backOffMs.most);
  });

  it('stays on the safe scene for its time, then tries the real page from the bottom', () => {
    const screen = aScreen();
    for (const _ of whole) screen.silence();
    screen.wait(limits.safeSceneForMs - 1);
    expect(screen.happen('looked')).toBeNull();
    screen.wait(1);
    expect(screen.happen('looked')).toBe('reload');
  });

  it('reboots no more than its daily limit, however often it goes round', () => {
    const screen = aScreen();
    const taken: (Step | null)[] = [];
    for (let round = 0; round < 200; round += 1) taken.push(screen.silence());
    const rebootsOfADay = taken.filter((step) => step === 'reboot').length;
    expect(screen.ladder().rebootedAtMs.length).toBeLessThanOrEqual(limits.rebootsPerDay);
    // Two hundred steps of this take less than a day.
    expect(rebootsOfADay).toBe(limits.rebootsPerDay);
    screen.wait(DAY_MS);
    const nextDay = whole.map(() => screen.silence());
    expect(nextDay).toContain('reboot');
  });
});

describe('a crash', () => {
  it('is answered at once', () => {
    const screen = aScreen();
    screen.happen('painted');
    screen.wait(1_000);
    expect(screen.happen('crashed')).toBe('reload');
  });

  it('that follows a step waits for the back-off and not for the heartbeat', () => {
    const screen = aScreen();
    screen.happen('crashed');
    screen.wait(100);
    expect(screen.happen('crashed')).toBeNull();
    expect(nextLookMs(screen.ladder()) - 100).toBe(limits.backOffMs.first - 100);
    expect(screen.silence()).toBe('reload');
  });

  it('after every first frame still climbs: a frame alone is no recovery', () => {
    const screen = aScreen();
    const taken: (Step | null)[] = [];
    for (let round = 0; round < 4; round += 1) {
      screen.happen('painted');
      screen.wait(30_000);
      taken.push(screen.happen('crashed'));
    }
    expect(taken).toEqual(['reload', 'reload', 'reload', 'relaunch']);
  });

  it('of the safe scene puts it back and does not leave it', () => {
    const screen = aScreen();
    for (const _ of whole) screen.silence();
    screen.wait(60_000);
    expect(screen.happen('crashed')).toBe('safe-scene');
    screen.wait(1_000);
    expect(screen.happen('crashed')).toBeNull();
    expect(screen.silence()).toBe('safe-scene');
  });
});

describe('recovery', () => {
  it('begins the next illness at the bottom', () => {
    const screen = aScreen();
    for (let round = 0; round < 4; round += 1) screen.silence();
    screen.paintFor(limits.recoveredAfterMs);
    expect(screen.happen('crashed')).toBe('reload');
  });

  it('takes the whole time: a moment less continues where it was', () => {
    const screen = aScreen();
    for (let round = 0; round < 4; round += 1) screen.silence();
    screen.paintFor(limits.recoveredAfterMs - 60_000);
    expect(screen.happen('crashed')).toBe('relaunch');
  });

  it('of a whole day forgets reboots, even those a wrong clock put into the future', () => {
    const screen = aScreen({ ...newMemory, rebootedAtMs: [Date.UTC(2099, 0, 1), Date.UTC(2099, 0, 2)] });
    screen.paintFor(DAY_MS - 60_000);
    expect(screen.ladder().rebootedAtMs).toHaveLength(2);
    screen.paintFor(120_000);
    expect(screen.ladder().rebootedAtMs).toEqual([]);
  });

  it('is not claimed by a late frame of the page that the safe scene replaced', () => {
    const screen = aScreen();
    for (const _ of whole) screen.silence();
    const before = screen.ladder();
    screen.happen('painted');
    expect(screen.ladder()).toEqual(before);
  });
});

describe('a step this machine cannot take', () => {
  it('is passed over at once', () => {
    const screen = aScreen();
    screen.silence();
    expect(stepsInOrder.slice(1).map(() => screen.happen('unavailable'))).toEqual([
      'relaunch',
      'restart-compositor',
      'reboot',
      'safe-scene',
    ]);
    expect(screen.happen('unavailable')).toBeNull();
  });

  it('is asked for once in each round', () => {
    const screen = aScreen();
    screen.happen('crashed');
    expect(screen.happen('unavailable')).toBe('relaunch');
    expect(screen.silence()).toBe('relaunch');
  });
});

describe('what a new process remembers', () => {
  it('continues where the old one was', () => {
    const screen = aScreen();
    for (let round = 0; round < 4; round += 1) screen.silence();
    const next = aScreen(memoryOf(screen.ladder()));
    expect(next.silence()).toBe('relaunch');
  });

  it('waits before it acts on a screen that crashes again', () => {
    const next = aScreen({ step: 'relaunch', attempts: 2, rebootedAtMs: [] });
    expect(next.happen('crashed')).toBeNull();
    expect(nextLookMs(next.ladder())).toBe(limits.backOffMs.first * 2);
  });

  it('counts the reboots of a machine whose clock fell back to 1970', () => {
    const memory = { step: 'reboot', attempts: 2, rebootedAtMs: [WALL_MS - 1_000, WALL_MS] } as const;
    expect(aScreen(memory, 0).silence()).toBe('safe-scene');
  });

  it('tries the real page first when the old one had given up, and keeps count of the reboots', () => {
    const screen = aScreen({ step: 'safe-scene', attempts: 1, rebootedAtMs: [WALL_MS, WALL_MS] });
    expect(whole.filter((step) => step !== 'reboot').map(() => screen.silence())).toEqual(whole.filter((step) => step !== 'reboot'));
  });
});
