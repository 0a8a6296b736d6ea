import { createHash } from 'node:crypto';
import type { App, CustomScheme, IpcMainEvent, Session, WebContents, WebPreferences } from 'electron';
import { safePage } from '../safe-page.ts';

/**
 * Electron's security checklist, all twenty items, and where each is kept. The test beside this file has one case for each number.
 *
 *  1 Only secure content is loaded            the page comes from `lobby://`, out of our own package; nothing else loads at all (lockSession)
 *  2 No Node in the page                      webPreferences: a flaw in the page must not become a flaw in the machine
 *  3 Context isolation                        webPreferences: the page cannot reach into the preload's world
 *  4 Process sandbox                          webPreferences and app.enableSandbox: the kernel holds what JavaScript might break
 *  5 Permissions                              lockSession: a lobby screen needs no camera, no place, no device; every request is denied
 *  6 webSecurity stays on                     webPreferences: same-origin rules are the floor under all others
 *  7 Content security policy                  contentSecurityPolicy: the renderer's own, without any connection; set by our protocol
 *  8 No insecure content                      webPreferences: there is no network content, and never over plain HTTP
 *  9 No experimental features                 webPreferences: unfinished code has unfinished security
 * 10 No enableBlinkFeatures                   webPreferences: the same; it is not set
 * 11 No allowpopups                           webviews do not exist here (webviewTag: false)
 * 12 Webview options verified                 lockContents: attaching one is prevented, whatever its options
 * 13 Navigation denied                        lockContents: the page is loaded by us and never goes anywhere
 * 14 New windows denied                       lockContents: one screen, one window
 * 15 No shell.openExternal                    it is imported nowhere; a test reads the sources
 * 16 Current Electron                         pinned exactly, in one place with electron-builder.yml; a test compares
 * 17 Sender of each message checked           isFromScreen: only the top frame of our window, showing our page
 * 18 No file: protocol                        our own scheme, served from memory (protocol.ts); file: is cancelled like all else
 * 19 Fuses                                    electron-builder.yml: no Node mode, no inspector, only the packed application
 * 20 No Electron API for the page             preload.ts hands over LobbyBridge and nothing more
 *
 * Beyond the list: certificate errors refused, no DNS for the page, no downloads, no spell checker, no keyboard, no devtools once packaged.
 */

export const SCREEN_SCHEME = 'lobby';
export const SCREEN_ORIGIN = `${SCREEN_SCHEME}://screen`;

/** `standard` gives the page an origin and relative URLs, `secure` a secure context; it may bypass nothing and register nothing. */
export const screenScheme: CustomScheme = {
  scheme: SCREEN_SCHEME,
  privileges: {
    standard: true,
    secure: true,
    codeCache: true,
    bypassCSP: false,
    allowServiceWorkers: false,
    supportFetchAPI: false,
    corsEnabled: false,
    // A film comes in pieces.
    stream: true,
  },
};

export function isScreenUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, host, username, password } = new URL(text);
  return `${protocol}//${host}` === SCREEN_ORIGIN && username === '' && password === '';
}

export function secureWebPreferences(options: { preload: string; session: Session; packaged: boolean }): WebPreferences {
  return {
    preload: options.preload,
    session: options.session,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    contextIsolation: true,
    sandbox: true,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    plugins: false,
    navigateOnDragDrop: false,
    disableDialogs: true,
    spellcheck: false,
    devTools: !options.packaged,
    // A kiosk has nothing to be in the background of; a throttled page would look sick to the ladder.
    backgroundThrottling: false,
  };
}

/** The policy the renderer was built for, but for connections: in this shell even the agent is reached over the bridge. */
export function contentSecurityPolicy(rendererPolicy: string): string {
  const directives = rendererPolicy
    .split(';')
    .map((directive) => directive.trim())
    .filter((directive) => directive !== '' && !directive.startsWith('connect-src'));
  if (!directives.includes("default-src 'none'")) throw new Error("the renderer's policy must begin by allowing nothing");
  return [...directives, "connect-src 'none'"].join('; ');
}

const safeStyle = /<style>([\s\S]*?)<\/style>/.exec(safePage)?.[1] ?? '';
export const safePagePolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(safeStyle).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** Before the application is ready: what can no longer be set afterwards. */
export function lockApp(app: App): void {
  app.enableSandbox();
  // No name resolves and no proxy is asked for the page, whatever it tries; the agent is a process of its own and unaffected.
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');
  app.commandLine.appendSwitch('no-proxy-server');
  app.commandLine.appendSwitch('disable-background-networking');
  app.commandLine.appendSwitch('force-webrtc-ip-handling-policy', 'disable_non_proxied_udp');
  app.on('session-created', lockSession);
  app.on('web-contents-created', (_event, contents) => lockContents(contents));
  app.on('certificate-error', (event, _contents, _url, _error, _certificate, callback) => {
    event.preventDefault();
    callback(false);
  });
  app.on('select-client-certificate', (event, _contents, _url, _list, callback) => {
    event.preventDefault();
    callback();
  });
}

/** -2: the certificate is refused. */
const CERTIFICATE_REFUSED = -2;

export function lockSession(session: Session): void {
  session.webRequest.onBeforeRequest((details, callback) => callback({ cancel: !isScreenUrl(details.url) }));
  session.setPermissionRequestHandler((_contents, _permission, callback) => callback(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, callback) => callback(null));
  session.setCertificateVerifyProc((_request, callback) => callback(CERTIFICATE_REFUSED));
  session.setSpellCheckerEnabled(false);
  session.on('will-download', (event) => event.preventDefault());
}

export function lockContents(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  // Whoever plugs a keyboard into a lobby screen gets no zoom, no reload and no way out.
  contents.on('before-input-event', (event) => event.preventDefault());
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
}

/** Whether a message comes from the top frame of this window while it shows our page; a frame that is gone is nobody. */
export function isFromScreen(event: Pick<IpcMainEvent, 'sender' | 'senderFrame'>, contents: WebContents): boolean {
  const { sender, senderFrame } = event;
  return sender === contents && senderFrame !== null && senderFrame === contents.mainFrame && isScreenUrl(senderFrame.url);
}
