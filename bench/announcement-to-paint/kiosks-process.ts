import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ScreenState } from '@concierge/contract/kiosk/screen.ts';
import { type Agent, createAgent } from '@concierge/kiosk-agent/agent.ts';
import { systemClockSources } from '@concierge/kiosk-agent/clock/clock.ts';
import { pino } from 'pino';
import { KiosksOrder, type KiosksSaw } from './protocol.ts';

/** Many real agents in one process. They share what a lobby does not share, a processor: what they take here is more than what a kiosk takes. */

const READY_WITHIN_MS = 120_000;
const SEEN_WITHIN_MS = 30_000;
const CLAIMS_AT_ONCE = 8;

const agents: Agent[] = [];
let pageAgent: Agent | null = null;
let awaited: { readonly title: string; readonly heldAtMs: Map<Agent, number>; pagePaintedAtMs: number | null } | null = null;

process.on('message', (message) => {
  void (async () => process.send?.(await obey(KiosksOrder.parse(message))))();
});
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => {
  void Promise.all(agents.map((agent) => agent.stop())).finally(() => process.exit(0));
});

async function obey(order: KiosksOrder): Promise<object> {
  switch (order.kind) {
    case 'start':
      await startAll(order);
      return { pageUrl: pageAgent?.url ?? null };
    case 'watch':
      awaited = { title: order.title, heldAtMs: new Map(), pagePaintedAtMs: null };
      return { watching: true };
    case 'wait':
      return whatWasSeen();
  }
}

async function startAll(order: Extract<KiosksOrder, { kind: 'start' }>): Promise<void> {
  const waiting = order.claimTokens.map((token, index) => ({ token, index }));
  const startNext = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const servesPage = order.firstServesPage && next.index === 0;
      const agent = await startOne(order, next.token, join(order.dataFolder, String(next.index)), servesPage);
      if (servesPage) pageAgent = agent;
    }
  };
  await Promise.all(Array.from({ length: CLAIMS_AT_ONCE }, startNext));
  await until('all kiosks show the building', READY_WITHIN_MS, () =>
    agents.every((agent) => {
      const { phase, link } = agent.screen.current();
      return phase === 'running' && link === 'online';
    }),
  );
}

async function startOne(
  { cloudUrl, rendererFolder }: { cloudUrl: string; rendererFolder: string },
  claimToken: string,
  folder: string,
  servesPage: boolean,
): Promise<Agent> {
  await mkdir(folder, { recursive: true });
  const claimTokenFile = join(folder, 'claim-token');
  await writeFile(claimTokenFile, claimToken);
  const agent = createAgent({
    dataDir: join(folder, 'data'),
    rendererDir: rendererFolder,
    shell: servesPage ? 'chromium' : 'none',
    demo: false,
    port: servesPage ? 0 : null,
    cloudUrl,
    claimTokenFile,
    logger: pino({ level: 'silent' }),
    clockSources: { ...systemClockSources, synchronized: () => true },
  });
  agents.push(agent);
  await agent.start();
  agent.screen.subscribe((state) => noteHeld(agent, state));
  await until('the kiosk is claimed', READY_WITHIN_MS, () => agent.screen.current().phase === 'running');
  return agent;
}

function noteHeld(agent: Agent, state: ScreenState): void {
  if (awaited === null || awaited.heldAtMs.has(agent)) return;
  const { title, heldAtMs } = awaited;
  if (state.document?.announcements.some((announcement) => announcement.title.el === title) !== true) return;
  heldAtMs.set(agent, Date.now());
  if (agent === pageAgent) void notePainted(agent, state.contentSequence, awaited);
}

/** The page says what it painted after the frame is out; the agent knows it the moment the report arrives. */
async function notePainted(agent: Agent, contentSequence: number, seen: NonNullable<typeof awaited>): Promise<void> {
  await until('the page has painted', SEEN_WITHIN_MS, () => agent.health().paintedSequence >= contentSequence, 2);
  seen.pagePaintedAtMs = Date.now();
}

async function whatWasSeen(): Promise<KiosksSaw> {
  const seen = awaited;
  if (seen === null) throw new Error('nothing was watched for');
  await until(`all kiosks hold "${seen.title}"`, SEEN_WITHIN_MS, () => seen.heldAtMs.size === agents.length);
  await until(`the page shows "${seen.title}"`, SEEN_WITHIN_MS, () => pageAgent === null || seen.pagePaintedAtMs !== null);
  const heldAtMs = pageAgent === null ? undefined : seen.heldAtMs.get(pageAgent);
  return {
    heldAtMs: [...seen.heldAtMs.values()],
    page: heldAtMs === undefined || seen.pagePaintedAtMs === null ? null : { heldAtMs, paintedAtMs: seen.pagePaintedAtMs },
  };
}

async function until(what: string, withinMs: number, holds: () => boolean, everyMs = 20): Promise<void> {
  const deadlineMs = performance.now() + withinMs;
  while (!holds()) {
    if (performance.now() > deadlineMs) {
      const online = agents.filter((agent) => agent.screen.current().link === 'online').length;
      const held = awaited === null ? '' : `, ${awaited.heldAtMs.size} hold it`;
      throw new Error(`waited ${withinMs} ms in vain until ${what} (${agents.length} kiosks, ${online} online${held})`);
    }
    await delay(everyMs);
  }
}
