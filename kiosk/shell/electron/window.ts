import type { PaintedFrame, ScreenState } from '@concierge/contract/kiosk/screen.ts';
import type { BrowserWindow, BrowserWindowConstructorOptions, IpcMain, WebPreferences } from 'electron';
import type { Logger } from 'pino';
import { Frame } from '../electron-agent/messages.ts';
import { SAFE_PATH } from './protocol.ts';
import { channels } from './screen-channel.ts';
import { isFromScreen, SCREEN_ORIGIN } from './security.ts';

/** The one window of the lobby: covers the screen, and cannot be left. */
export interface LobbyWindow {
  show(): void;
  /** Takes the page's process away and begins with a new one. */
  showAgain(): void;
  showSafeScene(): void;
  send(state: ScreenState): void;
  /** What is painted, as a JPEG. */
  picture(): Promise<Buffer>;
}

const BACKGROUND = '#10151c';
const PICTURE_QUALITY = 70;
const PAGE_URL = `${SCREEN_ORIGIN}/`;

export function lobbyWindowOptions(webPreferences: WebPreferences): BrowserWindowConstructorOptions {
  return {
    title: 'New Concierge',
    kiosk: true,
    fullscreen: true,
    frame: false,
    autoHideMenuBar: true,
    skipTaskbar: true,
    alwaysOnTop: true,
    backgroundColor: BACKGROUND,
    webPreferences,
  };
}

/** Joins a window to the bridge and to the ladder. */
export function createLobbyWindow(deps: {
  window: BrowserWindow;
  ipcMain: IpcMain;
  current(): ScreenState | null;
  onPainted(frame: PaintedFrame): void;
  onCrashed(what: string): void;
  logger: Logger;
}): LobbyWindow {
  const { window, ipcMain, logger } = deps;
  const contents = window.webContents;

  contents.on('dom-ready', () => {
    contents
      .insertCSS('* { cursor: none !important }', { cssOrigin: 'user' })
      .catch((error: unknown) => logger.warn({ error }, 'the pointer could not be hidden'));
  });
  contents.on('render-process-gone', (_event, { reason }) => deps.onCrashed(`the page's process is gone: ${reason}`));
  contents.on('preload-error', (_event, _path, error) => deps.onCrashed(`the preload failed: ${error.message}`));
  contents.on('did-fail-load', (_event, code, description, _url, isMainFrame) => {
    if (isMainFrame && code !== LOAD_ABORTED) deps.onCrashed(`the page did not load: ${description}`);
  });
  window.on('unresponsive', () => deps.onCrashed('the page does not respond'));

  ipcMain.on(channels.subscribe, (event) => {
    if (!isFromScreen(event, contents)) return;
    const state = deps.current();
    if (state !== null) send(state);
  });
  ipcMain.on(channels.painted, (event, raw: unknown) => {
    if (!isFromScreen(event, contents)) return;
    const frame = Frame.safeParse(raw);
    if (frame.success) deps.onPainted(frame.data);
    else logger.warn('a report of a painted frame was refused');
  });

  function send(state: ScreenState): void {
    if (!contents.isDestroyed()) contents.send(channels.state, state);
  }

  function load(url: string): void {
    // A failure is told by did-fail-load; this promise only repeats it.
    contents.loadURL(url).catch((error: unknown) => logger.warn({ error }, 'loading ended early'));
  }

  /** A page that hangs cannot be asked to leave: any polite reload would wait for its answer. */
  function loadInNewProcess(url: string): void {
    if (!contents.isCrashed()) contents.forcefullyCrashRenderer();
    load(url);
  }

  return {
    show: () => load(PAGE_URL),
    showAgain: () => loadInNewProcess(PAGE_URL),
    showSafeScene: () => loadInNewProcess(`${SCREEN_ORIGIN}${SAFE_PATH}`),
    send,
    picture: async () => (await contents.capturePage()).toJPEG(PICTURE_QUALITY),
  };
}

/** A load that another one replaced. */
const LOAD_ABORTED = -3;
