import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { readBuilderConfiguration } from '../testing/builder-configuration.ts';
import * as double from '../testing/electron-double.ts';
import { startBuiltShell, theOnly } from '../testing/electron-shell.ts';
import { aScreenState } from '../testing/screen-states.ts';

vi.mock('electron', () => import('../testing/electron-double.ts'));

// The built main process runs here, whole, against a double of Electron. Each numbered case is an item of Electron's security checklist.

let shell: Awaited<ReturnType<typeof startBuiltShell>>;

beforeAll(async () => {
  vi.stubEnv('CONCIERGE_LOG_LEVEL', 'silent');
  shell = await startBuiltShell();
}, 30_000);

afterAll(() => {
  shell.stop();
  vi.unstubAllEnvs();
});

const theWindow = () => theOnly(double.windows);
const contents = () => theWindow().webContents;
const screenSession = () => theOnly(double.sessions);
const preferences = () => theWindow().options.webPreferences ?? {};

/** Whether a request may go out, in each session there is. */
function isCancelled(url: string): boolean[] {
  return [screenSession(), double.session.defaultSession].map((session) => {
    let answer: { cancel: boolean } | null = null;
    if (session.beforeRequest === null) throw new Error('nobody looks at requests');
    session.beforeRequest({ url }, (given) => {
      answer = given;
    });
    return JSON.stringify(answer) === '{"cancel":true}';
  });
}

/** Whether the handlers of an event prevent what Electron would do. */
function isPrevented(emitter: { emit(name: string, ...values: unknown[]): boolean }, name: string, ...values: unknown[]): boolean {
  const event = { prevented: false, preventDefault: () => void (event.prevented = true) };
  emitter.emit(name, event, ...values);
  return event.prevented;
}

async function fetched(url: string, method = 'GET'): Promise<Response> {
  const handler = screenSession().handlers.get('lobby');
  if (handler === undefined) throw new Error('the protocol is not handled');
  return handler(new Request(url, { method }));
}

