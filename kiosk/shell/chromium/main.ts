import { join, resolve } from 'node:path';
import { destination, pino } from 'pino';
import { z } from 'zod';
import { DEFAULT_LADDER_LIMITS } from '../ladder.ts';
import { createLadderMemoryFile } from '../ladder-memory.ts';
import { findChromium } from './find-chromium.ts';
import { createChromiumShell } from './launch.ts';

// The Chromium shell: a browser in kiosk mode on the agent's page. The agent is a process of its own, started before or after this one.

const Settings = z.object({
  CONCIERGE_KIOSK_URL: z
    .url({ protocol: /^http$/, hostname: /^(127\.0\.0\.1|localhost)$/, error: 'must be the page of an agent on this machine' })
    .default('http://127.0.0.1:8090/'),
  CONCIERGE_SHELL_DATA: z.string('must name the directory for the browser profile and the ladder').transform((path) => resolve(path)),
  CONCIERGE_CHROMIUM: z.string().optional(),
  PATH: z.string().optional(),
});

const settings = Settings.safeParse(Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== '')));
if (!settings.success) {
  for (const { path, message } of settings.error.issues) console.error(`${path.join('.')} ${message}`);
  process.exit(2);
}
const { CONCIERGE_KIOSK_URL: pageUrl, CONCIERGE_SHELL_DATA: dataDir, CONCIERGE_CHROMIUM: named, PATH: searchPath } = settings.data;
const program = findChromium(named, searchPath);
if (!program.ok) {
  console.error(program.error);
  process.exit(2);
}

const shell = createChromiumShell({
  options: {
    program: program.value,
    pageUrl,
    profileDir: join(dataDir, 'profile'),
    limits: DEFAULT_LADDER_LIMITS,
    runsAsRoot: process.getuid?.() === 0,
  },
  memory: createLadderMemoryFile(join(dataDir, 'ladder.json')),
  logger: pino({ name: 'kiosk-shell' }, destination(2)),
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    shell.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
}
shell.start();
