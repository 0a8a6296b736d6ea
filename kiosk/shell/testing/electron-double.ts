import { EventEmitter } from 'node:events';

/**
 * Stands in for the `electron` module where there is no Electron binary: records what the shell asks for and lets a test raise what Electron
 * would. A method that it lacks throws, so the shell cannot call one unseen.
 */

type Listener = (...values: unknown[]) => unknown;

/** What was recorded, by name, in order. */
export const calls: { name: string; values: readonly unknown[] }[] = [];
const record =
  (name: string) =>
  (...values: unknown[]): void => {
    calls.push({ name, values });
  };
export const callsOf = (name: string): (readonly unknown[])[] => calls.filter((call) => call.name === name).map(({ values }) => values);

let becomeReady: () => void = () => undefined;
const ready = new Promise<void>((resolve) => {
  becomeReady = resolve;
});

class App extends EventEmitter {
  isPackaged = false;
  lock = true;
  userData = '';
  commandLine = { appendSwitch: record('appendSwitch') };
  enableSandbox = record('enableSandbox');
  relaunch = record('relaunch');
  exit = record('exit');
  requestSingleInstanceLock = () => this.lock;
  getPath = (_name: string) => this.userData;
  whenReady = () => ready;
}
export const app = new App();

export async function electronIsReady(): Promise<void> {
  app.emit('session-created', session.defaultSession);
  becomeReady();
  await new Promise((resolve) => setImmediate(resolve));
}

class Session extends EventEmitter {
  readonly name: string;
  beforeRequest: ((details: { url: string }, callback: (answer: { cancel: boolean }) => void) => void) | null = null;
  permissionRequest: Listener | null = null;
  permissionCheck: Listener | null = null;
  devicePermission: Listener | null = null;
  displayMedia: Listener | null = null;
  certificateVerify: Listener | null = null;
  spellChecker = true;
  handlers = new Map<string, (request: Request) => Response | Promise<Response>>();
  webRequest = {
    onBeforeRequest: (listener: NonNullable<Session['beforeRequest']>) => {
      this.beforeRequest = listener;
    },
  };
  protocol = { handle: (scheme: string, handler: (request: Request) => Response) => void this.handlers.set(scheme, handler) };
  constructor(name: string) {
    super();
    this.name = name;
  }
  setPermissionRequestHandler(handler: Listener) {
    this.permissionRequest = handler;
  }
  setPermissionCheckHandler(handler: Listener) {
    this.permissionCheck = handler;
  }
  setDevicePermissionHandler(handler: Listener) {
    this.devicePermission = handler;
  }
  setDisplayMediaRequestHandler(handler: Listener) {
    this.displayMedia = handler;
  }
  setCertificateVerifyProc(handler: Listener) {
    this.certificateVerify = handler;
  }
  setSpellCheckerEnabled(enabled: boolean) {
    this.spellChecker = enabled;
  }
}

export type { Session as SessionDouble };

export const sessions: Session[] = [];
export const session = {
  defaultSession: new Session('default'),
  fromPartition(name: string) {
    const made = new Session(name);
    sessions.push(made);
    app.emit('session-created', made);
    return made;
  },
};

class Contents extends EventEmitter {
  mainFrame = { url: 'lobby://screen/' };
  windowOpen: Listener | null = null;
  crashed = false;
  readonly sent: (readonly [string, unknown])[] = [];
  readonly loaded: string[] = [];
  setWindowOpenHandler(handler: Listener) {
    this.windowOpen = handler;
  }
  setWebRTCIPHandlingPolicy = record('setWebRTCIPHandlingPolicy');
  insertCSS(css: string) {
    record('insertCSS')(css);
    return Promise.resolve('');
  }
  loadURL(url: string) {
    this.loaded.push(url);
    this.crashed = false;
    return Promise.resolve();
  }
  send(channel: string, value: unknown) {
    this.sent.push([channel, value]);
  }
  capturePage() {
    return Promise.resolve({ toJPEG: (quality: number) => Buffer.from(`a picture of quality ${quality}`) });
  }
  isDestroyed = () => false;
  isCrashed = () => this.crashed;
  forcefullyCrashRenderer() {
    record('forcefullyCrashRenderer')();
    this.crashed = true;
    this.emit('render-process-gone', {}, { reason: 'killed' });
  }
}

export const windows: BrowserWindow[] = [];
export class BrowserWindow extends EventEmitter {
  readonly options: Record<string, unknown> & { webPreferences?: Record<string, unknown> };
  readonly webContents = new Contents();
  constructor(options: BrowserWindow['options']) {
    super();
    this.options = options;
    windows.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }
}

export const children: UtilityChild[] = [];
export class UtilityChild extends EventEmitter {
  readonly posted: unknown[] = [];
  /** A real process, where the test gives one; it does not hear what is posted. */
  pid: number | undefined = undefined;
  postMessage(message: unknown) {
    this.posted.push(message);
    if (this.pid === undefined && JSON.stringify(message) === '{"kind":"stop"}') setImmediate(() => this.emit('exit', 0));
  }
}
export const utilityProcess = {
  fork(...values: unknown[]) {
    record('fork')(...values);
    const child = new UtilityChild();
    children.push(child);
    return child;
  },
};

export const ipcMain = new EventEmitter();
export const Menu = { setApplicationMenu: record('setApplicationMenu') };
export const powerSaveBlocker = { start: record('powerSaveBlocker') };
export const protocol = { registerSchemesAsPrivileged: record('registerSchemesAsPrivileged') };
