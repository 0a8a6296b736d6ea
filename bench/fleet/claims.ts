import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createAgent } from '@concierge/kiosk-agent/agent.ts';
import { systemClockSources } from '@concierge/kiosk-agent/clock/clock.ts';
import { pino } from 'pino';
import { z } from 'zod';
import { openBrowser } from '../chromium/browser.ts';
import type { Office } from '../cloud/office.ts';

const WITHIN_MS = 60_000;

/** Milliseconds from the code's being looked up to the painted building, for each of some new screens, one after the other. */
export async function measureClaims(given: {
  cloudUrl: string;
  manager: Office;
  buildingId: string;
  renderer: string;
  folder: string;
  count: number;
}): Promise<number[]> {
  const took: number[] = [];
  for (let index = 0; index < given.count; index += 1) {
    const dataDir = join(given.folder, `claim-${index}`);
    await mkdir(dataDir, { recursive: true });
    const agent = createAgent({
      dataDir,
      rendererDir: given.renderer,
      shell: 'chromium',
      demo: false,
      port: 0,
      cloudUrl: given.cloudUrl,
      boardSerial: `bench-${index}`,
      logger: pino({ level: 'silent' }),
      clockSources: { ...systemClockSources, synchronized: () => true },
    });
    try {
      await agent.start();
      const browser = await openBrowser(agent.url ?? '', { widthPx: 1_080, heightPx: 1_920 });
      try {
        await until('it shows a code', () => (agent.screen.current().claim?.code ?? null) !== null);
        // The page stands, as it does in a lobby when somebody comes to claim it.
        await delay(1_500);
        const code = agent.screen.current().claim?.code ?? null;
        if (code === null) throw new Error('the code is gone');
        const startedMs = performance.now();
        const found = z
          .object({ claimId: z.string() })
          .parse(await given.manager.change('POST', '/api/kiosk/claims/lookup', { userCode: code.userCode }, 200));
        const body = { words: code.words, buildingId: given.buildingId, name: `Bench ${index}`, placement: null };
        await given.manager.change('POST', `/api/kiosk/claims/${found.claimId}/confirm`, body, 201);
        await until('it has painted the building', () => agent.health().paintedSequence > 0);
        took.push(performance.now() - startedMs);
      } finally {
        await browser.stop();
      }
    } finally {
      await agent.stop();
    }
  }
  return took;
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + WITHIN_MS;
  while (!holds()) {
    if (performance.now() > deadlineMs) throw new Error(`waited ${WITHIN_MS} ms in vain until ${what}`);
    await delay(5);
  }
}