describe("Electron's security checklist", () => {
  it('1: only secure content is loaded, out of the own package', () => {
    expect(contents().loaded).toEqual(['lobby://screen/']);
    for (const url of [
      'https://example.org/',
      'http://127.0.0.1:8090/',
      'ws://example.org/',
      'wss://example.org/x',
      'lobby://elsewhere/',
      'lobby://screen.example.org/',
      'lobby://user@screen/',
      'data:text/html,x',
      'blob:lobby://screen/x',
      'javascript:0',
      'not a url',
    ])
      expect(isCancelled(url), url).toEqual([true, true]);
    for (const url of ['lobby://screen/', 'lobby://screen/assets/index.js']) expect(isCancelled(url), url).toEqual([false, false]);
  });

  it('2: no Node in the page, its workers or its frames', () => {
    expect(preferences()).toMatchObject({ nodeIntegration: false, nodeIntegrationInWorker: false, nodeIntegrationInSubFrames: false });
  });

  it('3: the preload has a world of its own', () => {
    expect(preferences()).toMatchObject({ contextIsolation: true });
  });

  it('4: every process is sandboxed', () => {
    expect(preferences()).toMatchObject({ sandbox: true });
    expect(double.callsOf('enableSandbox')).toHaveLength(1);
  });

  it('5: every permission is denied, in every session', () => {
    for (const session of [screenSession(), double.session.defaultSession]) {
      for (const permission of ['media', 'geolocation', 'notifications', 'fullscreen', 'unknown']) {
        const granted = vi.fn();
        session.permissionRequest?.(contents(), permission, granted);
        expect(granted.mock.calls, permission).toEqual([[false]]);
        expect(session.permissionCheck?.(contents(), permission, 'lobby://screen')).toBe(false);
      }
      expect(session.devicePermission?.({ deviceType: 'usb' })).toBe(false);
      const streams = vi.fn();
      session.displayMedia?.({}, streams);
      expect(streams.mock.calls).toEqual([[null]]);
    }
  });

  it('6: webSecurity stays on', () => {
    expect(preferences()).toMatchObject({ webSecurity: true });
  });

  it('7: the page has a policy that allows no connection, no foreign script and no inline script', async () => {
    const policy = (await fetched('lobby://screen/')).headers.get('content-security-policy')?.split('; ') ?? [];
    expect(policy).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ]),
    );
    expect(policy.join()).not.toMatch(/unsafe|\*|https?:/);
    expect(policy.filter((directive) => directive.startsWith('connect-src'))).toHaveLength(1);
    const safe = (await fetched('lobby://screen/safe')).headers.get('content-security-policy');
    expect(safe).toMatch(/^default-src 'none'; style-src 'sha256-/);
  });

  it('8: no insecure content', () => {
    expect(preferences()).toMatchObject({ allowRunningInsecureContent: false });
  });

  it('9: no experimental features', () => {
    expect(preferences()).toMatchObject({ experimentalFeatures: false });
  });

  it('10: no Blink features switched on', () => {
    expect(preferences()).not.toHaveProperty('enableBlinkFeatures');
    expect(double.callsOf('appendSwitch').map(([name]) => name)).not.toContain('enable-blink-features');
  });

  it('11: no webview, so none with pop-ups', () => {
    expect(preferences()).toMatchObject({ webviewTag: false });
  });

  it('12: attaching a webview is prevented', () => {
    expect(isPrevented(contents(), 'will-attach-webview', {}, { src: 'lobby://screen/' })).toBe(true);
  });

  it.each(['https://example.org/', 'file:///etc/passwd', 'lobby://screen/other'])('13: the page goes nowhere, not even to %s', (url) => {
    for (const name of ['will-navigate', 'will-frame-navigate', 'will-redirect'])
      expect(isPrevented(contents(), name, url), name).toBe(true);
  });

  it('14: no window is opened', () => {
    expect(contents().windowOpen?.({ url: 'https://example.org/' })).toEqual({ action: 'deny' });
    expect(contents().windowOpen?.({ url: 'lobby://screen/' })).toEqual({ action: 'deny' });
  });

  it('15: nothing is handed to another program', () => {
    const sources = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
    for (const name of sources) {
      const code = readFileSync(join(import.meta.dirname, name), 'utf8').replaceAll(/^\s*(\*|\/\/|\/\*).*$/gm, '');
      expect(code, name).not.toMatch(/openExternal|openPath|\bshell\b.*from 'electron'|child_process/);
    }
  });

  it('16: Electron is pinned exactly, and the package is built from the same one', () => {
    expect(manifest.devDependencies.electron).toMatch(/^\d+\.\d+\.\d+$/);
    expect(readBuilderConfiguration()).toMatchObject({ electronVersion: manifest.devDependencies.electron });
  });

  it('17: a message from any other frame, window or page is ignored', () => {
    const state = aScreenState();
    theOnly(double.children).emit('message', { kind: 'state', state });
    const { mainFrame } = contents();
    const foreign = [
      { sender: contents(), senderFrame: { url: 'lobby://screen/' } },
      { sender: contents(), senderFrame: null },
      { sender: {}, senderFrame: mainFrame },
    ];
    const answered = () => contents().sent.length;
    const painted = () => theOnly(double.children).posted.length;
    const before = { answered: answered(), painted: painted() };
    for (const event of foreign) {
      double.ipcMain.emit('screen-subscribe', event);
      double.ipcMain.emit('painted', event, { contentSequence: 1, scene: 'overview' });
    }
    mainFrame.url = 'https://example.org/';
    double.ipcMain.emit('screen-subscribe', { sender: contents(), senderFrame: mainFrame });
    double.ipcMain.emit('painted', { sender: contents(), senderFrame: mainFrame }, { contentSequence: 1, scene: 'overview' });
    mainFrame.url = 'lobby://screen/';
    expect({ answered: answered(), painted: painted() }).toEqual(before);

    double.ipcMain.emit('screen-subscribe', { sender: contents(), senderFrame: mainFrame });
    double.ipcMain.emit('painted', { sender: contents(), senderFrame: mainFrame }, { contentSequence: 1, scene: 'overview' });
    expect({ answered: answered(), painted: painted() }).toEqual({ answered: before.answered + 1, painted: before.painted + 1 });
  });

  it.each([
    [{ contentSequence: -1, scene: 'x' }],
    [{ contentSequence: 1, scene: '' }],
    [{ contentSequence: 1, scene: 'x', more: 1 }],
    [null],
    ['painted'],
  ])('17: a painted frame like %j is refused even from the page', (frame) => {
    const before = theOnly(double.children).posted.length;
    double.ipcMain.emit('painted', { sender: contents(), senderFrame: contents().mainFrame }, frame);
    expect(theOnly(double.children).posted).toHaveLength(before);
  });

  it('18: file: is not used and not allowed', async () => {
    expect(isCancelled('file:///etc/passwd')).toEqual([true, true]);
    expect((await fetched('file:///etc/passwd')).status).toBe(404);
    expect(double.callsOf('registerSchemesAsPrivileged')).toEqual([
      [
        [
          {
            scheme: 'lobby',
            privileges: {
              standard: true,
              secure: true,
              codeCache: true,
              bypassCSP: false,
              allowServiceWorkers: false,
              supportFetchAPI: false,
              corsEnabled: false,
              stream: true,
            },
          },
        ],
      ],
    ]);
  });

  it('19: the fuses of the package', () => {
    expect(readBuilderConfiguration()['electronFuses']).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    });
  });

  it('20: the page gets the two functions of the bridge and nothing of Electron', () => {
    const exposed: Record<string, object> = {};
    const ipcRenderer = { on: vi.fn(), send: vi.fn() };
    const electron = { contextBridge: { exposeInMainWorld: (name: string, api: object) => void (exposed[name] = api) }, ipcRenderer };
    runInNewContext(readFileSync(join(shell.folder, 'app/preload.cjs'), 'utf8'), {
      require(name: string) {
        // A sandboxed preload can require little more than this.
        if (name !== 'electron') throw new Error(`a sandboxed preload cannot require ${name}`);
        return electron;
      },
    });
    expect(Object.keys(exposed)).toEqual(['lobbyBridge']);
    expect(Object.entries(exposed['lobbyBridge'] ?? {}).map(([name, value]) => `${name}: ${typeof value}`)).toEqual([
      'subscribe: function',
      'painted: function',
    ]);
    expect(preferences()).toMatchObject({ preload: join(shell.folder, 'app/preload.cjs') });
  });
});

