import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunningCloud } from '@concierge/cloud-server/testing/running-cloud.ts';
import { agentNodeOptions } from '@concierge/kiosk-agent/launch.ts';
import { freePort } from '@concierge/testing/free-port.ts';
import { pino } from 'pino';
import { findChromium } from '../../kiosk/shell/chromium/find-chromium.ts';
import { createChromiumShell } from '../../kiosk/shell/chromium/launch.ts';
import { DEFAULT_LADDER_LIMITS } from '../../kiosk/shell/ladder.ts';
import { createLadderMemoryFile } from '../../kiosk/shell/ladder-memory.ts';

const launcher = fileURLToPath(new URL('../../kiosk/shell/launcher/main.ts', import.meta.url));

/** A lobby's machine as systemd runs it: the launcher, again whenever it ends, and the real shell with a real browser without a window. */
export interface LobbyMachine {
  readonly releaseFolder: string;
  /** How often the launcher was started. */
  starts(): number;
  log(): string;
  /** As a power cut would; it comes back by itself. */
  cutPower(): void;
  /** The same, and it stays off until it is plugged in. */
  unplug(): void;
  plugIn(): void;
  stop(): Promise<void>;
}

export async function startLobbyMachine(
  folder: string,
  running: RunningCloud,
  place: { readonly tenantId: string; readonly buildingId: string },
  rootFile: string,
): Promise<LobbyMachine> {
  const browser = findChromium(process.env['CONCIERGE_CHROMIUM'], process.env['PATH']);
  if (!browser.ok) throw new Error(browser.error);
  await mkdir(folder, { recursive: true });
  const claims = running.cloud.fleet.developmentClaims;
  if (claims === null) throw new Error('the cloud takes no development claims');
  const claimTokenFile = join(folder, 'claim-token');
  await writeFile(claimTokenFile, await claims.issueToken(place.tenantId, place.buildingId, 'Lobby machine'));
  const port = await freePort();
  const releaseFolder = join(folder, 'releases');
  let child: ChildProcess | null = null;
  let starts = 0;
  let log = '';
  let stopping = false;
  let plugged = true;

  function launch(): void {
    starts += 1;
    const started = spawn(process.execPath, [...agentNodeOptions, launcher], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        NODE_COMPILE_CACHE: join(folder, 'compiled'),
        CONCIERGE_KIOSK_DATA: join(folder, 'data'),
        CONCIERGE_KIOSK_PORT: String(port),
        CONCIERGE_CLOUD_URL: running.cloud.url,
        CONCIERGE_CLAIM_TOKEN_FILE: claimTokenFile,
        CONCIERGE_SHELL: 'chromium',
        // One machine, one clock: it counts as trusted.
        CONCIERGE_DEMO: '1',
        CONCIERGE_RELEASE_DIR: releaseFolder,
        CONCIERGE_RELEASE_ROOT: rootFile,
      },
    });
    child = started;
    started.stderr.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-100_000);
    });
    started.once('exit', () => {
      if (!stopping && plugged) setTimeout(launch, 200);
    });
  }

  launch();
  const shell = createChromiumShell({
    options: {
      program: browser.value,
      pageUrl: `http://127.0.0.1:${port}/`,
      profileDir: join(folder, 'profile'),
      // A page that does not paint is relaunched soon enough to see a release come back.
      limits: {
        ...DEFAULT_LADDER_LIMITS,
        firstPaintWithinMs: 20_000,
        paintedWithinMs: 20_000,
        attempts: { reload: 1, relaunch: 20, 'restart-compositor': 1 },
        backOffMs: { first: 1_000, most: 5_000 },
      },
      askEveryMs: 1_000,
      headless: true,
      runsAsRoot: process.getuid?.() === 0,
    },
    memory: createLadderMemoryFile(join(folder, 'ladder.json')),
    logger: pino({ level: 'silent' }),
  });
  shell.start();

  return {
    releaseFolder,
    starts: () => starts,
    log: () => log,
    cutPower: () => void child?.kill('SIGKILL'),
    unplug() {
      plugged = false;
      child?.kill('SIGKILL');
    },
    plugIn() {
      plugged = true;
      launch();
    },
    async stop() {
      stopping = true;
      await shell.stop();
      const last = child;
      if (last === null || last.exitCode !== null || last.signalCode !== null) return;
      last.kill('SIGKILL');
      await once(last, 'exit');
    },
  };
}
