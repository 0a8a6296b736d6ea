import { EventEmitter } from 'node:events';
import { resultMaxBytes } from '@concierge/contract/http/command-results.ts';
import type { ScreenState } from '@concierge/contract/kiosk/screen.ts';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ToAgent } from '../electron-agent/messages.ts';
import { aScreenState } from '../testing/screen-states.ts';
import { createAgentHost, DEFAULT_PATIENCE, RESTART_MS, WELL_AFTER_MS } from './agent-host.ts';

class Child extends EventEmitter {
  readonly posted: ToAgent[] = [];
  killed = false;
  postMessage(message: ToAgent): void {
    this.posted.push(message);
  }
  onMessage(listener: (message: unknown) => void): void {
    this.on('message', listener);
  }
  onExit(listener: (code: number) => void): void {
    this.on('exit', listener);
  }
  kill(): void {
    this.killed = true;
    this.emit('exit', 137);
  }
}

let children: Child[];
let states: ScreenState[];
let picture: () => Promise<Buffer> = async () => Buffer.from('a picture');
let host: ReturnType<typeof createAgentHost>;
const { aliveEveryMs, lostAfterMs, hungAfterMs, firstWordWithinMs } = DEFAULT_PATIENCE;
const settings = { dataDir: 'data', demo: false, logLevel: 'silent' } as const;

