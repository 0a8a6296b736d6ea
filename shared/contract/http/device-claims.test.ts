import { describe, expect, it } from 'vitest';
import { normalUserCode, spacedUserCode, USER_CODE_LETTERS, UserCode } from './device-claims.ts';

describe('a user code', () => {
  it.each([
    ['BCDF-GHJK', 'BCDFGHJK'],
    ['bcdf ghjk', 'BCDFGHJK'],
    ['  lmns-tvxz ', 'LMNSTVXZ'],
    // The same keys with a Greek keyboard, capitals and small letters.
    ['ΒΨΔΦ-ΓΗΞΚ', 'BCDFGHJK'],
    ['λμνσ τωχζ', 'LMNSTVXZ'],
    ['ς', 'S'],
  ])('typed as %j is %s', (typed, code) => expect(normalUserCode(typed)).toBe(code));

  it('has a Greek key for every letter, each its own', () => {
    const greek = normalUserCode('ΒΨΔΦΓΗΞΚΛΜΝΣΤΩΧΖ');
    expect(new Set(greek)).toEqual(new Set(USER_CODE_LETTERS));
    expect(greek).toHaveLength(USER_CODE_LETTERS.length);
  });
  it('is eight of its letters and nothing else', () => {
    expect(UserCode.safeParse('BCDFGHJK').success).toBe(true);
    for (const wrong of ['BCDFGHJ', 'BCDFGHJKL', 'ABCDFGHJ', 'bcdfghjk', 'BCDF-GHJK'])
      expect(UserCode.safeParse(wrong).success).toBe(false);
    expect(spacedUserCode('BCDFGHJK')).toBe('BCDF-GHJK');
  });
});
