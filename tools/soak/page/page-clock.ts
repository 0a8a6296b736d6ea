import { fakedDate } from '../time/faked-date.ts';
import type { ClockFacts } from '../time/protocol.ts';
import { createVirtualTimers } from '../time/virtual-timers.ts';

/** The clocks of the lobby's page, in place of the browser's: its Date, its counter, its timers, and how far its animations are. Frames are painted in real time. */
export interface PageClock {
  nowMs(): number;
  /** Returns how many timers fired, and whether an animation was moved. */
  goOn(facts: ClockFacts, leap: boolean): Promise<{ fired: number; moved: boolean }>;
  /** Whether something moves at this time. */
  animating(): boolean;
}

type Handler = (...given: unknown[]) => void;

export function installPageClock(start: ClockFacts): PageClock {
  let facts = start;
  const channel = new MessageChannel();
  const turns: (() => void)[] = [];
  channel.port1.onmessage = () => turns.shift()?.();
  const oneTurn = (): Promise<void> =>
    new Promise((resolve) => {
      turns.push(resolve);
      channel.port2.postMessage(0);
    });
  /** React works in a turn of its own, and its effects, which set the next timer, in another. */
  const turn = async (): Promise<void> => {
    for (let count = 0; count < 3; count += 1) await oneTurn();
  };
  const virtual = createVirtualTimers(start.monotonicMs, (error) => reportError(error));
  const animationsSince = new WeakMap<Animation, number>();

  window.Date = fakedDate(Date, () => virtual.nowMs() + facts.wallOffsetMs);
  performance.now = () => virtual.nowMs() - start.monotonicMs;
  const setTimer =
    (repeated: boolean) =>
    (handler: Handler, delayMs = 0, ...given: unknown[]): number =>
      virtual.add(() => handler(...given), delayMs, repeated ? delayMs : null);
  const clearTimer = (id: number | undefined): void => {
    if (id !== undefined) virtual.remove(id);
  };
  Object.assign(window, { setTimeout: setTimer(false), setInterval: setTimer(true), clearTimeout: clearTimer, clearInterval: clearTimer });

  // Paused from their beginning. One that has begun to run and is paused then costs Chromium 750 bytes that it never gives back (156, with `steps`), which no screen does: there
  // each runs to its end.
  const still = new CSSStyleSheet();
  still.replaceSync('*, ::before, ::after { animation-play-state: paused !important }');
  document.adoptedStyleSheets = [still];

  /** A cross-fade of four tenths of a second takes that long by the page's own clock, whatever the machine's says. */
  function moveAnimations(): boolean {
    const animations = document.getAnimations();
    for (const animation of animations) {
      const since = animationsSince.get(animation);
      if (since === undefined) {
        animationsSince.set(animation, virtual.nowMs());
        continue;
      }
      const passedMs = virtual.nowMs() - since;
      const endMs = Number(animation.effect?.getComputedTiming().endTime ?? 0);
      if (passedMs >= endMs) animation.finish();
      else animation.currentTime = passedMs;
    }
    return animations.length > 0;
  }

  return {
    nowMs: () => virtual.nowMs(),
    async goOn(next, leap) {
      facts = next;
      const run = leap ? virtual.leapTo : virtual.runUntil;
      const fired = await run(next.monotonicMs, turn);
      return { fired, moved: moveAnimations() };
    },
    animating: () => document.getAnimations().some((animation) => animation.playState !== 'finished'),
  };
}
