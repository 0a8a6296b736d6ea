import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { memoryBounds } from '../scenarios/scene-rotation.ts';
import { growthOf, type MemorySample } from './memory-flat.ts';

const bound = memoryBounds.pageHeap;

/** A day of samples, two an hour: a level that settles in the first hours, noise, and what a test adds. */
function day(extra: (hours: number) => number, noiseKilobytes = 8): MemorySample[] {
  const random = createRandom(11);
  return Array.from({ length: 48 }, (_, index) => {
    const hours = (index + 1) / 2;
    const settling = 500 * (1 - Math.exp(-hours / 1.5));
    return { hours, kilobytes: 2_000 + settling + (random.next() - 0.5) * 2 * noiseKilobytes + extra(hours) };
  });
}

describe('memory', () => {
  it('that settles in the first hours is flat', () => {
    expect(
      growthOf(
        day(() => 0),
        bound,
      ),
    ).toMatchObject({ grew: false });
  });
  it('that grows by a quarter of a kilobyte with each scene is found', () => {
    const growth = growthOf(
      day((hours) => hours * 260 * 0.25),
      bound,
    );
    expect(growth.grew).toBe(true);
    expect(growth.kilobytesPerHour).toBeCloseTo(65, -1);
  });
  it('that grows by less than a month allows is let be', () => {
    expect(
      growthOf(
        day((hours) => hours * bound.mostKilobytesPerHour * 0.7),
        bound,
      ).grew,
    ).toBe(false);
  });
  it('that rises once and stays is flat: something was loaded', () => {
    expect(
      growthOf(
        day((hours) => (hours > 20 ? 300 : 0)),
        bound,
      ).grew,
    ).toBe(false);
  });
  it('that only swings is flat, however widely', () => {
    expect(
      growthOf(
        day(() => 0, 4_000),
        memoryBounds.browserOwn,
      ).grew,
    ).toBe(false);
  });
  it('says what it was held against: the bound, or the noise where that is more', () => {
    const quiet = growthOf(
      day(() => 0, 1),
      bound,
    );
    expect(quiet.heldAgainstKilobytesPerHour).toBe(bound.mostKilobytesPerHour);
    const loud = growthOf(
      day(() => 0, 4_000),
      memoryBounds.browserOwn,
    );
    expect(loud.heldAgainstKilobytesPerHour).toBeGreaterThan(memoryBounds.browserOwn.mostKilobytesPerHour);
    expect(loud.heldAgainstKilobytesPerHour).toBeCloseTo((3 * loud.noiseKilobytes) / 11.5, 5);
  });
  it('cannot be judged by one sample', () => {
    expect(() => growthOf([{ hours: 1, kilobytes: 5 }], bound)).toThrow('two samples');
  });
});