beforeEach(() => {
  vi.useFakeTimers();
  children = [];
  states = [];
  host = createAgentHost({
    fork() {
      const child = new Child();
      children.push(child);
      return child;
    },
    settings,
    onState: (state) => states.push(state),
    takePicture: () => picture(),
    logger: pino({ level: 'silent' }),
  });
  host.start();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Lets time pass in which the newest agent says that it lives. */
function liveFor(timeMs: number): void {
  for (let passedMs = 0; passedMs < timeMs; passedMs += aliveEveryMs) {
    latest().emit('message', { kind: 'alive' });
    vi.advanceTimersByTime(aliveEveryMs);
  }
  latest().emit('message', { kind: 'alive' });
}

const latest = (): Child => {
  const child = children.at(-1);
  if (child === undefined) throw new Error('no agent was started');
  return child;
};

describe('the agent beside the window', () => {
  it('is started with its settings', () => {
    expect(latest().posted).toEqual([{ kind: 'start', start: { ...settings, aliveEveryMs } }]);
  });

  it('is started again when it ends, later each time, never later than the limit', () => {
    const waits: number[] = [];
    for (let round = 0; round < 9; round += 1) {
      const count = children.length;
      latest().emit('exit', 1);
      let waitedMs = 0;
      for (; children.length === count; waitedMs += 1_000) vi.advanceTimersByTime(1_000);
      waits.push(waitedMs);
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it('is started again soon when it had been well', () => {
    latest().emit('exit', 1);
    vi.advanceTimersByTime(RESTART_MS.first);
    liveFor(WELL_AFTER_MS);
    latest().emit('exit', 1);
    vi.advanceTimersByTime(RESTART_MS.first);
    expect(children).toHaveLength(3);
  });

  it('leaves the screen with the last state, which soon says that nobody is connected', () => {
    latest().emit('message', { kind: 'state', state: aScreenState({ nowMs: 1_000 }) });
    // Nobody starts again in this test: each new one ends at once.
    latest().emit('exit', 1);
    vi.advanceTimersByTime(lostAfterMs - 1);
    expect(states.at(-1)).toEqual(aScreenState({ nowMs: 1_000 }));
    vi.advanceTimersByTime(1);
    expect(states.at(-1)).toEqual(aScreenState({ nowMs: 1_000 + lostAfterMs, link: 'offline' }));
  });

  it('that comes back in time is not missed', () => {
    latest().emit('message', { kind: 'state', state: aScreenState() });
    latest().emit('exit', 1);
    vi.advanceTimersByTime(RESTART_MS.first);
    latest().emit('message', { kind: 'state', state: aScreenState({ contentSequence: 8 }) });
    liveFor(10 * lostAfterMs);
    expect(states.map(({ link }) => link)).toEqual(['online', 'online']);
  });

  it.each([
    ['an unknown field', { ...aScreenState(), flat: '3Β' }],
    ['an unknown phase', { ...aScreenState(), phase: 'advertising' }],
    ['no document and no null', { ...aScreenState(), document: undefined }],
    ['a resident in the document', { ...aScreenState(), document: { ...aScreenState().document, resident: 'Μαρία' } }],
  ])('is not believed when its state has %s', (_what, state) => {
    latest().emit('message', { kind: 'state', state });
    expect(states).toEqual([]);
  });

  it('that was replaced is not listened to', () => {
    const first = latest();
    first.emit('exit', 1);
    vi.advanceTimersByTime(RESTART_MS.first);
    first.emit('message', { kind: 'state', state: aScreenState() });
    expect(states).toEqual([]);
  });

  it('that falls silent is called offline, and taken for hung only much later', () => {
    latest().emit('message', { kind: 'state', state: aScreenState({ nowMs: 1_000 }) });
    liveFor(10 * hungAfterMs);
    expect(states.map(({ link }) => link)).toEqual(['online']);
    vi.advanceTimersByTime(lostAfterMs);
    expect(states.map(({ link }) => link)).toEqual(['online', 'offline']);
    vi.advanceTimersByTime(hungAfterMs - lostAfterMs - aliveEveryMs);
    expect(latest().killed).toBe(false);
    vi.advanceTimersByTime(aliveEveryMs);
    expect(children.map(({ killed }) => killed)).toEqual([true]);
    vi.advanceTimersByTime(RESTART_MS.first);
    expect(children).toHaveLength(2);
    // The new one is alive; what the building's connection is, it has yet to say.
    latest().emit('message', { kind: 'alive' });
    expect(states.at(-1)?.link).toBe('offline');
    latest().emit('message', { kind: 'state', state: aScreenState() });
    expect(states.at(-1)?.link).toBe('online');
  });

  it('that wakes up in time is believed again, with its last state', () => {
    latest().emit('message', { kind: 'state', state: aScreenState({ nowMs: 1_000 }) });
    vi.advanceTimersByTime(lostAfterMs + aliveEveryMs);
    expect(states.at(-1)?.link).toBe('offline');
    latest().emit('message', { kind: 'alive' });
    expect(states.at(-1)).toEqual(aScreenState({ nowMs: 1_000 + lostAfterMs + aliveEveryMs }));
    liveFor(2 * hungAfterMs);
    expect(children).toHaveLength(1);
  });

  it('is given time for its first word, and replaced when it never comes', () => {
    vi.advanceTimersByTime(firstWordWithinMs - aliveEveryMs);
    expect(latest().killed).toBe(false);
    vi.advanceTimersByTime(aliveEveryMs + RESTART_MS.first);
    expect(children.map(({ killed }) => killed)).toEqual([true, false]);
  });

  it('is not blamed for a time in which nobody could listen', () => {
    latest().emit('message', { kind: 'state', state: aScreenState() });
    // The machine slept: the clocks have gone on by an hour, and of all the ticks in it one comes late.
    vi.setSystemTime(Date.now() + 3_600_000);
    vi.advanceTimersByTime(aliveEveryMs);
    expect(latest().killed).toBe(false);
    expect(states.at(-1)?.link).toBe('online');
  });

  it('counts the time on in the state it last told', () => {
    latest().emit('message', { kind: 'state', state: aScreenState({ nowMs: 1_000 }) });
    vi.advanceTimersByTime(5_000);
    expect(host.current()?.nowMs).toBe(6_000);
  });

  it('is asked to stop, and killed when it does not', async () => {
    const stopped = host.stop();
    expect(latest().posted.at(-1)).toEqual({ kind: 'stop' });
    expect(latest().killed).toBe(false);
    await vi.advanceTimersByTimeAsync(2_000);
    await stopped;
    expect(latest().killed).toBe(true);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(children).toHaveLength(1);
  });
});

describe('a picture of the glass', () => {
  const wanted = async () => {
    latest().emit('message', { kind: 'picture-wanted' });
    await vi.advanceTimersByTimeAsync(0);
    return latest().posted.at(-1);
  };

  it('is taken for the agent that asks', async () => {
    picture = async () => Buffer.from('a picture');
    expect(await wanted()).toEqual({ kind: 'picture', jpeg: Buffer.from('a picture').toString('base64') });
  });

  it.each<[string, () => Promise<Buffer>]>([
    ['cannot be taken', () => Promise.reject(new Error('no window'))],
    ['is empty, as of a window that has not painted', async () => Buffer.alloc(0)],
    ['is larger than the agent may bring', async () => Buffer.alloc(resultMaxBytes.screenshot + 1)],
  ])('that %s is said to be none', async (_what, take) => {
    picture = take;
    expect(await wanted()).toEqual({ kind: 'picture', jpeg: null });
  });

  it('is not handed to the next agent, which has not asked', async () => {
    let finish: (taken: Buffer) => void = () => undefined;
    picture = () => new Promise((resolve) => (finish = resolve));
    await wanted();
    latest().emit('exit', 1);
    await vi.advanceTimersByTimeAsync(RESTART_MS.first);
    finish(Buffer.from('late'));
    await vi.advanceTimersByTimeAsync(0);
    expect(children).toHaveLength(2);
    expect(children.flatMap(({ posted }) => posted.filter(({ kind }) => kind === 'picture'))).toEqual([]);
  });
});
