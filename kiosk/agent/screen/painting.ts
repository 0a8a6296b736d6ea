import type { PaintedFrame } from '@concierge/contract/kiosk/screen.ts';
import { provesPainting } from '../release/painted-proof.ts';
import { type Health, healthOf } from './health.ts';
import type { Screen } from './screen.ts';

/** The pages that show the screen, and what they say that they have painted. */
export interface Painting {
  /** Of the page as it is served now; one that was served under another number loads itself anew. */
  pageNumber(): number;
  reload(): void;
  /** `servedAs` is null for a page that does not say; the shell's own is always the present one. */
  painted(frame: PaintedFrame, servedAs?: number | null): void;
  health(): Health;
}

export function createPainting(deps: {
  screen(): Pick<Screen, 'current' | 'refresh'>;
  /** Null where the device takes no releases. */
  readonly releases: { awaitsPainting(): boolean; shown(what: 'painted'): void } | null;
  /** Null while there is no connection to tell it over. */
  reports(): { painted(frame: PaintedFrame): void; paintedSequence(): number } | null;
  monotonicMs(): number;
  random(): number;
}): Painting {
  const { releases } = deps;
  /** Where the program may have become another one, a page that was served before this start is another page, and is loaded anew. */
  const firstPageNumber = releases === null ? 0 : 1 + Math.floor(deps.random() * 1_000_000_000);
  let pageNumber = firstPageNumber;
  /** On the monotonic counter: the shell restarts a screen that stopped painting. */
  let paintedMs: number | null = null;

  return {
    pageNumber: () => pageNumber,
    reload() {
      pageNumber += 1;
      deps.screen().refresh();
    },
    painted(frame, servedAs = pageNumber) {
      // A page that an agent before this one served lives on until it has loaded itself anew. What it paints says nothing of the release that runs now.
      const isOurs = servedAs !== null && servedAs >= firstPageNumber && servedAs <= pageNumber;
      if (isOurs && releases !== null && provesPainting(frame, deps.screen().current())) {
        const wasAwaited = releases.awaitsPainting();
        releases.shown('painted');
        if (wasAwaited) deps.screen().refresh();
      }
      paintedMs = deps.monotonicMs();
      deps.reports()?.painted(frame);
    },
    health: () =>
      healthOf(deps.screen().current(), {
        paintedSequence: deps.reports()?.paintedSequence() ?? 0,
        paintedAgeMs: paintedMs === null ? null : deps.monotonicMs() - paintedMs,
      }),
  };
}
