import { describe, expect, it } from 'vitest';
import { bytesWords, spanOf } from './screen-rules.ts';

describe('room and memory in words', () => {
  it.each([
    [0, 'en', '0 MiB'],
    [900_000_000, 'el', '858 MiB'],
    [3_221_225_472, 'en', '3 GiB'],
    [3_094_102_016, 'el', '2,9 GiB'],
    [128_849_018_880, 'en', '120 GiB'],
    [3_298_534_883_328, 'en', '3 TiB'],
  ])('%d in %s', (bytes, language, words) => {
    expect(bytesWords(bytes, language)).toBe(words);
  });
});

it.each([
  [59, { unit: 'minutes', count: 0 }],
  [7_199, { unit: 'minutes', count: 119 }],
  [7_200, { unit: 'hours', count: 2 }],
  [172_800, { unit: 'days', count: 2 }],
])('%d seconds', (seconds, span) => {
  expect(spanOf(seconds)).toEqual(span);
});
