import { join, resolve } from 'node:path';
import { destination, pino } from 'pino';
import { z } from 'zod';
import { DEFAULT_LADDER_LIMITS } from '../ladder.ts';
import { createLadderMemoryFile } from '../ladder-memory.ts';
import { createAgentKeeper } from './agent-keeper.ts';
import { onCompositorEnd } from './compositor-end.ts';
import { findChromium } from './find-chromium.ts';
import { createChromiumShell } from './launch.ts';

// The Chromium shell: a browser in kiosk mode on the agent's page. The agent is a process of its own: this shell starts it and keeps it alive,
// or a service manager does, before or after.

const Settings = z.object({
  CONCIERGE_KIOSK_URL: z
    .url({ protocol: /^http$/, hostname: /^(127\.0\.0\.1|localhost)$/, error: 'must be the page of an agent on this machine' })
    .default('http://127.0.0.1:8090/'),
  CONCIERGE_SHELL_DATA: z.string('must name the directory for the browser profile and the ladder').transform((path) => resolve(path)),
  /** `here`: this shell starts the agent, with the settings that it finds in the environment, and replaces it when it ends or hangs. */
  CONCIERGE_AGENT: z.enum(['here', 'elsewhere'], 'must be here or elsewhere').default('elsewhere'),
  /** `none`: there is no glass. The browser draws without a window, and is itself asked for a picture: a demo, a machine without a screen. */
  CONCIERGE_GLASS: z.enum(['here', 'none'], 'must be here or none').default('here'),
  /** Where the agent, which is told the same path, asks for a picture of the glass. */
  CONCIERGE_PICTURE_SOCKET: z.string().max(100, 'must be a path that a socket can have, of 100 characters at most').optional(),
  /** Where the appliance hears wishes: the ladder's two upper steps. */
  CONCIERGE_APPLIANCE: z.string().optional(),
  CONCIERGE_CHROMIUM: z.string().optional(),
  PATH: z.string().optional(),
});

const settings = Settings.safeParse(Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== '')));
if (!settings.success) {
  for (const { path, message } of settings.error.issues) console.error(`${path.join('.')} ${message}`);
  process.exit(2);
}
const {
  CONCIERGE_KIOSK_URL: pageUrl,
  CONCIERGE_SHELL_DATA: dataDir,
  CONCIERGE_AGENT: agentRuns,
  CONCIERGE_GLASS: glass,
  CONCIERGE_PICTURE_SOCKET: pictureSocket,
  CONCIERGE_APPLIANCE: applianceDir,
  CONCIERGE_CHROMIUM: named,
  PATH: searchPath,
} = settings.data;
const program = findChromium(named, searchPath);
if (!program.ok) {
  console.error(program.error);
  process.exit(2);
}

const logger = pino({ name: 'kiosk-shell' }, destination(2));
const keeper =
  agentRuns === 'here'
    ? createAgentKeeper({ pageUrl, environment: { NODE_COMPILE_CACHE: join(dataDir, 'compiled'), ...process.env }, logger })
    : null;
const shell = createChromiumShell({
  options: {
    program: program.value,
    pageUrl,
    profileDir: join(dataDir, 'profile'),
    limits: DEFAULT_LADDER_LIMITS,
    headless: glass === 'none',
    runsAsRoot: process.getuid?.() === 0,
    pictureSocket,
    applianceDir,
  },
  memory: createLadderMemoryFile(join(dataDir, 'ladder.json')),
  logger,
});

let leaving = false;
function leave(): void {
  if (leaving) return;
  leaving = true;
  Promise.all([shell.stop(), keeper?.stop()]).then(
    () => process.exit(0),
    () => process.exit(1),
  );
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, leave);
// Whoever started it is gone, however it went: its browser would stay behind.
process.on('disconnect', leave);
if (glass === 'here') onCompositorEnd(process.env, leave);
keeper?.start();
shell.start();
process.send?.({ pageUrl });
