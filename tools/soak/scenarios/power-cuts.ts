import { setTimeout as realSleep } from 'node:timers/promises';
import type { Stage } from '../stage.ts';
import type { Scenario } from './scenario.ts';

const READY_WITHIN_MS = 60_000;
/** Documents on their way when the power fails, and the real time until it does: storing one takes some milliseconds. */
const BURST = { least: 2, most: 6 } as const;
const CUT_WITHIN_REAL_MS = 40;
const BACK_WITHIN_MS = 180_000;

/** Publishes one document after the other and kills the agent among them, at a moment of chance on the machine's own clock. */
async function cutDuringWrites(world: Stage): Promise<void> {
  const { random } = world;
  const cut = realSleep(random.between(0, CUT_WITHIN_REAL_MS)).then(() => world.killAgent());
  for (let left = random.between(BURST.least, BURST.most); left > 0; left -= 1) {
    const trueMs = world.time.trueMs();
    await (random.chance(0.3) ? world.cloud.arrange(trueMs) : world.cloud.edit(trueMs));
    await world.pass(random.between(1, 400));
  }
  await cut;
}

export const powerCuts: Scenario = {
  name: 'power cuts',
  says: 'SIGKILL to the whole agent at a random moment while documents are being stored; then it starts without a network.',
  also: [
    'What the device had told that it holds is there after the cut, or something newer.',
    'The newest content is back within three minutes of the line.',
    'Nothing is set aside as damaged: no cut leaves a file that cannot be used.',
  ],
  async run({ amounts, stage, figure }) {
    const world = await stage({ startTrueMs: Date.UTC(2027, 8, 6, 6), habits: { editEveryMs: 10 * 60_000 } });
    world.attackEvery(60_000);
    await world.startAgent();
    await world.loadGlass();
    await world.passUntil('the building is shown', world.showsBuilding, READY_WITHIN_MS);
    for (let kill = 0; kill < amounts.kills.kills; kill += 1) {
      const told = world.truth.reportedContent()?.sequence ?? 0;
      await cutDuringWrites(world);
      world.gate.set('shut');
      await world.startAgent();
      const { phase, contentSequence } = await world.health();
      if (phase !== 'running' || contentSequence < told) {
        world.watch.report('told is kept', `content ${told} was told to be held; after the cut it is ${contentSequence} (${phase})`);
      }
      world.count(contentSequence > told ? 'cuts after which newer content was found' : 'cuts after which the told content was found');
      world.gate.set('open');
      const wanted = world.cloud.contentSequence();
      await world.passUntil('the newest content is held', () => (world.truth.reportedContent()?.sequence ?? 0) >= wanted, BACK_WITHIN_MS);
      // Now and then the browser's power fails too.
      if (world.random.chance(0.05)) await world.loadGlass();
      world.count('power cuts');
    }
    const recovered = world.cloud
      .heard()
      .events()
      .filter(({ event }) => event === 'cache-recovered').length;
    if (recovered > 0) world.watch.report('nothing damaged', `${recovered} times a cache was set aside after a power cut`);
    figure('power cuts', String(amounts.kills.kills));
  },
};
