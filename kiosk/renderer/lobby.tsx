import type { LobbyBridge, ScreenState } from '@concierge/contract/kiosk/screen.ts';
import { useEffect, useMemo, useReducer } from 'react';
import { SafeBoundary } from './stage/safe-boundary.tsx';
import { Screen } from './stage/screen.tsx';
import { continueShow, nextChangeInMs, openShow, unplayableNow, type Viewport } from './stage/show.ts';

interface LobbyProps {
  readonly bridge: LobbyBridge;
  readonly initial: ScreenState;
}

/** The number of a page that came without its state: the first number it hears is its own. */
export const UNKNOWN_PAGE = -1;

/** The living screen: it listens to the agent, wakes itself when something must change, and reports every frame that was painted. */
export function Lobby({ bridge, initial }: LobbyProps) {
  const [show, happen] = useReducer(continueShow, initial, (state) => openShow(state, viewport(), performance.now()));

  useEffect(() => {
    let page = initial.pageNumber;
    return bridge.subscribe((state) => {
      if (page !== UNKNOWN_PAGE && state.pageNumber !== page) window.location.reload();
      page = state.pageNumber;
      happen({ kind: 'state', state, atMs: performance.now() });
    });
  }, [bridge, initial.pageNumber]);

  useEffect(() => {
    const resized = () => happen({ kind: 'resized', viewport: viewport(), atMs: performance.now() });
    window.addEventListener('resize', resized);
    return () => window.removeEventListener('resize', resized);
  }, []);

  // One timer for the next change there is; between changes the process sleeps.
  useEffect(() => {
    const timer = setTimeout(() => happen({ kind: 'woken', atMs: performance.now() }), nextChangeInMs(show, performance.now()) + 1);
    return () => clearTimeout(timer);
  }, [show]);

  const films = useMemo(
    () => ({
      onEnd: (sha256: string) => happen({ kind: 'film-ended', sha256, atMs: performance.now() }),
      onFault(sha256: string) {
        console.warn('a film does not play, and its scene is left out for a while', sha256);
        happen({ kind: 'film-failed', sha256, atMs: performance.now() });
      },
    }),
    [],
  );

  const { contentSequence } = show.state;
  const { scene } = show.entry;
  const unplayable = unplayableNow(show);
  return (
    // A scene that failed is tried again with the next content: the fault may have been in the old one.
    <SafeBoundary key={contentSequence} onSafe={() => afterPaint(() => bridge.painted({ contentSequence: 0, scene: 'safe' }))}>
      <Screen show={show} films={films} />
      <PaintReport onPainted={() => bridge.painted({ contentSequence, scene, ...(unplayable === 0 ? {} : { unplayable }) })} />
    </SafeBoundary>
  );
}

/** Inside the boundary, so that a screen which failed to paint is never reported as painted. Every render of it is a commit to report. */
function PaintReport({ onPainted }: { readonly onPainted: () => void }) {
  useEffect(() => afterPaint(onPainted));
  return null;
}

/** The second frame begins when the first has been handed to the screen. */
function afterPaint(report: () => void): () => void {
  let frame = requestAnimationFrame(() => {
    frame = requestAnimationFrame(report);
  });
  return () => cancelAnimationFrame(frame);
}

function viewport(): Viewport {
  return { widthPx: window.innerWidth, heightPx: window.innerHeight };
}
