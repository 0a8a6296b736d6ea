import { HOUR_MS } from '@concierge/kiosk-agent/testing/documents.ts';
import type { Stage } from '../stage.ts';
import { isFact, marksIn } from '../world/marks.ts';
import type { Scenario } from './scenario.ts';

const READY_WITHIN_MS = 60_000;
const ARRANGED_WITHIN_MS = 5 * 60_000;
/** Longer than the page takes to look whether weather has grown old. */
const AFTERWARDS_MS = 90_000;
/** Far more than a round of scenes, and no whole minute, so that no other clock of the agent or the page ticks then. */
const LIFE_MS = { least: 6 * 60_000, most: 12 * 60_000 } as const;

const marksOnGlass = (world: Stage): readonly string[] => (world.reading()?.texts ?? []).flatMap(marksIn);

/** Nothing arrives any more when the end comes: neither news nor a word of the cloud wakes the agent then. */
async function runOut(world: Stage): Promise<void> {
  const lifeMs = world.random.between(LIFE_MS.least, LIFE_MS.most) + 317;
  const endMs = world.time.trueMs() + lifeMs;
  await world.cloud.arrangeUntil(world.time.trueMs(), endMs);
  await world.cloud.tellFacts(world.time.trueMs(), { showUntilMs: endMs + HOUR_MS, documentEndsMs: endMs });
  const shown = (): boolean => marksOnGlass(world).some(isFact);
  if (!(await world.passUntil('arranged scenes with the weather are on the glass', shown, Math.min(ARRANGED_WITHIN_MS, lifeMs - 30_000))))
    return;
  world.gate.set('shut');
  await world.pass(endMs - world.time.trueMs() - 1_000);
  if (shown()) world.count('times weather stood on the glass a second before its end');
  await world.pass(AFTERWARDS_MS);
  world.count('times an arrangement and its facts ran out without a line');
  world.gate.set('open');
  await world.pass(20_000);
}

export const runningOut: Scenario = {
  name: 'running out',
  says: 'An arrangement and the facts in it run out before others come, while the line is cut and nothing else happens.',
  also: ['What has run out is gone by itself, within the two seconds of a change of scenes.'],
  async run({ amounts, stage, figure }) {
    const world = await stage({
      startTrueMs: Date.UTC(2027, 4, 10, 7),
      // Nobody else arranges or tells anything meanwhile.
      habits: {
        arrangeEveryMs: 1_000 * HOUR_MS,
        factsEveryMs: 1_000 * HOUR_MS,
        editEveryMs: 1_000 * HOUR_MS,
        urgentShare: 0,
        shortLived: false,
      },
    });
    await world.startAgent();
    await world.loadGlass();
    await world.passUntil('the building is shown', world.showsBuilding, READY_WITHIN_MS);
    for (let time = 0; time < amounts.runningOut.times; time += 1) await runOut(world);
    figure('times an arrangement and its facts ran out', String(amounts.runningOut.times));
  },
};
