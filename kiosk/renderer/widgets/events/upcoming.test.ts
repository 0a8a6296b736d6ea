import { describe, expect, it } from 'vitest';
import { daysUntil, upcomingEvents } from './upcoming.ts';

const event = (date: string, time: string | null) => ({ date, time, name: { el: `${date} ${time}`, en: null } });
const noon = { date: '2026-11-20', minuteOfDay: 12 * 60 };
const datesOf = (...events: ReturnType<typeof event>[]) => upcomingEvents(events, noon).map(({ date, time }) => `${date} ${time}`);

describe('upcomingEvents', () => {
  it('leaves out what is past and puts the next one first', () => {
    expect(datesOf(event('2026-12-01', null), event('2026-11-19', null), event('2026-11-21', '09:00'))).toEqual([
      '2026-11-21 09:00',
      '2026-12-01 null',
    ]);
  });
  it('keeps one of today for two hours after its hour, and a whole day without one', () => {
    expect(datesOf(event('2026-11-20', '10:00'), event('2026-11-20', '10:01'), event('2026-11-20', null))).toEqual([
      '2026-11-20 null',
      '2026-11-20 10:01',
    ]);
  });
  it('shows none while nobody knows what day it is', () => {
    expect(upcomingEvents([event('2099-01-01', null)], null)).toEqual([]);
  });
});

it('daysUntil counts calendar days over the change of the clocks', () => {
  expect([daysUntil('2026-10-26', '2026-10-24'), daysUntil('2026-03-30', '2026-03-28'), daysUntil('2026-11-20', '2026-11-20')]).toEqual([
    2, 2, 0,
  ]);
});
