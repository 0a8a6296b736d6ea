import { describe, expect, it } from 'vitest';
import { aLook, noonMs } from '../testing/looks.ts';
import { BLANK_LIMIT_MS, neverBlank } from './never-blank.ts';
import { createWatch } from './watch.ts';

const blankAt = (ms: number) => aLook(noonMs + ms, {}, 0);
const goodAt = (ms: number) => aLook(noonMs + ms);

describe('the watch', () => {
  it('tells of a fault once it has stood longer than its rule allows, and once', () => {
    const watch = createWatch([neverBlank()]);
    watch.look(blankAt(0));
    watch.look(blankAt(BLANK_LIMIT_MS - 1));
    expect(watch.violations()).toEqual([]);
    expect(watch.standing()).toBe(true);
    watch.look(blankAt(BLANK_LIMIT_MS));
    watch.look(blankAt(BLANK_LIMIT_MS + 10_000));
    expect(watch.violations()).toMatchObject([{ invariant: 'never blank', stoodMs: BLANK_LIMIT_MS, trueTime: '2027-01-15T08:10:05.000Z' }]);
  });

  it('begins anew when the fault was gone in between, however short', () => {
    const watch = createWatch([neverBlank()]);
    watch.look(blankAt(0));
    watch.look(goodAt(4_000));
    watch.look(blankAt(4_001));
    watch.look(blankAt(8_000));
    expect(watch.violations()).toEqual([]);
    watch.look(blankAt(9_000));
    expect(watch.violations()).toHaveLength(1);
  });

  it('counts a blank from the last look that saw something', () => {
    const watch = createWatch([neverBlank()]);
    watch.look(goodAt(0));
    watch.look(blankAt(3_000));
    expect(watch.violations()).toEqual([]);
    watch.look(blankAt(5_000));
    expect(watch.violations()).toHaveLength(1);
  });

  it('lets a fault stand through looks that cannot tell', () => {
    const watch = createWatch([neverBlank()]);
    watch.look(blankAt(0));
    for (let ms = 1_000; ms < BLANK_LIMIT_MS; ms += 1_000) watch.look(aLook(noonMs + ms, {}, null));
    watch.look(blankAt(BLANK_LIMIT_MS));
    expect(watch.violations()).toHaveLength(1);
  });

  it('keeps what a scenario finds by itself, and bounds what it keeps', () => {
    const watch = createWatch([]);
    watch.look(goodAt(0));
    for (let count = 0; count < 80; count += 1) watch.report('comes back', 'it did not');
    expect(watch.violations()).toHaveLength(50);
    expect(watch.violations()[0]).toMatchObject({ invariant: 'comes back', says: 'it did not' });
  });
});