describe('beyond the checklist', () => {
  it('certificates are refused and none is given', () => {
    const certificate = vi.fn();
    screenSession().certificateVerify?.({}, certificate);
    expect(certificate.mock.calls).toEqual([[-2]]);
    const trusted = vi.fn();
    expect(isPrevented(double.app, 'certificate-error', contents(), 'https://example.org', 'ERR', {}, trusted)).toBe(true);
    expect(trusted.mock.calls).toEqual([[false]]);
    const chosen = vi.fn();
    expect(isPrevented(double.app, 'select-client-certificate', contents(), 'https://example.org', [], chosen)).toBe(true);
    expect(chosen.mock.calls).toEqual([[]]);
  });

  it('no name resolves, no proxy is asked', () => {
    expect(double.callsOf('appendSwitch')).toEqual(
      expect.arrayContaining([['host-resolver-rules', 'MAP * ~NOTFOUND'], ['no-proxy-server']]),
    );
    expect(double.callsOf('setWebRTCIPHandlingPolicy')).toEqual([['disable_non_proxied_udp']]);
  });

  it('no download, no keyboard, no spell checker, no developer tools, nothing on the disk', () => {
    expect(isPrevented(screenSession(), 'will-download')).toBe(true);
    expect(isPrevented(contents(), 'before-input-event', { key: 'F5' })).toBe(true);
    expect(screenSession().spellChecker).toBe(false);
    expect(preferences()).toMatchObject({ spellcheck: false, devTools: false, session: screenSession() });
    expect(screenSession().name).not.toMatch(/^persist:/);
  });
});
