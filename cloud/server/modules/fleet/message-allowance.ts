const HOUR_MS = 3_600_000;

/**
 * How often a device is heard: an hour's messages at once, then evenly, one for each that an hour has. Whoever says more is heard less often, but never for long not at all.
 */
export function messageAllowance(perHour: number, nowMs: () => number): (deviceId: string) => boolean {
  /** Until when what was heard counts: a message each adds its share of an hour. */
  let busyUntil = new Map<string, number>();
  let lookedThroughMs = 0;
  return (deviceId) => {
    const now = nowMs();
    if (now - lookedThroughMs > HOUR_MS) {
      busyUntil = new Map([...busyUntil].filter(([, untilMs]) => untilMs > now));
      lookedThroughMs = now;
    }
    const untilMs = Math.max(now, busyUntil.get(deviceId) ?? 0) + HOUR_MS / perHour;
    if (untilMs > now + HOUR_MS) return false;
    busyUntil.set(deviceId, untilMs);
    return true;
  };
}
