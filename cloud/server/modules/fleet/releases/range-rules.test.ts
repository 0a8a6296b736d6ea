import { expect, it } from 'vitest';
import { wantedBytes } from './range-rules.ts';

const file = { bytes: 1_000, etag: '"a"' };

it.each([
  ['nothing', undefined, undefined, { from: 0, to: 999, part: false }],
  ['the rest', 'bytes=400-', undefined, { from: 400, to: 999, part: true }],
  ['a part', 'bytes=0-99', undefined, { from: 0, to: 99, part: true }],
  ['more than there is', 'bytes=990-5000', undefined, { from: 990, to: 999, part: true }],
  ['the rest of what it knows', 'bytes=400-', '"a"', { from: 400, to: 999, part: true }],
  ['the rest of what changed', 'bytes=400-', '"b"', { from: 0, to: 999, part: false }],
  ['what is behind the end', 'bytes=1000-', undefined, 'not-there'],
  ['the last ones, which no device asks', 'bytes=-100', undefined, { from: 0, to: 999, part: false }],
  ['several parts', 'bytes=0-1,4-5', undefined, { from: 0, to: 999, part: false }],
  ['a part that is turned around', 'bytes=9-3', undefined, { from: 0, to: 999, part: false }],
  ['nonsense', 'lines=1-2', undefined, { from: 0, to: 999, part: false }],
  ['a number that is none', 'bytes=99999999999999999999-', undefined, { from: 0, to: 999, part: false }],
])('asked for %s', (_what, range, ifRange, expected) => {
  expect(wantedBytes({ range, ifRange }, file)).toEqual(expected);
});
