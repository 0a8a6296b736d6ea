import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningCloud } from '@concierge/cloud-server/testing/running-cloud.ts';
import type { ScreenState } from '@concierge/contract/kiosk/screen.ts';
import { type Agent, type AgentOptions, createAgent } from '@concierge/kiosk-agent/agent.ts';
import { systemClockSources } from '@concierge/kiosk-agent/clock/clock.ts';
import { DEFAULT_MEDIA_LIMITS } from '@concierge/kiosk-agent/media/media.ts';
import { pino } from 'pino';

export interface TestKiosk {
  readonly agent: Agent;
  readonly dataFolder: string;
  state(): ScreenState;
  /** Waits until the screen's state is as wanted; returns the milliseconds it took. */
  until(what: string, holds: (state: ScreenState) => boolean, timeoutMs?: number): Promise<number>;
  stop(): Promise<void>;
}

/** A real agent claimed for the building of a running cloud, without a shell. */
export async function startKiosk(
  running: RunningCloud,
  place: { tenantId: string; buildingId: string },
  dataFolder?: string,
  /** Without a built page there is none, and nobody looks. */
  more: Partial<Pick<AgentOptions, 'telemetrySources' | 'rendererDir' | 'boardSerial' | 'clockSources' | 'keyLooks' | 'renewalLooks'>> = {},
): Promise<TestKiosk> {
  const folder = dataFolder ?? (await mkdtemp(join(tmpdir(), 'concierge-kiosk-')));
  const claimTokenFile = join(folder, 'claim-token');
  if (dataFolder === undefined) {
    const claims = running.cloud.fleet.developmentClaims;
    if (claims === null) throw new Error('the cloud takes no development claims');
    await writeFile(claimTokenFile, await claims.issueToken(place.tenantId, place.buildingId, 'Test kiosk'));
  }
  const agent = createAgent({
    dataDir: join(folder, 'data'),
    rendererDir: join(folder, 'no-renderer'),
    shell: 'none',
    demo: false,
    port: 0,
    cloudUrl: running.cloud.url,
    claimTokenFile,
    logger: pino({ level: 'silent' }),
    clockSources: { ...systemClockSources, synchronized: () => true },
    mediaLimits: { ...DEFAULT_MEDIA_LIMITS, retry: { baseMs: 100, capMs: 500 } },
    backOff: { baseMs: 100, capMs: 500, stableAfterMs: 60_000 },
    ...more,
  });
  await agent.start();
  return {
    agent,
    dataFolder: folder,
    state: () => agent.screen.current(),
    async until(what, holds, timeoutMs = 25_000) {
      const startedMs = performance.now();
      while (!holds(agent.screen.current())) {
        if (performance.now() - startedMs > timeoutMs)
          throw new Error(
            `waited ${timeoutMs} ms in vain until ${what}; the screen is ${JSON.stringify(agent.screen.current()).slice(0, 600)}`,
          );
        await sleep(5);
      }
      return performance.now() - startedMs;
    },
    async stop() {
      await agent.stop();
    },
  };
}

export async function forgetKiosk(kiosk: TestKiosk): Promise<void> {
  await kiosk.stop();
  await rm(kiosk.dataFolder, { recursive: true, force: true });
}
