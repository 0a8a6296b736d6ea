import { destination, pino } from 'pino';
import { createAgent } from '../agent.ts';

// A whole agent as a process, for tests that take its disk away, stop it or kill it. It hurries where a lobby has time. Prints its page's URL.

const [dataDir = ''] = process.argv.slice(2);
const agent = createAgent({
  dataDir,
  rendererDir: dataDir,
  shell: 'none',
  demo: false,
  port: 0,
  logger: pino({ level: 'info' }, destination(2)),
  backOff: { baseMs: 40, capMs: 150, stableAfterMs: 500 },
  diskRetryMs: 300,
  departureWaits: { erase: { baseMs: 100, capMs: 300 }, tell: { baseMs: 100, capMs: 300 }, silenceMs: 60_000 },
});
await agent.start();
process.stdout.write(`${agent.url}\n`);
