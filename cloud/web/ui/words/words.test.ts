import { describe, expect, it } from 'vitest';
import { ageWords } from './age.ts';
import { dateWords, dayWords, endWords, momentWords } from './dates.ts';
import { fill } from './fill.ts';
import { folded, matchesSearch } from './fold.ts';

const minute = 60_000;
const hour = 60 * minute;

describe('ageWords', () => {
  it.each([
    [-5_000, 'πριν από λίγο'],
    [59_999, 'πριν από λίγο'],
    [minute, 'πριν από 1 λεπτό'],
    [59.9 * minute, 'πριν από 59 λεπτά'],
    [hour, 'πριν από 1 ώρα'],
    [47.9 * hour, 'πριν από 47 ώρες'],
    [48 * hour, 'πριν από 2 ημέρες'],
  ])('%i ms is «%s»', (ageMs, words) => {
    expect(ageWords(ageMs, 'el')).toBe(words);
  });
  it('speaks English', () => {
    expect(ageWords(hour, 'en')).toBe('1 hour ago');
  });
});

describe('dates', () => {
  const now = Date.parse('2026-11-21T22:30:00.000Z');
  it('are told in the zone of the building, with the year where it differs', () => {
    expect(dayWords(now, 'el', 'Europe/Athens', now)).toBe('Κυρ 22 Νοε');
    expect(momentWords(now, 'en', 'Europe/Athens', now)).toBe('Sun 22 Nov, 00:30');
    expect(dayWords(Date.parse('2027-02-19T10:00:00.000Z'), 'el', 'Europe/Athens', now)).toBe('Παρ 19 Φεβ 2027');
  });
  it('leave a calendar date where it is', () => {
    expect(dateWords('2015-01-01')).toBe('01/01/2015');
  });
});

describe('an end', () => {
  const now = Date.parse('2026-11-18T10:00:00.000Z');
  it.each([
    // Midnight in Athens ends the day before it; nobody reads «Κυρ 22 Νοε, 00:00» as Saturday night.
    ['2026-11-21T22:00:00.000Z', 'έως το τέλος του Σαββάτου 21 Νοε', 'until the end of Saturday 21 Nov'],
    ['2026-11-22T22:00:00.000Z', 'έως το τέλος της Κυριακής 22 Νοε', 'until the end of Sunday 22 Nov'],
    ['2026-11-30T22:00:00.000Z', 'έως το τέλος της Δευτέρας 30 Νοε', 'until the end of Monday 30 Nov'],
    // The night before the clocks change, and a year's last.
    ['2026-10-24T21:00:00.000Z', 'έως το τέλος του Σαββάτου 24 Οκτ', 'until the end of Saturday 24 Oct'],
    ['2026-10-25T22:00:00.000Z', 'έως το τέλος της Κυριακής 25 Οκτ', 'until the end of Sunday 25 Oct'],
    ['2026-12-31T22:00:00.000Z', 'έως το τέλος της Πέμπτης 31 Δεκ', 'until the end of Thursday 31 Dec'],
    ['2027-06-30T21:00:00.000Z', 'έως το τέλος της Τετάρτης 30 Ιουν 2027', 'until the end of Wednesday 30 Jun 2027'],
    // Any other moment is told as it is; midnight elsewhere is no midnight here.
    ['2026-11-21T22:01:00.000Z', 'έως Κυρ 22 Νοε, 00:01', 'until Sun 22 Nov, 00:01'],
    ['2026-11-21T21:59:00.000Z', 'έως Σάβ 21 Νοε, 23:59', 'until Sat 21 Nov, 23:59'],
    ['2026-11-22T00:00:00.000Z', 'έως Κυρ 22 Νοε, 02:00', 'until Sun 22 Nov, 02:00'],
  ])('at %s is told «%s», “%s”', (instant, greek, english) => {
    expect(endWords(Date.parse(instant), 'el', 'Europe/Athens', now)).toBe(greek);
    expect(endWords(Date.parse(instant), 'en', 'Europe/Athens', now)).toBe(english);
  });
});

describe('fill', () => {
  it('puts values in and leaves unknown names to be seen', () => {
    expect(fill('{a} και {b}', { a: 1 })).toBe('1 και {b}');
  });
});

describe('searching', () => {
  it('forgets case, accents, final sigma and the keyboard a look-alike was typed with', () => {
    expect(folded('Αλκμάνος')).toBe(folded('ΑΛΚΜΑΝΟΣ'));
    expect(folded('B2')).toBe(folded('Β2'));
  });
  it.each([
    ['Αλκμάνος 22 Β2', 'αλκμ β2', true],
    ['Αλκμάνος 22 Β2', 'α', true],
    ['Σόλωνος 71', 'α', false],
    ['Σόλωνος 71', '', true],
  ])('«%s» for «%s»: %s', (text, query, found) => {
    expect(matchesSearch(text, query)).toBe(found);
  });
});
