import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, expect, type Page, test } from '@playwright/test';
import { buildShell } from '../../kiosk/shell/build.ts';

// The Electron shell in the real Electron, with the real renderer and a real agent that nobody has claimed. The double in
// kiosk/shell/electron/*.test.ts shows that every lock is asked for; here one sees that they hold. What runs in the page is
// written as text, because this side of the repository is typed without a DOM.

/** The program, when it is there. Electron's own package would download it when asked, which a test must not. */
function electronProgram(): string | null {
  const home = join(import.meta.dirname, '../../node_modules/electron');
  const pathFile = join(home, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const program = join(home, 'dist', readFileSync(pathFile, 'utf8').trim());
  return existsSync(program) ? program : null;
}

const program = electronProgram();
const hasDisplay = process.platform !== 'linux' || process.env['DISPLAY'] !== undefined || process.env['WAYLAND_DISPLAY'] !== undefined;

test.skip(program === null, 'no Electron binary'); // skipped: its download is not part of an installation
test.skip(!hasDisplay, 'no display for Electron'); // skipped: Electron opens a real window

let folder: string;
let application: ElectronApplication;
let page: Page;

test.beforeAll(async () => {
  if (program === null) return;
  folder = mkdtempSync(join(tmpdir(), 'electron-e2e-'));
  const app = await buildShell(join(folder, 'app'));
  application = await _electron.launch({
    executablePath: program,
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), `--user-data-dir=${join(folder, 'data')}`, app],
    env: { ...process.env, CONCIERGE_KIOSK_DATA: join(folder, 'agent'), CONCIERGE_LOG_LEVEL: 'warn' },
  });
  page = await application.firstWindow();
});

test.afterAll(async () => {
  if (program === null) return;
  await application.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

test('shows the page over its own protocol, with the state of the agent', async () => {
  expect(page.url()).toBe('lobby://screen/');
  await expect(page.locator('#lobby')).toBeVisible();
  const phase = await page.evaluate('new Promise((resolve) => lobbyBridge.subscribe((state) => resolve(state.phase)))');
  expect(phase).toBe('unclaimed');
  expect(existsSync(join(folder, 'agent'))).toBe(true);
});

test('is one window that covers the screen', async () => {
  const windows = await application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.isKiosk()));
  expect(windows).toEqual([true]);
});

test('gives the page the bridge and nothing else', async () => {
  const seen = await page.evaluate(`({
    bridge: Object.keys(lobbyBridge).sort(),
    others: ['require', 'process', 'module', 'electron', 'ipcRenderer'].filter((name) => name in window),
  })`);
  expect(seen).toEqual({ bridge: ['painted', 'subscribe'], others: [] });
});

test('lets the page reach nobody and go nowhere', async () => {
  // On this machine, where nothing but our locks is in the way: it must hear nothing, not even that somebody knocks.
  let knocks = 0;
  const neighbour = createServer((socket) => {
    knocks += 1;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(neighbour, 'listening');
  const address = neighbour.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const url = `http://127.0.0.1:${address.port}/`;
  const outcomes = await page.evaluate(`(async () => {
    const works = (attempt) => attempt().then(() => true, () => false);
    const loads = (element, url) => new Promise((resolve) => {
      element.onload = () => resolve(true);
      element.onerror = () => resolve(false);
      element.src = url;
    });
    return {
      fetched: await works(() => fetch('${url}')),
      posted: await works(() => fetch('${url}', { method: 'POST', mode: 'no-cors', body: 'x' })),
      pictured: await loads(new Image(), '${url}picture.png'),
      connected: await new Promise((resolve) => {
        try {
          const socket = new WebSocket('${url.replace('http', 'ws')}');
          socket.onopen = () => resolve(true);
          socket.onerror = () => resolve(false);
        } catch {
          resolve(false);
        }
      }),
      file: await works(() => fetch('file:///etc/hostname')),
      camera: await works(async () => navigator.mediaDevices.getUserMedia({ video: true })),
      opened: window.open('${url}') !== null,
    };
  })()`);
  expect(outcomes).toEqual({ fetched: false, posted: false, pictured: false, connected: false, file: false, camera: false, opened: false });
  await page.evaluate(`location.href = '${url}'`);
  // A way that is refused makes no event of its own. What the page draws afterwards comes later than the way would have.
  await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 100))))');
  expect(page.url()).toBe('lobby://screen/');
  expect(knocks).toBe(0);
  neighbour.close();
});

test('comes back when the process of the page is killed', async () => {
  const loaded = page.waitForEvent('load', { timeout: 20_000 }).catch(() => null);
  await application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer());
  await loaded;
  await expect
    .poll(
      () =>
        application.evaluate(({ BrowserWindow }) =>
          BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript('document.querySelectorAll("#lobby").length'),
        ),
      { timeout: 20_000 },
    )
    .toBe(1);
});
