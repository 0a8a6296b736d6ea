import { GLASS_LAG_MS, type Invariant, type Tolerance } from './invariant.ts';

const athens = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/Athens',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
  day: 'numeric',
});

/** The time of day and the day, when the header says them, are those of Athens. */
export function clockRight(tolerance: () => Tolerance): Invariant {
  return {
    name: 'clock right',
    rule: 'The time and the day in the header are those of Athens at the true time, or there are none.',
    graceMs: GLASS_LAG_MS,
    see({ reading, trueMs }) {
      const { clock, day } = reading;
      if (clock === null) return [];
      const { clockErrorMs } = tolerance();
      const fromMs = trueMs - clockErrorMs - GLASS_LAG_MS;
      const right = new Set<string>();
      for (let atMs = fromMs; atMs < trueMs + clockErrorMs + GLASS_LAG_MS; atMs += 15_000) right.add(faceAt(atMs));
      right.add(faceAt(trueMs + clockErrorMs + GLASS_LAG_MS));
      const shown = `${/\d{1,2}/.exec(day ?? '')?.[0] ?? '?'}, ${clock}`;
      return right.has(shown) ? [] : [{ key: 'clock', says: `the header says ${shown}; in Athens it is ${faceAt(trueMs)}` }];
    },
  };
}

/** `28, 04:05`: the day of the month and the time. */
export function faceAt(timeMs: number): string {
  const parts = athens.formatToParts(timeMs);
  const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? '';
  return `${part('day')}, ${part('hour')}:${part('minute')}`;
}
