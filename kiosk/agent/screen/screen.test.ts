import type { ScreenState } from '@concierge/contract/kiosk/screen.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aContent, aQrBatch, HOUR_MS, instant } from '../testing/documents.ts';
import { createScreen, type Screen, type ScreenInputs } from './screen.ts';

const bootMs = Date.UTC(2026, 10, 21, 12, 0, 10);
let inputs: Omit<ScreenInputs, 'nowMs'>;
let screen: Screen;
let states: ScreenState[];

beforeEach(() => {
  vi.useFakeTimers({ now: bootMs });
  inputs = {
    started: true,
    claimed: true,
    content: aContent({ nowMs: bootMs }),
    confirmedAt: instant(bootMs),
    display: null,
    disconnectedForMs: null,
    clock: 'trusted',
    clockBounded: true,
    qrBatch: aQrBatch({ nowMs: bootMs, slots: 4 }),
    claim: null,
    identity: null,
    mustShow: false,
    pageNumber: 1,
    media: [],
    scenes: null,
    facts: null,
    demo: false,
  };
  screen = createScreen({ inputs: () => ({ ...inputs, nowMs: Date.now() }) });
  states = [];
  screen.subscribe((state) => states.push(state));
  screen.refresh();
});
afterEach(() => {
  screen.stop();
  vi.useRealTimers();
});

const codes = () => new Set(states.map(({ qr }) => qr?.url ?? null));

describe('the screen by itself', () => {
  it('changes the code at each slot, and hides it when the batch has run out', () => {
    expect(codes().size).toBe(2);
    vi.advanceTimersByTime(19_999);
    expect(codes().size).toBe(2);
    vi.advanceTimersByTime(1);
    expect(codes().size).toBe(3);
    vi.advanceTimersByTime(60_000);
    expect(codes().size).toBe(5);
    expect(states.at(-1)?.qr).not.toBeNull();
    vi.advanceTimersByTime(30_000);
    expect(states.at(-1)?.qr).toBeNull();
  });

  it('hides the code as soon as the clock has no bound', () => {
    expect(states.at(-1)?.qr).not.toBeNull();
    inputs = { ...inputs, clockBounded: false, clock: 'unknown' };
    screen.refresh();
    expect(states.at(-1)).toMatchObject({ qr: null, clock: 'unknown', phase: 'running' });
  });

  it('stops showing a document when it expires, without being told', () => {
    inputs = { ...inputs, qrBatch: null };
    screen.refresh();
    vi.advanceTimersByTime(72 * HOUR_MS - 1);
    expect(screen.current().phase).toBe('running');
    vi.advanceTimersByTime(2);
    expect(states.at(-1)).toMatchObject({ phase: 'safe', document: null });
  });

  it('says offline when nobody vouched for the data for long', () => {
    vi.advanceTimersByTime(35 * 60_000 + 1);
    expect(states.at(-1)?.link).toBe('offline');
  });

  it('tells nobody when nothing but the time changed', () => {
    const told = states.length;
    screen.refresh();
    screen.refresh();
    expect(states).toHaveLength(told);
  });
});
