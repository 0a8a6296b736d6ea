import { closeSync, existsSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../random.ts';
import type { Stage } from '../stage.ts';
import type { Scenario } from './scenario.ts';

const READY_WITHIN_MS = 60_000;
const BACK_WITHIN_MS = 180_000;
const FILES = ['cache.db', 'cache.db-wal'] as const;

/** Turns some bits of one byte somewhere in the cache; returns the file and the place, or null when there is nothing to turn. */
function flipByte(dataDir: string, random: Random): { file: string; offset: number } | null {
  const file = random.pick(FILES);
  const path = join(dataDir, file);
  if (!existsSync(path) || statSync(path).size === 0) return null;
  const offset = random.between(0, statSync(path).size - 1);
  const byte = Buffer.alloc(1);
  const opened = openSync(path, 'r+');
  readSync(opened, byte, 0, 1, offset);
  byte[0] = (byte[0] ?? 0) ^ random.between(1, 255);
  writeSync(opened, byte, 0, 1, offset);
  closeSync(opened);
  return { file, offset };
}

/** After damage and without a network: the building from what is left, or the safe scene, and nothing between. */
async function startOnWhatIsLeft(world: Stage): Promise<void> {
  world.gate.set('shut');
  await world.startAgent();
  await world.pass(8_000);
  world.count(
    world.reading()?.scene === 'safe' ? 'starts with nothing left to show' : 'starts that showed the building from the damaged cache',
  );
  world.gate.set('open');
}

export const cacheCorruption: Scenario = {
  name: 'cache corruption',
  says: 'Bytes of the cache and its journal are changed at random places, under the running agent and between a power cut and the next start.',
  also: [
    'Without a network the building or the safe scene is shown, nothing else.',
    'With one, the newest content is back within three minutes.',
  ],
  async run({ amounts, stage, figure, random }) {
    const { places, restarts } = amounts.corruption;
    const world = await stage({ startTrueMs: Date.UTC(2027, 6, 5, 6), habits: { editEveryMs: 3 * 60_000 } });
    world.attackEvery(120_000);
    await world.startAgent();
    await world.loadGlass();
    await world.passUntil('the building is shown', world.showsBuilding, READY_WITHIN_MS);
    let flipped = 0;
    for (let round = 0; round < restarts; round += 1) {
      const share = Math.ceil((places - flipped) / (restarts - round));
      const underway = random.between(0, share);
      const flip = (): void => {
        const place = flipByte(world.dataDir, random);
        if (place === null) return;
        flipped += 1;
        world.count(`bytes changed in ${place.file}`);
      };
      for (let count = 0; count < underway; count += 1) {
        flip();
        await world.cloud.edit(world.time.trueMs());
        await world.pass(random.between(100, 2_000));
      }
      await world.killAgent();
      for (let tries = 0; flipped < Math.ceil((places * (round + 1)) / restarts) && tries < 50; tries += 1) flip();
      await startOnWhatIsLeft(world);
      await world.cloud.edit(world.time.trueMs());
      const wanted = world.cloud.contentSequence();
      await world.passUntil(
        'the newest content is held again',
        () => (world.truth.reportedContent()?.sequence ?? 0) >= wanted && world.reading()?.scene !== 'safe',
        BACK_WITHIN_MS,
      );
    }
    const recovered = world.cloud
      .heard()
      .events()
      .filter(({ event }) => event === 'cache-recovered').length;
    figure('bytes changed', String(flipped));
    figure('times the agent told that it began a new cache', String(recovered));
    if (places >= 100 && recovered === 0) world.watch.report('damage is told', 'no damage was ever told to the cloud');
  },
};
