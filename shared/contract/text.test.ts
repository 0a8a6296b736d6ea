import { describe, expect, it } from 'vitest';
import { localizedText, Uuid } from './text.ts';

describe('localizedText', () => {
  const title = localizedText(40);
  const takes = (el: string) => title.safeParse({ el, en: null }).success;
  it.each(['Καλημέρα', 'Πρώτη\nδεύτερη', 'Στήλη\tστήλη', '112', '😀'])('takes %j', (text) => {
    expect(takes(text)).toBe(true);
  });
  it.each([
    ['nothing to see', '\u200b\u200d'],
    ['blanks', '   '],
    ['a bell', 'Ωχ\u0007'],
    ['a text that turns the direction of what follows', 'Χρέος \u202e001'],
    ['an isolate that is never closed', '\u2067Αθήνα'],
  ])('refuses %s', (_what, text) => {
    expect(takes(text)).toBe(false);
  });
});

it('ids are compared in one form, however they were written', () => {
  expect(Uuid.parse('01900000-0000-7000-8000-00000000ABCD')).toBe('01900000-0000-7000-8000-00000000abcd');
});
