import { LiveEvent } from '@concierge/contract/http/live.ts';

export type LiveState = 'connecting' | 'live' | 'offline';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** A page nobody looks at gives its connection back: browsers share six between all tabs of a site. */
const HIDDEN_MS = 60_000;

export interface EventStream {
  addEventListener(type: 'open' | 'error' | 'change' | 'resync', listener: (event: Event) => void): void;
  close(): void;
}

export interface LiveConnectionDeps {
  open(): EventStream;
  /** Renews the session if that is what ended the stream. The stream itself cannot say why it was refused. */
  checkSession(): Promise<unknown>;
  onChange(event: LiveEvent): void;
  /** Anything may have changed since the last event. */
  onResync(): void;
  onState(state: LiveState): void;
  /** 0 to 1, spreads the reconnects of many screens. */
  random(): number;
  after(durationMs: number, work: () => void): () => void;
}

export interface LiveConnection {
  start(): void;
  stop(): void;
  setVisible(visible: boolean): void;
}

/**
 * INVARIANTS
 * 1. At most one stream is open, and nothing of a closed one is listened to.
 * 2. After every gap `onResync` runs before any later `onChange`.
 */
export function createLiveConnection(deps: LiveConnectionDeps): LiveConnection {
  let stream: EventStream | null = null;
  let cancelTimer: (() => void) | null = null;
  let failures = 0;
  let running = false;

  function connect(): void {
    clearTimer();
    if (!running || stream !== null) return;
    deps.onState(failures === 0 ? 'connecting' : 'offline');
    const opened = deps.open();
    stream = opened;
    const mine = (work: (event: Event) => void) => (event: Event) => {
      if (stream === opened) work(event);
    };
    opened.addEventListener(
      'resync',
      mine(() => {
        failures = 0;
        deps.onState('live');
        deps.onResync();
      }),
    );
    opened.addEventListener(
      'change',
      mine((event) => {
        const change = LiveEvent.safeParse(dataOf(event));
        if (change.success) deps.onChange(change.data);
      }),
    );
    opened.addEventListener('error', mine(lost));
  }

  /** The browser's own retry gives up at the first refusal, so every loss is taken up here. */
  function lost(): void {
    disconnect();
    failures += 1;
    deps.onState('offline');
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));
    cancelTimer = deps.after(longest * (0.5 + deps.random() / 2), () => {
      cancelTimer = null;
      deps.checkSession().then(connect, () => {
        if (running && stream === null && cancelTimer === null) lost();
      });
    });
  }

  function disconnect(): void {
    stream?.close();
    stream = null;
  }

  function clearTimer(): void {
    cancelTimer?.();
    cancelTimer = null;
  }

  return {
    start() {
      running = true;
      connect();
    },
    stop() {
      running = false;
      clearTimer();
      disconnect();
    },
    setVisible(visible) {
      if (!running) return;
      if (!visible) {
        // While a reconnect is due there is no stream to give back.
        if (stream !== null) {
          clearTimer();
          cancelTimer = deps.after(HIDDEN_MS, () => {
            cancelTimer = null;
            disconnect();
          });
        }
      } else {
        clearTimer();
        connect();
      }
    },
  };
}

function dataOf(event: Event): unknown {
  try {
    return event instanceof MessageEvent ? JSON.parse(String(event.data)) : undefined;
  } catch {
    return undefined;
  }
}
