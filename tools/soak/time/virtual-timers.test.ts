import { describe, expect, it } from 'vitest';
import { createVirtualTimers } from './virtual-timers.ts';

const turn = () => Promise.resolve();

function recorder() {
  const errors: unknown[] = [];
  const timers = createVirtualTimers(1_000, (error) => errors.push(error));
  const fired: string[] = [];
  const note = (name: string) => () => void fired.push(`${name}@${timers.nowMs()}`);
  return { timers, fired, note, errors };
}

describe('virtual timers', () => {
  it('fire in the order they are due, at the moment they are due, and not before', async () => {
    const { timers, fired, note } = recorder();
    timers.add(note('late'), 300, null);
    timers.add(note('early'), 100, null);
    timers.add(note('never'), 5_000, null);
    timers.add(note('every'), 120, 120);
    expect(await timers.runUntil(1_400, turn)).toBe(5);
    expect(fired).toEqual(['early@1100', 'every@1120', 'every@1240', 'late@1300', 'every@1360']);
    expect(timers.nowMs()).toBe(1_400);
  });

  it('gives what hangs on one its turn before the next', async () => {
    const { timers, fired, note } = recorder();
    timers.add(() => void Promise.resolve().then(note('promise')), 10, null);
    timers.add(note('next'), 20, null);
    await timers.runUntil(1_030, turn);
    expect(fired).toEqual(['promise@1010', 'next@1020']);
  });

  it('that set others fire those too when they are due within the stretch', async () => {
    const { timers, fired, note } = recorder();
    timers.add(() => timers.add(note('child'), 10, null), 10, null);
    await timers.runUntil(1_020, turn);
    expect(fired).toEqual(['child@1020']);
  });

  it('that are removed do not fire, and those begun again wait anew', async () => {
    const { timers, fired, note } = recorder();
    timers.remove(timers.add(note('removed'), 10, null));
    const id = timers.add(note('again'), 100, null);
    await timers.runUntil(1_090, turn);
    timers.again(id);
    await timers.runUntil(1_150, turn);
    expect(fired).toEqual([]);
    await timers.runUntil(1_190, turn);
    expect(fired).toEqual(['again@1190']);
  });

  it('fire once after a leap, at the new time', async () => {
    const { timers, fired, note } = recorder();
    timers.add(note('every'), 100, 100);
    timers.add(note('once'), 50, null);
    expect(await timers.leapTo(9_000, turn)).toBe(2);
    expect(fired).toEqual(['once@9000', 'every@9000']);
    await timers.runUntil(9_150, turn);
    expect(fired).toEqual(['once@9000', 'every@9000', 'every@9100']);
  });

  it('that throw are told of and hold nobody up', async () => {
    const { timers, fired, note, errors } = recorder();
    timers.add(
      () => {
        throw new Error('planted');
      },
      1,
      null,
    );
    timers.add(note('after'), 2, null);
    await timers.runUntil(1_002, turn);
    expect(fired).toEqual(['after@1002']);
    expect(errors).toHaveLength(1);
  });

  it('that set each other without end are an error, not a standstill', async () => {
    const { timers } = recorder();
    const endless = (): void => {
      for (let more = 0; more < 2; more += 1) timers.add(more === 0 ? endless : () => undefined, 0.0001, null);
    };
    endless();
    await expect(timers.runUntil(2_000_000, turn)).rejects.toThrow('without end');
  });
});
