import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../testing/kiosk.ts';
import { bootRelease } from './boot-chooser.ts';
import { installSteps } from './installer.ts';
import { createSlotStore } from './slots.ts';
import { hashesBelow } from './testing/bundles.ts';
import { createCard, mayMountCards } from './testing/card.ts';
import { type DeviceLife, startLife } from './testing/device-life.ts';
import { expectedFiles, startReleaseCloud } from './testing/release-cloud.ts';

const RANDOM_CUTS = 15;
const available = mayMountCards();
const unless = available ? '' : ' (skipped: only root may mount a card here, where there are loop devices)';

it.skipIf(!available)(
  `a cut that loses what was not flushed leaves a release that is whole, after each step and at ${RANDOM_CUTS} random moments${unless}`,
  async () => {
    using directory = temporaryDirectory();
    const cloud = await startReleaseCloud();
    const card = await createCard(directory.path);
    const compiled = join(directory.path, 'compiled');
    const folder = join(directory.path, 'mounted/device');
    mkdirSync(join(card.path, 'device'));
    const live = (pauseAt?: (typeof installSteps)[number] | 'allowed' | 'committed'): DeviceLife =>
      startLife({
        folder,
        cloudUrl: cloud.url,
        compiled,
        command: (program) => card.command(program),
        ...(pauseAt === undefined ? {} : { pauseAt }),
      });

    let proven = 0;
    async function cutAndStart(life: DeviceLife, where: string): Promise<void> {
      await life.kill();
      card.cut();
      for (const line of life.lines) if (line.startsWith('committed ')) proven = Math.max(proven, Number(line.split(' ')[1]));
      const chosen = bootRelease(join(card.path, 'device'), 0);
      expect(chosen?.sequence ?? 0, where).toBeGreaterThanOrEqual(proven);
      if (chosen === null) return;
      const files = hashesBelow(join(card.path, 'device/slots', chosen.slot, 'files'));
      expect(files, `${where}: release ${chosen.sequence}`).toEqual(expectedFiles(chosen.sequence));
      if (chosen.onTrial) return;
      proven = Math.max(proven, chosen.sequence);
      // It shows itself, as it would if it were really started: this is about cuts, not about releases that prove nothing.
      createSlotStore(join(card.path, 'device')).forgetUnprovenStarts();
    }

    try {
      for (const step of [...installSteps, 'allowed', 'committed'] as const) {
        const life = live(step);
        await life.until(/^paused$/);
        await cutAndStart(life, `after ${step}`);
      }
      expect(proven).toBeGreaterThan(0);
      for (let cut = 0; cut < RANDOM_CUTS; cut += 1) {
        const life = live();
        await life.until(/^ready$/);
        const lifeMs = Math.random() * 150;
        await sleep(lifeMs);
        await cutAndStart(life, `cut ${cut} after ${lifeMs.toFixed(1)} ms`);
      }
    } finally {
      await card.stop();
      await cloud.stop();
    }
  },
  180_000,
);
