import type { LobbyBridge, PaintedFrame, ScreenState } from '@concierge/contract/kiosk/screen.ts';
import { isOtherPage, readScreenState } from './read-screen-state.ts';

export const STATE_ELEMENT_ID = 'screen-state';
const EVENTS_PATH = '/screen/events';
const PAINTED_PATH = '/screen/painted';
/** The agent says every four seconds that it lives. Broken or not, a stream that is silent this long means that nobody knows whether the building has a connection. */
const AGENT_LOST_MS = 10_000;
/** The browser itself reconnects a broken stream, but gives up for good on an HTTP error; then we open a new one. */
const REOPEN_MS = { first: 1_000, most: 30_000 } as const;
const REPORT_TIMEOUT_MS = 5_000;
const KEPT_REQUEST_RECORDS = 16;

/** The bridge of a page that the agent serves on the loopback interface. */
export function createLoopbackBridge(): LobbyBridge {
  // The browser keeps a record of each request, and this page makes one for every frame, for months.
  performance.setResourceTimingBufferSize(KEPT_REQUEST_RECORDS);
  return { subscribe: subscribeToAgent, painted: createPaintReports() };
}

/** The state the agent wrote into the page, so that the first paint waits for nothing; null when there is none. */
export function inlinedState(): ScreenState | null {
  const text = document.getElementById(STATE_ELEMENT_ID)?.textContent ?? '';
  return readScreenState(text);
}

function subscribeToAgent(listener: (state: ScreenState) => void): () => void {
  let source: EventSource | null = null;
  /** What the agent said last, and when. */
  let said: { state: ScreenState; atMs: number } | null = null;
  let lost = false;
  let understood = true;
  let reopenDelayMs: number = REOPEN_MS.first;
  let reopenTimer: ReturnType<typeof setTimeout> | undefined;
  let lostTimer: ReturnType<typeof setTimeout> | undefined;

  const tell = (change: Partial<ScreenState>) => {
    if (said !== null) listener({ ...said.state, nowMs: said.state.nowMs + (performance.now() - said.atMs), ...change });
  };
  const waitForLife = () => {
    clearTimeout(lostTimer);
    lostTimer = setTimeout(() => {
      lost = true;
      tell({ link: 'offline' });
    }, AGENT_LOST_MS);
  };
  const open = () => {
    source = new EventSource(EVENTS_PATH);
    source.onopen = () => {
      reopenDelayMs = REOPEN_MS.first;
    };
    source.onmessage = (message: MessageEvent<unknown>) => {
      const text = typeof message.data === 'string' ? message.data : '';
      const state = readScreenState(text);
      understood = state !== null;
      if (state === null) {
        // Another program serves another page: what this one cannot read, that one can.
        const served = inlinedState()?.pageNumber;
        if (served !== undefined && isOtherPage(text, served)) window.location.reload();
        return;
      }
      said = { state, atMs: performance.now() };
      lost = false;
      waitForLife();
      tell({});
    };
    source.addEventListener('alive', () => {
      // An agent that says what nobody here understands is as good as none: what is shown may be over.
      if (!understood) return;
      waitForLife();
      // It hung and goes on, without anything new to say.
      if (lost) tell({});
      lost = false;
    });
    source.onerror = () => {
      if (source?.readyState !== EventSource.CLOSED) return;
      reopenTimer = setTimeout(open, reopenDelayMs);
      reopenDelayMs = Math.min(REOPEN_MS.most, reopenDelayMs * 2);
    };
  };

  const initial = inlinedState();
  if (initial !== null) {
    said = { state: initial, atMs: performance.now() };
    tell({});
  }
  open();
  waitForLife();
  return () => {
    source?.close();
    clearTimeout(reopenTimer);
    clearTimeout(lostTimer);
  };
}

/** One report at a time; of those that wait only the newest matters. A lost report is replaced by the next paint's. */
function createPaintReports(): (frame: PaintedFrame) => void {
  let sending = false;
  let waiting: PaintedFrame | null = null;
  // Whose page painted: after the agent became another program, this one proves nothing of it.
  const page = inlinedState()?.pageNumber;
  const path = page === undefined ? PAINTED_PATH : `${PAINTED_PATH}?page=${page}`;
  const send = async (frame: PaintedFrame) => {
    sending = true;
    try {
      await fetch(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(frame),
        signal: AbortSignal.timeout(REPORT_TIMEOUT_MS),
      });
    } catch {
      // The agent notices missing reports by itself; there is nobody else to tell.
    } finally {
      sending = false;
    }
    const next = waiting;
    waiting = null;
    if (next !== null) await send(next);
  };
  return (frame) => {
    if (sending) waiting = frame;
    else void send(frame);
  };
}
