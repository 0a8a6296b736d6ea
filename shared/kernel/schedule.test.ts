import { describe, expect, it } from 'vitest';
import { localMoment } from './local-moment.ts';
import { isOn, type Schedule } from './schedule.ts';

const always: Schedule = { from: null, to: null, weekdays: [1, 2, 3, 4, 5, 6, 7], hours: null };
const inAthens = (instant: string) => localMoment(Date.parse(instant), 'Europe/Athens');

describe('localMoment', () => {
  it.each([
    ['2026-11-21T22:30:00Z', { date: '2026-11-22', weekday: 7, minuteOfDay: 30 }],
    ['2026-06-01T08:05:00Z', { date: '2026-06-01', weekday: 1, minuteOfDay: 11 * 60 + 5 }],
    // The clocks go from 03:00 to 04:00, and half a year later from 04:00 back to 03:00.
    ['2026-03-29T00:59:00Z', { date: '2026-03-29', weekday: 7, minuteOfDay: 2 * 60 + 59 }],
    ['2026-03-29T01:00:00Z', { date: '2026-03-29', weekday: 7, minuteOfDay: 4 * 60 }],
    ['2026-10-25T00:30:00Z', { date: '2026-10-25', weekday: 7, minuteOfDay: 3 * 60 + 30 }],
    ['2026-10-25T01:30:00Z', { date: '2026-10-25', weekday: 7, minuteOfDay: 3 * 60 + 30 }],
  ])('%s', (instant, moment) => expect(inAthens(instant)).toEqual(moment));

  it('takes a zone that does not exist for the one of Athens', () => {
    expect(localMoment(Date.parse('2026-06-01T08:05:00Z'), 'Nowhere/Else')).toEqual(inAthens('2026-06-01T08:05:00Z'));
  });
});

describe('isOn', () => {
  const workdays: Schedule = { ...always, weekdays: [1, 2, 3, 4, 5], hours: { from: '07:00', to: '23:00' } };
  const nights: Schedule = { ...always, weekdays: [5], hours: { from: '22:00', to: '06:00' } };
  const week: Schedule = { ...always, from: '2026-11-20', to: '2026-11-22' };
  it.each<[string, Schedule, string, boolean]>([
    ['no limit', always, '2026-11-21T12:00:00Z', true],
    ['before the hour', workdays, '2026-11-20T04:59:00Z', false],
    ['at the hour', workdays, '2026-11-20T05:00:00Z', true],
    ['the last minute', workdays, '2026-11-20T20:59:00Z', true],
    ['the end is not included', workdays, '2026-11-20T21:00:00Z', false],
    ['another weekday', workdays, '2026-11-21T12:00:00Z', false],
    ['07:00 stays 07:00 in summer', workdays, '2026-06-01T04:00:00Z', true],
    ['and is not 06:59', workdays, '2026-06-01T03:59:00Z', false],
    ['over midnight: Friday evening', nights, '2026-11-20T20:00:00Z', true],
    ['over midnight: Saturday morning belongs to Friday', nights, '2026-11-21T03:59:00Z', true],
    ['over midnight: its end', nights, '2026-11-21T04:00:00Z', false],
    ['over midnight: Friday morning belongs to Thursday', nights, '2026-11-20T01:00:00Z', false],
    ['the first day', week, '2026-11-19T22:00:00Z', true],
    ['the day before', week, '2026-11-19T21:59:00Z', false],
    ['the last minute of the last day', week, '2026-11-22T21:59:00Z', true],
    ['the day after', week, '2026-11-22T22:00:00Z', false],
    ['the last night of a stretch ends in the morning after', { ...nights, to: '2026-11-20' }, '2026-11-21T02:00:00Z', true],
    ['equal hours are a whole day, over midnight', { ...always, hours: { from: '09:00', to: '09:00' } }, '2026-11-20T01:00:00Z', true],
  ])('%s', (_name, schedule, instant, on) => expect(isOn(schedule, inAthens(instant))).toBe(on));
});
