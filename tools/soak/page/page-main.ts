import type { GlassAnswer } from '../kiosk/reading.ts';
import type { ClockFacts } from '../time/protocol.ts';
import { installPageClock } from './page-clock.ts';
import { installPageEvents } from './page-events.ts';
import { installPageObserver } from './page-observer.ts';

declare global {
  interface Window {
    soak: {
      goOn(facts: ClockFacts, leap: boolean): Promise<GlassAnswer>;
      /** Resolves when that many events of the agent were heard, or it takes too long. */
      hear(events: number): Promise<boolean>;
    };
  }
}

/** Of real time. A page that has lost its agent hears nothing. */
const HEAR_WITHIN_MS = 3_000;

/** React draws a large document in many small turns; the time must not go on among them. */
const SETTLE_WITHIN_MS = 5_000;
const settled = (): Promise<void> => new Promise((resolve) => requestIdleCallback(() => resolve(), { timeout: SETTLE_WITHIN_MS }));

/** Runs before the page's own first script. */
export function installSoak(start: ClockFacts): void {
  const realTimeout = window.setTimeout.bind(window);
  const clock = installPageClock(start);
  const events = installPageEvents();
  const observer = installPageObserver(clock.nowMs, realTimeout);
  window.soak = {
    async hear(wanted) {
      for (let waited = 0; waited < HEAR_WITHIN_MS && events.heard() < wanted; waited += 2) {
        await new Promise((resolve) => realTimeout(resolve, 2));
      }
      await settled();
      return events.heard() >= wanted;
    },
    async goOn(facts, leap) {
      const { fired, moved } = await clock.goOn(facts, leap);
      if (fired > 0) await settled();
      const sight = await observer.sight(moved);
      return { readings: observer.take(), ...sight, animating: clock.animating() };
    },
  };
}
