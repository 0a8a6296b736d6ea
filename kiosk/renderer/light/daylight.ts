/** How bright the screen is: a lit screen in a dark hall disturbs the people who sleep behind its wall. */
export type Daylight = 'day' | 'evening' | 'night';

/** `hour` is the hour of building time, 0 to 23; null while the time is not known, when the screen stays readable in a lit hall. */
export function daylightAt(hour: number | null): Daylight {
  if (hour === null) return 'day';
  if (hour >= 23 || hour < 6) return 'night';
  return hour >= 20 ? 'evening' : 'day';
}

export type PartOfDay = 'morning' | 'afternoon' | 'night';

/** The greeting people use at that hour. */
export function partOfDay(hour: number): PartOfDay {
  if (hour >= 5 && hour < 12) return 'morning';
  return hour >= 12 && hour < 21 ? 'afternoon' : 'night';
}

/**
 * Where the sun (by night the moon) stands in the window, as shares of its width and of its sky: it rises at the left at six, is highest at
 * one, and sets at the right at eight in the evening. `up` is 0 when half the disc is in the sea and 1 at the top. A picture of the hour,
 * not astronomy.
 */
export function sunPosition(minuteOfDay: number | null): { across: number; up: number } {
  const [riseMinute, setMinute] = [6 * 60, 20 * 60];
  if (minuteOfDay === null) return { across: 0.62, up: 0.6 };
  const night = minuteOfDay < riseMinute || minuteOfDay >= setMinute;
  const since = night ? (minuteOfDay - setMinute + 1440) % 1440 : minuteOfDay - riseMinute;
  const share = since / (night ? 1440 - (setMinute - riseMinute) : setMinute - riseMinute);
  return { across: 0.16 + 0.68 * share, up: Math.sin(Math.PI * share) };
}
