import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filesToThrowAway } from './rules.ts';

const file = (sha256: string, bytes: number, usedMs: number, isPart = false) => ({ sha256, bytes, usedMs, isPart });
const ref = (sha256: string, bytes = 1) => ({ sha256, bytes, type: 'image/png' as const });
const files = [file('old', 30, 1), file('new', 30, 5), file('before', 20, 0), file('now', 10, 0)];
const wanted = { now: [ref('now'), ref('next')], before: [ref('before')] };
const going = (neededBytes: number, budgetBytes = 100, freeBytes = 1_000) =>
  filesToThrowAway(files, wanted, { budgetBytes, freeBytes, neededBytes })?.map(({ sha256 }) => sha256) ?? null;

describe('what goes to make room', () => {
  it.each<[string, number, readonly string[] | null]>([
    ['nothing while there is room', 10, []],
    ['the longest unused of what nobody names', 11, ['old']],
    ['then the others that nobody names', 50, ['old', 'new']],
    ['then what only the arrangement before names', 80, ['old', 'new', 'before']],
    ['never what the present one names', 91, null],
  ])('is %s', (_what, neededBytes, gone) => expect(going(neededBytes)).toEqual(gone));

  it('is counted on the disk too, whatever the budget says', () => {
    expect(going(10, 10_000, 9)).toEqual(['old']);
    expect(going(10, 10_000, 1_000)).toEqual([]);
    expect(going(95, 10_000, 0)).toBeNull();
    // A reserve that is already used up counts against it.
    expect(going(10, 10_000, -25)).toEqual(['old', 'new']);
  });

  it('leaves the budget kept and the present arrangement whole, or says that it cannot be', () => {
    const name = fc.integer({ min: 0, max: 9 }).map(String);
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.record({ sha256: name, bytes: fc.nat(50), usedMs: fc.nat(9), isPart: fc.boolean() }), {
          selector: ({ sha256 }) => sha256,
        }),
        fc.array(name),
        fc.array(name),
        fc.nat(100),
        fc.nat(100),
        (lying, now, before, neededBytes, budgetBytes) => {
          const gone = filesToThrowAway(
            lying,
            { now: now.map((one) => ref(one)), before: before.map((one) => ref(one)) },
            { budgetBytes, freeBytes: 100, neededBytes },
          );
          const bytesOf = (some: readonly { bytes: number }[]) => some.reduce((sum, { bytes }) => sum + bytes, 0);
          const kept = bytesOf(lying.filter(({ sha256 }) => now.includes(sha256)));
          if (gone === null) {
            expect(kept + neededBytes > budgetBytes || neededBytes > 100 + bytesOf(lying) - kept).toBe(true);
            return;
          }
          expect(bytesOf(lying) - bytesOf(gone) + neededBytes).toBeLessThanOrEqual(budgetBytes);
          for (const { sha256 } of gone) expect(now).not.toContain(sha256);
        },
      ),
    );
  });
});
