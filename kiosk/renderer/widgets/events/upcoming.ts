import type { WidgetFacts } from '../facts.ts';
import type { EventsSettings } from './schema.ts';

type Event = EventsSettings['events'][number];

/** Those that are still to come, the next one first. One of today with an hour is over when its hour is two hours past; without an hour it lasts the day. Unknown time: none. */
export function upcomingEvents(events: readonly Event[], moment: WidgetFacts['moment']): readonly Event[] {
  if (moment === null) return [];
  return events
    .filter(
      ({ date, time }) =>
        date > moment.date || (date === moment.date && (time === null || minuteOf(time) + LASTS_MINUTES > moment.minuteOfDay)),
    )
    .toSorted((first, second) => keyOf(first).localeCompare(keyOf(second), 'en'));
}

/** How many days from one calendar date to another. */
export function daysUntil(date: string, today: string): number {
  return Math.round((Date.parse(`${date}T12:00:00Z`) - Date.parse(`${today}T12:00:00Z`)) / 86_400_000);
}

const LASTS_MINUTES = 120;

function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

function keyOf({ date, time }: Event): string {
  return `${date} ${time ?? ''}`;
}
