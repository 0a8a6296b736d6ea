import { describe, expect, it } from 'vitest';
import { faultOfText, faultWords, ruleOfDay, ruleOfSchedule } from './fault-words.ts';

describe('what is said of a field', () => {
  it('is the rule it breaks, or the words of whoever refused it', () => {
    const faults = new Map([
      ['a.number', null],
      ['a.media', 'Λείπει.'],
    ]);
    expect(faultWords(faults, 'Μόνο ψηφία.', 'a.number')).toBe('Μόνο ψηφία.');
    expect(faultWords(faults, 'Επιλέξτε.', 'a.other', 'a.media')).toBe('Λείπει.');
    expect(faultWords(faults, 'Επιλέξτε.', 'a.other')).toBeUndefined();
  });
  it('is of a day that it comes too early, or that there is none', () => {
    expect(ruleOfDay('2026-03-01')).toBe('widget.faults.lastDay');
    expect([ruleOfDay(''), ruleOfDay('12026-03-01'), ruleOfDay(null)]).toEqual(Array(3).fill('widget.faults.day'));
  });
  it('is of a schedule the rule of the field', () => {
    const days = { from: '2026-03-02', to: '2026-03-01', hours: null };
    expect(ruleOfSchedule('weekdays', days)).toBe('widget.faults.weekdays');
    expect(ruleOfSchedule('to', days)).toBe('widget.faults.lastDay');
    expect(ruleOfSchedule('hours', { ...days, hours: { from: '07:00', to: '' } })).toBe('widget.faults.bothHours');
    expect(ruleOfSchedule('hours.to', { ...days, hours: { from: '07:00', to: '7' } })).toBe('widget.faults.time');
  });
  it('is of a text that it is missing, hides something, or is too long', () => {
    expect([faultOfText(' '), faultOfText(null), faultOfText('α\u202e'), faultOfText('α'.repeat(90))]).toEqual([
      'required',
      'required',
      'format',
      'tooLong',
    ]);
  });
});
