import type { LobbyBridge } from '@concierge/contract/kiosk/screen.ts';
import { createLoopbackBridge } from './loopback-bridge.ts';

declare global {
  interface Window {
    /** Put there by Electron's preload. */
    readonly lobbyBridge?: LobbyBridge;
  }
}

/** Electron's preload brings a bridge of its own; on a plain page we talk to the agent that served it. */
export function chooseBridge(): LobbyBridge {
  return window.lobbyBridge ?? createLoopbackBridge();
}
