/** A moment as the wall clock of a place tells it. */
export interface LocalMoment {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  /** 1 is Monday, 7 is Sunday (ISO 8601). */
  readonly weekday: number;
  /** Minutes since midnight as the clock on the wall counts them: on the days the clocks change some come twice or not at all. */
  readonly minuteOfDay: number;
}

/** When something is on: every day, on some weekdays, between two hours, between two dates. Told in the wall clock of a place, so that 07:00 stays 07:00 when the clocks change. */
export interface Schedule {
  /** First day, `YYYY-MM-DD`; null for ever since. */
  readonly from: string | null;
  /** Last day, itself included; null for ever. */
  readonly to: string | null;
  /** 1 is Monday, 7 is Sunday; at least one. */
  readonly weekdays: readonly number[];
  /** `HH:MM`, the second not included. An end before its beginning is on the next day, and belongs to the day it began on. Null for the whole day. */
  readonly hours: { readonly from: string; readonly to: string } | null;
}

/** Whether it is on at that moment. */
export function isOn(schedule: Schedule, { date, weekday, minuteOfDay }: LocalMoment): boolean {
  const { hours } = schedule;
  if (hours === null) return isDay(schedule, date, weekday);
  const from = minuteOf(hours.from);
  const to = minuteOf(hours.to);
  if (from < to) return isDay(schedule, date, weekday) && minuteOfDay >= from && minuteOfDay < to;
  if (minuteOfDay >= from) return isDay(schedule, date, weekday);
  return minuteOfDay < to && isDay(schedule, dayBefore(date), weekday === 1 ? 7 : weekday - 1);
}

function isDay({ from, to, weekdays }: Schedule, date: string, weekday: number): boolean {
  return weekdays.includes(weekday) && (from === null || from <= date) && (to === null || date <= to);
}

function minuteOf(hour: string): number {
  return Number(hour.slice(0, 2)) * 60 + Number(hour.slice(3, 5));
}

function dayBefore(date: string): string {
  return new Date(Date.parse(`${date}T12:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}
