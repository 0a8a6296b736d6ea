import { expect, it } from 'vitest';
import { createRandom } from './random.ts';

const draw = (seed: number) => {
  const random = createRandom(seed);
  return Array.from({ length: 8 }, () => random.between(0, 1_000_000));
};

it('gives the same for the same seed, and other for another', () => {
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
});

it('a fork is its own: what others draw does not change it', () => {
  const random = createRandom(7);
  const before = random.fork('kills').next();
  random.next();
  expect(random.fork('kills').next()).toBe(before);
  expect(random.fork('flips').next()).not.toBe(before);
});

it('stays within its bounds and uses all of them', () => {
  const random = createRandom(1);
  const seen = new Set(Array.from({ length: 300 }, () => random.between(3, 6)));
  expect(seen).toEqual(new Set([3, 4, 5, 6]));
});
