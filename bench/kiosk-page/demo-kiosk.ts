import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { agentNodeOptions } from '@concierge/kiosk-agent/launch.ts';
import { z } from 'zod';
import { demoClaimToken, seedDemo } from '../../tools/demo/seed.ts';
import { type Child, startChild } from '../child-process.ts';
import { startBenchCloud } from '../cloud/bench-cloud.ts';
import { buildRenderer } from './renderer.ts';

export interface DemoKiosk {
  readonly url: string;
  readonly agentPid: number;
  stop(): Promise<void>;
}

const KioskReady = z.object({ url: z.url() });
const Health = z.object({ phase: z.string(), link: z.string() });
const CACHED_WITHIN_MS = 30_000;

/** The demo's kiosk, claimed and fed by the demo's cloud, then started again on what it has cached. Cloud and agent keep running, as they do in a lobby. */
export async function startDemoKiosk(): Promise<DemoKiosk> {
  const folder = await mkdtemp(join(tmpdir(), 'concierge-bench-kiosk-'));
  const stops: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (const undo of stops.splice(0).reverse()) await undo();
  };
  try {
    const renderer = await buildRenderer();
    stops.push(renderer.remove);
    const cloud = await startBenchCloud();
    stops.push(cloud.stop);
    await seedDemo(cloud.databaseUrl, Date.now());
    const claimTokenFile = join(folder, 'claim-token');
    await writeFile(claimTokenFile, await demoClaimToken(cloud.databaseUrl), { mode: 0o600 });

    const start = async (): Promise<{ agent: Child; url: string }> => {
      const agent = startChild(fileURLToPath(new URL('../../kiosk/agent/main.ts', import.meta.url)), {
        environment: {
          CONCIERGE_KIOSK_DATA: join(folder, 'data'),
          CONCIERGE_KIOSK_PORT: '0',
          CONCIERGE_CLOUD_URL: cloud.url,
          CONCIERGE_CLAIM_TOKEN_FILE: claimTokenFile,
          CONCIERGE_RENDERER_DIR: renderer.folder,
          CONCIERGE_SHELL: 'chromium',
          CONCIERGE_DEMO: '1',
          CONCIERGE_LOG_LEVEL: 'error',
        },
        nodeOptions: agentNodeOptions,
      });
      stops.push(agent.stop);
      return { agent, ...KioskReady.parse(await agent.answer()) };
    };
    const first = await start();
    await untilOnline(first.url);
    await first.agent.stop();
    const second = await start();
    await untilOnline(second.url);
    return { url: second.url, agentPid: second.agent.pid, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function untilOnline(url: string): Promise<void> {
  const deadlineMs = performance.now() + CACHED_WITHIN_MS;
  for (;;) {
    const { phase, link } = Health.parse(await (await fetch(new URL('/healthz', url))).json());
    if (phase === 'running' && link === 'online') return;
    if (performance.now() > deadlineMs)
      throw new Error(`the kiosk did not get its building within ${CACHED_WITHIN_MS} ms (${phase}, ${link})`);
    await delay(50);
  }
}
