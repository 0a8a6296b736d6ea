import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byteRange } from './byte-range.ts';

describe('a range of a file of a hundred bytes', () => {
  it.each<[string | undefined, unknown]>([
    [undefined, 'all'],
    ['bytes=0-', { first: 0, last: 99 }],
    ['bytes=40-', { first: 40, last: 99 }],
    ['bytes=40-49', { first: 40, last: 49 }],
    ['bytes=99-99', { first: 99, last: 99 }],
    ['bytes=40-4000', { first: 40, last: 99 }],
    ['bytes=-10', { first: 90, last: 99 }],
    ['bytes=-1000', { first: 0, last: 99 }],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=999999999999999-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=-00', 'unsatisfiable'],
    ['bytes=50-40', 'all'],
    ['bytes=0-1,5-6', 'all'],
    ['bytes=-', 'all'],
    ['bytes=1e1-', 'all'],
    ['bytes=9999999999999999999-', 'all'],
    ['lines=1-2', 'all'],
  ])('%s', (header, range) => expect(byteRange(header, 100)).toEqual(range));

  it('lies inside the file, whatever is asked for', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^bytes=\d{0,5}-\d{0,5}$/)),
        fc.integer({ min: 1, max: 50_000 }),
        (header, bytes) => {
          const range = byteRange(header, bytes);
          if (typeof range === 'string') return;
          expect(range.first).toBeGreaterThanOrEqual(0);
          expect(range.last).toBeLessThan(bytes);
          expect(range.first).toBeLessThanOrEqual(range.last);
        },
      ),
    );
  });
});
