import type { LobbyBridge, PaintedFrame, ScreenState } from '@concierge/contract/kiosk/screen.ts';
import { contextBridge, ipcRenderer } from 'electron';
import { channels } from './screen-channel.ts';

// Runs sandboxed beside the page, so it is one small CommonJS file (kiosk/shell/build.ts) and checks by hand: a schema library would be most
// of its size. The page sees exactly the two functions of LobbyBridge, and nothing of Electron (security checklist, item 20).

const MAX_LISTENERS = 8;

const listeners = new Set<(state: ScreenState) => void>();
let last: ScreenState | null = null;

ipcRenderer.on(channels.state, (_event, state: unknown) => {
  if (!isScreenState(state)) return;
  last = state;
  for (const listener of listeners) listener(state);
});

const bridge: LobbyBridge = {
  subscribe(listener) {
    if (typeof listener !== 'function') throw new TypeError('subscribe takes a function');
    if (listeners.size >= MAX_LISTENERS) throw new RangeError(`at most ${MAX_LISTENERS} listeners`);
    // Wrapped, so that the same function may subscribe twice and each stop ends one of them.
    const listen = (state: ScreenState): void => listener(state);
    listeners.add(listen);
    if (last === null) ipcRenderer.send(channels.subscribe);
    else listen(last);
    return () => {
      listeners.delete(listen);
    };
  },
  painted(frame) {
    if (!isPaintedFrame(frame)) throw new TypeError('painted takes { contentSequence, scene, unplayable? }');
    const { contentSequence, scene, unplayable } = frame;
    ipcRenderer.send(channels.painted, { contentSequence, scene, ...(unplayable === undefined ? {} : { unplayable }) });
  },
};

contextBridge.exposeInMainWorld('lobbyBridge', bridge);

function isPaintedFrame(value: unknown): value is PaintedFrame {
  return (
    isRecord(value) &&
    Object.keys(value).every((name) => ['contentSequence', 'scene', 'unplayable'].includes(name)) &&
    isCount(value['contentSequence']) &&
    (value['unplayable'] === undefined || isCount(value['unplayable'])) &&
    typeof value['scene'] === 'string' &&
    value['scene'].length >= 1 &&
    value['scene'].length <= 40
  );
}

/** Main has held it against the strict schema; here only what is not a state at all is kept from the page. */
function isScreenState(value: unknown): value is ScreenState {
  return isRecord(value) && typeof value['phase'] === 'string' && Number.isFinite(value['nowMs']) && isRecord(value['display']);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
