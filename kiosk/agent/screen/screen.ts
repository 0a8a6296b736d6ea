import type { ScreenQr, ScreenState } from '@concierge/contract/kiosk/screen.ts';
import type { QrBatchClaims } from '@concierge/contract/mqtt/qr-batch.ts';
import { composeScreen, nextChangeMs, type ScreenFacts } from './compose.ts';
import { qrAt, SLOT_MS, slotAt } from './qr.ts';

/** The one state the renderer shows, with everybody who watches it. */
export interface Screen {
  current(): ScreenState;
  /** Calls back with the current state at once and after every change; returns the way to stop. */
  subscribe(listener: (state: ScreenState) => void): () => void;
  /** Composes again; listeners hear of it only when something but the time changed. */
  refresh(): void;
  stop(): void;
}

export type ScreenInputs = Omit<ScreenFacts, 'qr'> & {
  readonly qrBatch: QrBatchClaims | null;
  /** A code is shown only by a clock that knows how far off it may be. */
  readonly clockBounded: boolean;
};

/** However far the next known moment is, the state is looked at again after this: the clock may have been moved. */
const LONGEST_WAIT_MS = 60_000;

export function createScreen(deps: { inputs(): ScreenInputs }): Screen {
  const listeners = new Set<(state: ScreenState) => void>();
  let code: { batch: QrBatchClaims; slot: number; qr: ScreenQr | null } | null = null;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let state = composeScreen({ ...deps.inputs(), qr: null });
  let told = fingerprint(state);

  function refresh(): void {
    if (stopped) return;
    const inputs = deps.inputs();
    const facts: ScreenFacts = { ...inputs, qr: codeFor(inputs) };
    state = composeScreen(facts);
    wakeAt(facts, inputs.qrBatch !== null && inputs.clockBounded);
    const now = fingerprint(state);
    if (now === told) return;
    told = now;
    for (const listener of listeners) listener(state);
  }

  /** Drawing takes milliseconds, so it is done once for each slot. */
  function codeFor({ qrBatch, clockBounded, nowMs }: ScreenInputs): ScreenQr | null {
    if (qrBatch === null || !clockBounded) return null;
    const slot = slotAt(nowMs);
    if (code?.batch !== qrBatch || code.slot !== slot) code = { batch: qrBatch, slot, qr: qrAt(qrBatch, nowMs) };
    return code.qr;
  }

  function wakeAt(facts: ScreenFacts, slots: boolean): void {
    clearTimeout(timer);
    const slotEndMs = slots ? (slotAt(facts.nowMs) + 1) * SLOT_MS : Number.POSITIVE_INFINITY;
    const momentMs = Math.min(slotEndMs, nextChangeMs(facts) ?? Number.POSITIVE_INFINITY);
    timer = setTimeout(refresh, Math.min(LONGEST_WAIT_MS, Math.max(1, momentMs - facts.nowMs))).unref();
  }

  return {
    current: () => ({ ...state, nowMs: deps.inputs().nowMs }),
    subscribe(listener) {
      listeners.add(listener);
      listener({ ...state, nowMs: deps.inputs().nowMs });
      return () => listeners.delete(listener);
    },
    refresh,
    stop() {
      stopped = true;
      clearTimeout(timer);
      listeners.clear();
    },
  };
}

/** What makes two states different to a viewer: all but the time. */
function fingerprint({ nowMs: _time, ...rest }: ScreenState): string {
  return JSON.stringify(rest);
}
