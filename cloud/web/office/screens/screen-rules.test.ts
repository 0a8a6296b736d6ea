import type { Reported } from '@concierge/contract/mqtt/reported.ts';
import { describe, expect, it } from 'vitest';
import { bytesWords, dataAgeOf, spanOf } from './screen-rules.ts';

const aReport: Reported = {
  agentVersion: '1.0.0',
  shell: 'chromium',
  desiredSequence: 1,
  contentSequence: 1,
  qrSequence: 1,
  paintedSequence: 1,
  paintedAt: null,
  clock: 'trusted',
  lastRefusal: null,
  at: '2026-11-20T09:00:00.000Z',
};

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

describe('the age of what a screen shows', () => {
  const since = '2026-11-20T10:00:00.000Z';
  it.each([
    [
      'nothing was made for its building',
      { contentSequence: 0, reported: { contentSequence: 0, paintedSequence: 0 }, unconfirmedSince: null },
      'nothing',
    ],
    ['it has never told', { contentSequence: 4, reported: null, unconfirmedSince: since }, 'nothing'],
    [
      'it has painted nothing',
      { contentSequence: 4, reported: { contentSequence: 4, paintedSequence: 0 }, unconfirmedSince: null },
      'nothing',
    ],
    [
      'it has all it was sent, and shows it',
      { contentSequence: 4, reported: { contentSequence: 4, paintedSequence: 4 }, unconfirmedSince: null },
      'current',
    ],
    [
      'it lacks the newest content',
      { contentSequence: 5, reported: { contentSequence: 4, paintedSequence: 4 }, unconfirmedSince: since },
      since,
    ],
    [
      'nobody could tell it that it has the newest',
      { contentSequence: 4, reported: { contentSequence: 4, paintedSequence: 4 }, unconfirmedSince: since },
      since,
    ],
    [
      'it has newer than it shows',
      { contentSequence: 5, reported: { contentSequence: 5, paintedSequence: 4 }, unconfirmedSince: null },
      'unpainted',
    ],
    // The page may have stood still for long before the connection went.
    [
      'it has newer than it shows, and lacks more',
      { contentSequence: 6, reported: { contentSequence: 5, paintedSequence: 4 }, unconfirmedSince: since },
      'unpainted',
    ],
  ])('when %s', (_when, { reported, ...device }, expected) => {
    const age = dataAgeOf({ ...device, reported: reported === null ? null : { ...aReport, ...reported } });
    expect(age.kind === 'confirmed' ? age.at : age.kind).toBe(expected);
  });
});
