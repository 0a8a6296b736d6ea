const HOUR_MS = 3_600_000;
/** How many devices are remembered; beyond that the one remembered longest begins anew. */
const MOST_DEVICES = 100_000;

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
    const before = busyUntil.get(deviceId) ?? 0;
    // More than an hour ahead is never noted: the clock went back, and nobody is to be unheard for that.
    const untilMs = (before > now + HOUR_MS ? now : Math.max(now, before)) + HOUR_MS / perHour;
    if (untilMs > now + HOUR_MS) return false;
    if (busyUntil.size >= MOST_DEVICES && !busyUntil.has(deviceId)) {
      const [oldest = ''] = busyUntil.keys();
      busyUntil.delete(oldest);
    }
    busyUntil.set(deviceId, untilMs);
    return true;
  };
}
