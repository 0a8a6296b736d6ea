import { join } from 'node:path';
import { destination, pino } from 'pino';
import { DEFAULT_LADDER_LIMITS } from '../ladder.ts';
import { createLadderMemoryFile } from '../ladder-memory.ts';
import { createAgentKeeper } from './agent-keeper.ts';
import { onCompositorEnd } from './compositor-end.ts';
import { findChromium } from './find-chromium.ts';
import { createChromiumShell } from './launch.ts';
import { ShellSettings } from './settings.ts';

// The Chromium shell: a browser in kiosk mode on the agent's page. The agent is a process of its own: this shell starts it and keeps it alive,
// or a service manager does, before or after.

const settings = ShellSettings.safeParse(Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== '')));
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
