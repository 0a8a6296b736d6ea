import { describe, expect, it } from 'vitest';
import { ageWords } from './age.ts';
import { localTime } from './dates.ts';
import { greetingAt } from './greeting.ts';
import { announcementWording, upperCase, wordingOf } from './localized.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

describe('ageWords', () => {
  it.each([
    [0, 'πριν από λίγο', 'a moment ago'],
    [-5_000, 'πριν από λίγο', 'a moment ago'],
    [MINUTE_MS, 'πριν από 1 λεπτό', '1 minute ago'],
    [5 * MINUTE_MS + 59_999, 'πριν από 5 λεπτά', '5 minutes ago'],
    [HOUR_MS, 'πριν από 1 ώρα', '1 hour ago'],
    [21 * HOUR_MS, 'πριν από 21 ώρες', '21 hours ago'],
    [2 * DAY_MS - 1, 'πριν από 47 ώρες', '47 hours ago'],
    [3 * DAY_MS, 'πριν από 3 ημέρες', '3 days ago'],
  ])('%i ms', (ageMs, greek, english) => {
    expect(ageWords(ageMs, 'el')).toBe(greek);
    expect(ageWords(ageMs, 'en')).toBe(english);
  });
});

describe('greetingAt', () => {
  it.each([
    [9, 'Καλημέρα', 'Good morning'],
    [13, 'Καλησπέρα', 'Good afternoon'],
    [20, 'Καλησπέρα', 'Good evening'],
    [23, 'Καλό βράδυ', 'Good evening'],
    [1, 'Καλό βράδυ', 'Good evening'],
  ])('at %i', (hour, greek, english) => {
    expect(greetingAt(hour, 'el')).toBe(greek);
    expect(greetingAt(hour, 'en')).toBe(english);
  });
});

describe('localTime', () => {
  const fridayMs = Date.UTC(2025, 10, 21, 7, 5);
  it('tells the day and the 24-hour clock of the building', () => {
    expect(localTime(fridayMs, 'Europe/Athens', 'el')).toEqual({ clock: '09:05', day: 'Παρ 21 Νοε', hour: 9, minuteOfDay: 545 });
    expect(localTime(fridayMs, 'Europe/Athens', 'en').day).toBe('Fri 21 Nov');
  });
  it('writes midnight as 00:00', () => {
    expect(localTime(Date.UTC(2025, 10, 21, 22), 'Europe/Athens', 'el')).toMatchObject({ clock: '00:00', day: 'Σάβ 22 Νοε', hour: 0 });
  });
  it('follows the change of the clocks', () => {
    expect(localTime(Date.UTC(2025, 9, 26, 0, 59), 'Europe/Athens', 'el').clock).toBe('03:59');
    expect(localTime(Date.UTC(2025, 9, 26, 1, 0), 'Europe/Athens', 'el').clock).toBe('03:00');
  });
  it('takes a zone it does not know for Athens', () => {
    expect(localTime(fridayMs, 'Moon/Tranquility', 'el').clock).toBe('09:05');
  });
});

describe('wording', () => {
  it('falls back to Greek and says so', () => {
    expect(wordingOf({ el: 'Αθήνα', en: null }, 'en')).toEqual({ text: 'Αθήνα', language: 'el' });
    expect(wordingOf({ el: 'Αθήνα', en: 'Athens' }, 'en')).toEqual({ text: 'Athens', language: 'en' });
  });
  it('never mixes an English title with a Greek body', () => {
    const base = { id: 'a', category: 'works', urgent: false, publishAt: '', expiresAt: null } as const;
    const mixed = { ...base, title: { el: 'Έργα', en: 'Works' }, body: { el: 'Αύριο.', en: null } };
    expect(announcementWording(mixed, 'en')).toEqual({ title: 'Έργα', body: 'Αύριο.', language: 'el' });
    expect(announcementWording({ ...mixed, body: null }, 'en')).toEqual({ title: 'Works', body: null, language: 'en' });
  });
  it('drops accents from Greek capitals, not from others', () => {
    expect(upperCase('Επείγον · Ασφάλεια', 'el')).toBe('ΕΠΕΙΓΟΝ · ΑΣΦΑΛΕΙΑ');
    expect(upperCase('café', 'en')).toBe('CAFÉ');
  });
});
