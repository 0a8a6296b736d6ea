import { describe, expect, it } from 'vitest';
import {
  type BootPointer,
  CHECKED_AFTER_STARTS,
  chooseSlot,
  chooseWithoutWriting,
  commit,
  type FoundRelease,
  type FoundSlots,
  GIVES_WAY_AFTER_STARTS,
  hold,
  letStart,
  MAX_STARTS,
  newPointer,
  rollBack,
  spareSlot,
  weighStart,
  withdraw,
} from './boot-rules.ts';

const hash = (sequence: number): string => String(sequence % 10).repeat(64);
const inSlot = (slot: 'a' | 'b', sequence: number) => ({ slot, sequence, sha256: hash(sequence) });
const found = (sequence: number, proven = true): FoundRelease => ({ sequence, sha256: hash(sequence), proven });
const pendingIn = (slot: 'a' | 'b', sequence: number, starts = 0) => ({ ...inSlot(slot, sequence), starts, cloudWasReachable: true });

const good: BootPointer = { current: inSlot('a', 4), waiting: null, pending: null, floorSequence: 4, rolledBack: null };
const waiting: BootPointer = { ...good, waiting: { ...inSlot('b', 5), cloudWasReachable: true } };
const allowed: BootPointer = { ...good, pending: pendingIn('b', 5) };
const both: FoundSlots = { a: found(4), b: found(5, false) };

describe('the slot that is started', () => {
  it.each<{
    when: string;
    pointer: BootPointer | null;
    slots: FoundSlots;
    slot: 'a' | 'b' | null;
    onTrial?: boolean;
    written?: object | null;
  }>([
    { when: 'nothing was ever installed', pointer: null, slots: { a: null, b: null }, slot: null },
    { when: 'all is well', pointer: good, slots: both, slot: 'a' },
    { when: 'a release waits and may not start yet', pointer: waiting, slots: both, slot: 'a' },
    {
      when: 'a release waits that may start',
      pointer: allowed,
      slots: both,
      slot: 'b',
      onTrial: true,
      written: { pending: { starts: 1 } },
    },
    { when: 'a release was allowed and is held again', pointer: hold(allowed), slots: both, slot: 'a' },
    { when: 'a release was allowed and is withdrawn', pointer: withdraw(allowed), slots: both, slot: 'a' },
    { when: 'a release on trial is withdrawn', pointer: withdraw({ ...good, pending: pendingIn('b', 5, 1) }), slots: both, slot: 'a' },
    {
      when: 'a release had its last start but one',
      pointer: { ...good, pending: pendingIn('b', 5, MAX_STARTS - 1) },
      slots: both,
      slot: 'b',
      onTrial: true,
      written: { pending: { starts: MAX_STARTS } },
    },
    {
      when: 'its starts are used up',
      pointer: { ...good, pending: pendingIn('b', 5, MAX_STARTS) },
      slots: both,
      slot: 'a',
      written: { current: { slot: 'a' }, pending: null, rolledBack: { sequence: 5, reason: 'starts-used-up', trials: 1 } },
    },
    {
      when: 'what may start is not in its slot',
      pointer: allowed,
      slots: { a: found(4), b: null },
      slot: 'a',
      written: { pending: null, rolledBack: { sequence: 5, reason: 'slot-damaged' } },
    },
    {
      when: 'another release lies where one should wait',
      pointer: allowed,
      slots: { a: found(4), b: found(3) },
      slot: 'a',
      written: { pending: null, rolledBack: { reason: 'slot-damaged' } },
    },
    {
      when: 'another bundle of the same sequence lies there',
      pointer: allowed,
      slots: { a: found(4), b: { ...found(5), sha256: hash(9) } },
      slot: 'a',
      written: { pending: null, rolledBack: { reason: 'slot-damaged' } },
    },
    {
      when: 'the very first release failed',
      pointer: { ...newPointer, pending: pendingIn('a', 1, MAX_STARTS) },
      slots: { a: found(1, false), b: null },
      slot: null,
      written: { current: null, pending: null },
    },
    { when: 'the good slot is gone and the other was good once', pointer: good, slots: { a: null, b: found(3) }, slot: 'b' },
    { when: 'the good slot is gone and the other never proved itself', pointer: good, slots: { a: null, b: found(5, false) }, slot: null },
    { when: 'both slots are gone', pointer: good, slots: { a: null, b: null }, slot: null },
    {
      when: 'the pointer is lost and both were good',
      pointer: null,
      slots: { a: found(4), b: found(5) },
      slot: 'b',
      written: { current: { slot: 'b', sequence: 5 }, pending: null, floorSequence: 5 },
    },
    {
      when: 'the pointer is lost and only the older was good',
      pointer: null,
      slots: { a: found(4), b: found(5, false) },
      slot: 'a',
      written: { current: { slot: 'a' }, floorSequence: 4 },
    },
    { when: 'the pointer is lost before anything was good', pointer: null, slots: { a: found(1, false), b: null }, slot: null },
  ])('when $when', ({ pointer, slots, slot, onTrial = false, written = null }) => {
    const choice = chooseSlot(pointer, slots, 0);
    expect(choice).toMatchObject({ slot, onTrial });
    if (written === null) expect(choice.write).toBeNull();
    else expect(choice.write).toMatchObject(written);
  });

  it('is the good one when the start of a release on trial cannot be counted', () => {
    expect(chooseWithoutWriting(allowed, both)).toEqual({ slot: 'a', write: null, onTrial: false });
    expect(chooseWithoutWriting(null, both)).toEqual({ slot: 'a', write: null, onTrial: false });
    expect(chooseWithoutWriting(null, { a: null, b: null })).toEqual({ slot: null, write: null, onTrial: false });
  });

  it('is never on trial for more than the allowed starts, whatever is repeated', () => {
    let pointer: BootPointer = allowed;
    const starts = Array.from({ length: 6 }, () => {
      const choice = chooseSlot(pointer, both, 0);
      pointer = choice.write ?? pointer;
      return choice.onTrial;
    });
    expect(starts).toEqual([true, true, true, false, false, false]);
  });
});

