import { join } from 'node:path';
import { createFilmOpener, MEDIA_FOLDER, readMediaFile } from '@concierge/kiosk-agent/media/media-files.ts';
import { readSettings } from '@concierge/kiosk-agent/settings.ts';
import { app, BrowserWindow, ipcMain, Menu, powerSaveBlocker, protocol, session, utilityProcess } from 'electron';
import { destination, pino } from 'pino';
import { applianceSteps } from '../appliance-steps.ts';
import { DEFAULT_LADDER_LIMITS } from '../ladder.ts';
import { createLadderMemoryFile } from '../ladder-memory.ts';
import { createSickScreen, systemMoment } from '../sick-screen.ts';
import { type AgentProcess, createAgentHost } from './agent-host.ts';
import { createPaintedFile } from './painted-file.ts';
import { createScreenProtocol, readRendererBundle } from './protocol.ts';
import { lockApp, SCREEN_SCHEME, screenScheme, secureWebPreferences } from './security.ts';
import { createLobbyWindow, lobbyWindowOptions } from './window.ts';

// The Electron shell: one window, the agent beside it (docs/adr/0008), the ladder over both. Composition only; what must be set before the
// application is ready is set here without waiting for anything.

const here = import.meta.dirname;
const settings = readSettings({ CONCIERGE_KIOSK_DATA: join(app.getPath('userData'), 'agent'), ...process.env });
if (!settings.ok) {
  for (const sentence of settings.error) console.error(sentence);
  app.exit(2);
} else if (!app.requestSingleInstanceLock()) {
  console.error('This screen already runs.');
  app.exit(0);
} else {
  lockApp(app);
  protocol.registerSchemesAsPrivileged([screenScheme]);
  Menu.setApplicationMenu(null);
  run(settings.value);
}

function run(options: Extract<typeof settings, { ok: true }>['value']): void {
  const logger = pino({ name: 'kiosk-shell', level: options.CONCIERGE_LOG_LEVEL }, destination(2));
  const bundle = readRendererBundle(join(here, 'renderer'));
  const mediaFolder = join(options.CONCIERGE_KIOSK_DATA, MEDIA_FOLDER);

  const agent = createAgentHost({
    fork: forkAgent,
    settings: {
      dataDir: options.CONCIERGE_KIOSK_DATA,
      cloudUrl: options.CONCIERGE_CLOUD_URL,
      claimTokenFile: options.CONCIERGE_CLAIM_TOKEN_FILE,
      bootTokenFile: options.CONCIERGE_BOOT_TOKEN_FILE,
      applianceDir: options.CONCIERGE_APPLIANCE,
      displayFile: options.CONCIERGE_DISPLAY_FILE,
      // As plain Node would take it; Electron itself is told by a fuse to pass it over.
      cloudAuthorityFile: process.env['NODE_EXTRA_CA_CERTS'],
      demo: options.CONCIERGE_DEMO,
      logLevel: options.CONCIERGE_LOG_LEVEL,
    },
    onState(state) {
      // A display that is off lets no page paint, and that is no fault.
      if (!state.lit) screen.excused();
      lobby?.send(state);
    },
    takePicture: () => lobby?.picture() ?? Promise.reject(new Error('there is no window yet')),
    logger,
  });
  let lobby: ReturnType<typeof createLobbyWindow> | null = null;
  const paintedFile = createPaintedFile(process.env['CONCIERGE_PAINTED_FILE'], logger);

  const screen = createSickScreen({
    steps: {
      reload() {
        lobby?.showAgain();
        return 'taken';
      },
      relaunch() {
        // Inside an AppImage the program lies in a mount that ends with it; the image itself is what can be started again.
        const image = process.env['APPIMAGE'];
        app.relaunch(image === undefined ? {} : { execPath: image });
        stop(0);
        return 'taken';
      },
      ...applianceSteps(options.CONCIERGE_APPLIANCE),
      'safe-scene'() {
        lobby?.showSafeScene();
        return 'taken';
      },
    },
    memory: createLadderMemoryFile(join(app.getPath('userData'), 'ladder.json')),
    limits: DEFAULT_LADDER_LIMITS,
    moment: systemMoment,
    logger,
  });

  let stopping = false;
  function stop(exitCode: number): void {
    if (stopping) return;
    stopping = true;
    screen.stop();
    agent.stop().then(
      () => app.exit(exitCode),
      () => app.exit(1),
    );
  }

  // Without a listener Electron shows a dialog, which nobody in a lobby answers.
  process.on('uncaughtException', (error) => {
    logger.fatal({ error }, 'a bug in the shell');
    screen.crashed('a bug in the shell');
  });
  process.on('SIGTERM', () => stop(0));
  process.on('SIGINT', () => stop(0));
  app.on('window-all-closed', () => screen.crashed('the window was closed'));
  app.on('child-process-gone', (_event, { type, reason }) => logger.warn({ type, reason }, 'a process of the browser is gone'));

  app.whenReady().then(
    () => {
      powerSaveBlocker.start('prevent-display-sleep');
      // In memory: the page leaves nothing on the disk.
      const screenSession = session.fromPartition('lobby');
      screenSession.protocol.handle(
        SCREEN_SCHEME,
        createScreenProtocol(bundle, agent.current, {
          readPicture: (media) => readMediaFile(mediaFolder, media),
          openFilm: createFilmOpener(mediaFolder),
        }),
      );
      const window = new BrowserWindow(
        lobbyWindowOptions(secureWebPreferences({ preload: join(here, 'preload.cjs'), session: screenSession, packaged: app.isPackaged })),
      );
      lobby = createLobbyWindow({
        window,
        ipcMain,
        current: agent.current,
        onPainted(frame) {
          screen.painted();
          paintedFile.painted();
          agent.painted(frame);
        },
        onCrashed: screen.crashed,
        logger,
      });
      agent.start();
      screen.start();
      lobby.show();
    },
    (error: unknown) => {
      logger.fatal({ error }, 'the shell could not start');
      app.exit(1);
    },
  );
}

function forkAgent(): AgentProcess {
  const child = utilityProcess.fork(join(here, 'agent.mjs'), [], { serviceName: 'kiosk-agent', stdio: 'inherit' });
  return {
    postMessage: (message) => child.postMessage(message),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.on('exit', listener),
    kill() {
      // Electron's own kill asks politely, and a process that hangs hears nothing.
      if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL');
    },
  };
}
