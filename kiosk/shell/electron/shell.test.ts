import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir, uptime } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as double from '../testing/electron-double.ts';
import { startBuiltShell, theOnly } from '../testing/electron-shell.ts';
import { aScreenState } from '../testing/screen-states.ts';

vi.mock('electron', () => import('../testing/electron-double.ts'));

// The built main process as a kiosk, against a double of Electron. The cases follow one another: it is one life of one screen.

let paintedFile: string;
let shell: Awaited<ReturnType<typeof startBuiltShell>>;

beforeAll(async () => {
  vi.stubEnv('CONCIERGE_LOG_LEVEL', 'silent');
  vi.stubEnv('CONCIERGE_DISPLAY_FILE', '/run/appliance/display/wanted');
  vi.stubEnv('NODE_EXTRA_CA_CERTS', '/etc/appliance/cloud-authority.pem');
  paintedFile = join(mkdtempSync(join(tmpdir(), 'concierge-painted-')), 'painted');
  vi.stubEnv('CONCIERGE_PAINTED_FILE', paintedFile);
  shell = await startBuiltShell();
}, 30_000);

afterAll(() => {
  shell.stop();
  rmSync(dirname(paintedFile), { recursive: true, force: true });
  vi.unstubAllEnvs();
});

const theWindow = () => theOnly(double.windows);
const contents = () => theWindow().webContents;
const fromPage = () => ({ sender: contents(), senderFrame: contents().mainFrame });

describe('the Electron shell', () => {
  it('covers the screen, without menu, frame or pointer, and keeps the display awake', () => {
    expect(theWindow().options).toMatchObject({ kiosk: true, fullscreen: true, frame: false, autoHideMenuBar: true });
    expect(double.callsOf('setApplicationMenu')).toEqual([[null]]);
    expect(double.callsOf('powerSaveBlocker')).toEqual([['prevent-display-sleep']]);
    contents().emit('dom-ready');
    expect(double.callsOf('insertCSS')).toEqual([['* { cursor: none !important }']]);
  });

  it('starts the agent beside it, with its settings in the first message', () => {
    expect(double.callsOf('fork').map(([path]) => path)).toEqual([expect.stringMatching(/app\/agent\.mjs$/)]);
    expect(theOnly(double.children).posted[0]).toMatchObject({
      kind: 'start',
      start: {
        dataDir: expect.stringContaining(shell.folder),
        demo: false,
        displayFile: '/run/appliance/display/wanted',
        cloudAuthorityFile: '/etc/appliance/cloud-authority.pem',
      },
    });
  });

  it('hands every state on to the page, and the last one to whoever asks', () => {
    const agent = theOnly(double.children);
    agent.emit('message', { kind: 'state', state: aScreenState({ contentSequence: 1 }) });
    agent.emit('message', { kind: 'state', state: aScreenState({ contentSequence: 2 }) });
    double.ipcMain.emit('screen-subscribe', fromPage());
    expect(contents().sent.map(([channel, state]) => [channel, Object(state).contentSequence])).toEqual([
      ['screen-state', 1],
      ['screen-state', 2],
      ['screen-state', 2],
    ]);
  });

  it('hands nothing on that is not exactly a state', () => {
    const before = contents().sent.length;
    theOnly(double.children).emit('message', { kind: 'state', state: { ...aScreenState(), resident: 'Μαρία' } });
    expect(contents().sent).toHaveLength(before);
  });

  it('writes the state into the page, so that the first paint asks nobody', async () => {
    const handler = theOnly(double.sessions).handlers.get('lobby');
    const page = await handler?.(new Request('lobby://screen/'));
    expect(await page?.text()).toContain('Ακαδημίας 12');
  });

  it('tells the agent of every painted frame', () => {
    double.ipcMain.emit('painted', fromPage(), { contentSequence: 2, scene: 'overview' });
    expect(theOnly(double.children).posted.at(-1)).toEqual({ kind: 'painted', frame: { contentSequence: 2, scene: 'overview' } });
  });

  it('tells the appliance when that was, by the clock that its watchdog counts on', () => {
    expect(Math.abs(Number(readFileSync(paintedFile, 'utf8')) - uptime())).toBeLessThan(10);
  });

  it('gives the agent a picture of the window when it asks', async () => {
    theOnly(double.children).emit('message', { kind: 'picture-wanted' });
    await vi.waitFor(() =>
      expect(theOnly(double.children).posted.at(-1)).toEqual({
        kind: 'picture',
        jpeg: Buffer.from('a picture of quality 70').toString('base64'),
      }),
    );
  });

  it('begins with a new process of the page when the old one is gone', () => {
    contents().crashed = true;
    contents().emit('render-process-gone', {}, { reason: 'oom' });
    expect(contents().loaded).toEqual(['lobby://screen/', 'lobby://screen/']);
    expect(double.callsOf('forcefullyCrashRenderer')).toEqual([]);
  });

  it.each([
    ['a page that does not respond', () => theWindow().emit('unresponsive')],
    ['a page that does not load', () => contents().emit('did-fail-load', {}, -6, 'ERR_FILE_NOT_FOUND', 'lobby://screen/', true)],
    ['a preload that fails', () => contents().emit('preload-error', {}, '', new Error('x'))],
  ])('does not act on %s while its last step is given time', (_what, happens) => {
    happens();
    expect(contents().loaded).toHaveLength(2);
  });

  it('takes a page away that hangs', async () => {
    await sleep(5_100);
    expect(contents().loaded).toHaveLength(3);
    expect(double.callsOf('forcefullyCrashRenderer')).toHaveLength(1);
  });

  it('ends in order when it is asked to, and takes an agent along that hangs', async () => {
    const agent = theOnly(double.children);
    // In the place of the agent a real process that a signal has stopped: it hears nothing, not even a polite signal.
    const hanging = spawn('sleep', ['60'], { stdio: 'ignore' });
    hanging.once('exit', (_code, signal) => agent.emit('exit', signal === 'SIGKILL' ? 137 : 1));
    hanging.kill('SIGSTOP');
    agent.pid = hanging.pid;
    process.emit('SIGTERM');
    await vi.waitFor(() => expect(double.callsOf('exit')).toEqual([[0]]), { timeout: 4_000 });
    expect(agent.posted.at(-1)).toEqual({ kind: 'stop' });
    expect(hanging.signalCode).toBe('SIGKILL');
  });
});
