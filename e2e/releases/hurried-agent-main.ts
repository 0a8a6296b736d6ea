import { createAgent } from '@concierge/kiosk-agent/agent.ts';
import { systemClockSources } from '@concierge/kiosk-agent/clock/clock.ts';
import { readStarted } from '@concierge/kiosk-agent/release/started.ts';
import { destination, pino } from 'pino';

// An agent that gives itself seconds instead of minutes to prove itself; all else is the product's. A test packs it as a release that nobody ever sees paint.

const { CONCIERGE_KIOSK_DATA = '', CONCIERGE_KIOSK_PORT = '0', CONCIERGE_CLOUD_URL, CONCIERGE_RELEASE_DIR = '' } = process.env;
const agent = createAgent({
  dataDir: CONCIERGE_KIOSK_DATA,
  rendererDir: new URL('../renderer/dist', import.meta.url).pathname,
  shell: 'chromium',
  demo: true,
  port: Number(CONCIERGE_KIOSK_PORT),
  cloudUrl: CONCIERGE_CLOUD_URL,
  restart: () => process.exit(75),
  releases: {
    folder: CONCIERGE_RELEASE_DIR,
    rootFile: process.env['CONCIERGE_RELEASE_ROOT'] ?? '',
    builtInSequence: 0,
    running: readStarted(process.env['CONCIERGE_RELEASE_STARTED'] ?? 'null'),
    arch: process.arch === 'arm64' ? 'arm64' : 'x64',
    shell: 'chromium',
    startedAgoMs: process.uptime() * 1_000,
    trialLimits: { screenWithinMs: 12_000, displayWithinMs: 0, cloudWithinMs: 60_000 },
  },
  logger: pino({ name: 'kiosk-agent' }, destination(2)),
  clockSources: { ...systemClockSources, synchronized: () => true },
});
process.on('SIGTERM', () => process.exit(0));
await agent.start();
