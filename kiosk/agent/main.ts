import { destination, pino } from 'pino';
import { createAgent } from './agent.ts';
import { systemClockSources } from './clock/clock.ts';
import { alsoTo, createRecentLines } from './log/recent-lines.ts';
import type { ReleaseSettings } from './release/device-releases.ts';
import { noDisplayIsPlugged } from './release/plugged-display.ts';
import { readStarted } from './release/started.ts';
import { pictureFromShell } from './screen/picture.ts';
import { readSettings } from './settings.ts';

// The agent as a process of its own, beside a browser in kiosk mode. Standard output carries one line, for whoever started it; logs go to standard error.

const settings = readSettings(process.env);
if (!settings.ok) {
  for (const sentence of settings.error) console.error(sentence);
  process.exit(2);
}
const {
  CONCIERGE_KIOSK_DATA: dataDir,
  CONCIERGE_KIOSK_PORT: port,
  CONCIERGE_CLOUD_URL: cloudUrl,
  CONCIERGE_BROKER_URL: brokerUrl,
  CONCIERGE_CLAIM_TOKEN_FILE: claimTokenFile,
  CONCIERGE_DISPLAY_FILE: displayFile,
  CONCIERGE_BOOT_TOKEN_FILE: bootTokenFile,
  CONCIERGE_RENDERER_DIR: rendererDir,
  CONCIERGE_SHELL: shell,
  CONCIERGE_APPLIANCE: applianceDir,
  CONCIERGE_PICTURE_SOCKET: pictureSocket,
  CONCIERGE_DEMO: demo,
  CONCIERGE_RELEASE_DIR: releaseFolder,
  CONCIERGE_RELEASE_ROOT: rootFile,
  CONCIERGE_RELEASE_STARTED: started,
  CONCIERGE_BUILT_IN_SEQUENCE: builtInSequence,
  CONCIERGE_LOG_LEVEL: level,
} = settings.value;

// The cache is nobody else's business either.
process.umask(0o077);
const recentLines = createRecentLines();
const logger = pino({ name: 'kiosk-agent', level }, alsoTo(destination(2), recentLines));
const agent = createAgent({
  releases: releaseSettings(),
  dataDir,
  rendererDir,
  shell,
  demo,
  port,
  cloudUrl,
  claimTokenFile,
  bootTokenFile,
  brokerUrl,
  displayFile,
  restart: () => stop('asked to restart', RESTART_EXIT_CODE),
  applianceDir,
  takePicture: pictureSocket === undefined ? undefined : () => pictureFromShell(pictureSocket),
  recentLines,
  logger,
  // The demo runs beside its cloud on one machine, so the two clocks are the same clock.
  ...(demo ? { clockSources: { ...systemClockSources, synchronized: () => true } } : {}),
});

const STOP_WITHIN_MS = 1_000;
/** Not zero, so that whoever keeps the agent running takes it for something to start again. */
const RESTART_EXIT_CODE = 75;
let stopping = false;

function stop(reason: string, exitCode: number): void {
  if (stopping) return;
  stopping = true;
  logger.info({ reason }, 'stopping');
  setTimeout(() => process.exit(exitCode), STOP_WITHIN_MS).unref();
  agent.stop().then(
    () => process.exit(exitCode),
    (error: unknown) => {
      logger.error({ error }, 'stopping failed');
      process.exit(1);
    },
  );
}

/** Only the launcher can start another release, so without it none is taken. */
function releaseSettings(): ReleaseSettings | undefined {
  const { arch } = process;
  if (releaseFolder === undefined || rootFile === undefined || started === undefined) return undefined;
  if (shell === 'none' || (arch !== 'x64' && arch !== 'arm64')) {
    logger.warn({ shell, arch }, 'there are no releases for this kind of device');
    return undefined;
  }
  const running = readStarted(started);
  // Elsewhere a window needs no display of its own.
  const noDisplay = applianceDir === undefined ? undefined : () => noDisplayIsPlugged('/sys/class/drm');
  return { folder: releaseFolder, rootFile, builtInSequence, running, arch, shell, startedAgoMs: process.uptime() * 1_000, noDisplay };
}

process.on('SIGTERM', () => stop('SIGTERM', 0));
process.on('SIGINT', () => stop('SIGINT', 0));
// Whoever started the agent is gone: nobody is left who would ever stop it.
process.on('disconnect', () => stop('the parent process is gone', 0));

try {
  await agent.start();
  const ready = { ready: true, url: agent.url };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  // The callback takes the error of a parent that has gone in the meantime; its going is handled above.
  process.send?.(ready, undefined, undefined, () => undefined);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  stop('could not start', 1);
}
