import { describe, expect, it } from 'vitest';
import { ageWords } from './age.ts';
import { dateWords, dayWords, momentWords } from './dates.ts';
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
