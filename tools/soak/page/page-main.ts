import type { GlassAnswer } from '../kiosk/reading.ts';
import type { ClockFacts } from '../time/protocol.ts';
import { installPageClock } from './page-clock.ts';
import { installPageEvents } from './page-events.ts';
import { installPageObserver } from './page-observer.ts';

declare global {
  interface Window {
    soak: { goOn(facts: ClockFacts, leap: boolean): Promise<GlassAnswer> };
  }
}

/** Runs before the page's own first script. */
export function installSoak(start: ClockFacts): void {
  const realTimeout = window.setTimeout.bind(window);
  const clock = installPageClock(start);
  installPageEvents();
  const observer = installPageObserver(clock.nowMs, realTimeout);
  window.soak = {
    async goOn(facts, leap) {
      const moved = await clock.goOn(facts, leap);
      const { characters } = await observer.sight(moved);
      return { readings: observer.take(), characters, animating: clock.animating() };
    },
  };
}
