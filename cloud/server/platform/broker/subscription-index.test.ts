import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSubscriptionIndex } from './subscription-index.ts';

const level = fc.constantFrom('a', 'b', 'ab', '', '$x');
const topic = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'));
const filter = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([levels, some]) => (some ? [...levels, '#'] : levels).join('/'));

/** MQTT 3.1.1 §4.7, said once more and plainly. */
function matches(pattern: readonly string[], levels: readonly string[]): boolean {
  const [head, ...rest] = pattern;
  if (head === undefined) return levels.length === 0;
  if (head === '#') return true;
  const [first, ...others] = levels;
  if (first === undefined) return false;
  return (head === '+' || head === first) && matches(rest, others);
}

it('finds exactly the listeners whose filter matches, after any additions and removals', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(filter, fc.boolean()), { maxLength: 30 }), topic, (changes, published) => {
      const index = createSubscriptionIndex<number>();
      const kept = new Map<number, string>();
      for (const [number, [wanted, removed]] of changes.entries()) {
        index.add(wanted, number);
        if (removed) index.remove(wanted, number);
        else kept.set(number, wanted);
      }
      const expected = [...kept].filter(([, wanted]) => matches(wanted.split('/'), published.split('/'))).map(([number]) => number);
      expect(index.matching(published).toSorted((left, right) => left - right)).toEqual(expected);
      expect(index.count).toBe(kept.size);
    }),
    { numRuns: 500 },
  );
});

it('calls a listener as often as it was added, and removes it once at a time', () => {
  const index = createSubscriptionIndex<string>();
  for (const wanted of ['a/+', 'a/+', 'a/b', 'a/b']) index.add(wanted, 'x');
  expect(index.matching('a/b')).toHaveLength(4);
  index.remove('a/+', 'x');
  index.remove('a/b', 'x');
  index.remove('a/b', 'never added');
  index.remove('elsewhere/+', 'x');
  expect(index.matching('a/b')).toHaveLength(2);
  expect(index.count).toBe(2);
});