describe('the pointer', () => {
  it('raises the floor with what proved itself, and forgets what failed before', () => {
    const failed = rollBack({ ...good, pending: pendingIn('b', 5, 1) }, 'nothing-painted');
    expect(commit({ ...failed, pending: pendingIn('b', 6, 1) })).toEqual({
      current: inSlot('b', 6),
      waiting: null,
      pending: null,
      floorSequence: 6,
      rolledBack: null,
    });
  });

  it('never lowers the floor', () => {
    expect(commit({ ...good, floorSequence: 9, pending: pendingIn('b', 5, 1) }).floorSequence).toBe(9);
  });

  it('counts the trials of one release, and starts over with another', () => {
    const once = rollBack(allowed, 'cloud-not-reached');
    const twice = rollBack({ ...once, pending: pendingIn('b', 5) }, 'starts-used-up');
    expect(twice.rolledBack).toEqual({ sequence: 5, sha256: hash(5), reason: 'starts-used-up', trials: 2 });
    expect(rollBack({ ...twice, pending: pendingIn('b', 6) }, 'starts-used-up').rolledBack?.trials).toBe(1);
  });

  it('is as it was when nothing is pending', () => {
    expect(commit(good)).toBe(good);
    expect(rollBack(good, 'nothing-painted')).toBe(good);
  });

  it('lets start what waits, and holds it again, until its first start', () => {
    expect(letStart(waiting)).toEqual(allowed);
    expect(hold(allowed)).toEqual(waiting);
    const started: BootPointer = { ...good, pending: pendingIn('b', 5, 1) };
    for (const pointer of [good, allowed, started]) expect(letStart(pointer)).toBe(pointer);
    for (const pointer of [good, waiting, started]) expect(hold(pointer)).toBe(pointer);
  });

  it('remembers nothing against a release that is withdrawn, on trial or before', () => {
    const failed = rollBack({ ...good, pending: pendingIn('b', 3, 1) }, 'nothing-painted');
    for (const pending of [pendingIn('b', 5), pendingIn('b', 5, 2)]) expect(withdraw({ ...failed, pending })).toEqual(failed);
    expect(withdraw(waiting)).toEqual(good);
    expect(withdraw(good)).toBe(good);
  });
});

describe('the spare slot', () => {
  it.each<{ when: string; running: 'a' | 'b' | null; pointer: BootPointer; slots: FoundSlots; spare: 'a' | 'b' | null }>([
    { when: 'nothing is installed', running: null, pointer: newPointer, slots: { a: null, b: null }, spare: 'a' },
    { when: 'the good release runs', running: 'a', pointer: good, slots: both, spare: 'b' },
    { when: 'the program that came with the device runs beside a good release', running: null, pointer: good, slots: both, spare: 'b' },
    {
      when: 'the other slot runs because the good one is damaged',
      running: 'b',
      pointer: good,
      slots: { a: null, b: found(3) },
      spare: 'a',
    },
    { when: 'a release runs on that was just given up', running: 'b', pointer: good, slots: both, spare: null },
    {
      when: 'the first release runs on that was just given up',
      running: 'a',
      pointer: newPointer,
      slots: { a: found(1), b: null },
      spare: 'b',
    },
  ])('when $when', ({ running, pointer, slots, spare }) => {
    expect(spareSlot(running, pointer, slots)).toBe(spare);
  });
});

describe('a good release whose starts prove nothing', () => {
  const release = { slot: 'a', sha256: hash(4) } as const;
  const after = (starts: number, change: object = {}) => weighStart(release, { ...release, starts, ...change });

  it('is started, then checked first, started again, and gives way once to the program that came with the device', () => {
    let counted: ReturnType<typeof weighStart>['write'] | null = null;
    const verdicts = Array.from({ length: 12 }, () => {
      const { verdict, write } = weighStart(release, counted);
      counted = write;
      return verdict;
    });
    const starts = (count: number) => Array<string>(count).fill('start');
    const laterStarts = starts(GIVES_WAY_AFTER_STARTS - CHECKED_AFTER_STARTS - 1);
    expect(verdicts).toEqual([...starts(CHECKED_AFTER_STARTS), 'check-first', ...laterStarts, 'give-way', ...starts(2)]);
  });

  it('is not held to what was counted of another one', () => {
    for (const change of [{ slot: 'b' }, { sha256: hash(5) }]) {
      expect(after(GIVES_WAY_AFTER_STARTS, change)).toEqual({ verdict: 'start', write: { ...release, starts: 1 } });
    }
  });

  it('is counted before it is checked, so that a card that hangs while it is read is not read at each start', () => {
    expect(after(CHECKED_AFTER_STARTS).write.starts).toBe(CHECKED_AFTER_STARTS + 1);
  });
});
