import { HOUR_MS } from '@concierge/kiosk-agent/testing/documents.ts';
import type { Stage } from '../stage.ts';
import type { Scenario } from './scenario.ts';

const READY_WITHIN_MS = 60_000;
/** The desired state is signed anew every ten minutes: then a device that knows nothing else knows the time. */
const KNOWN_WITHIN_MS = 12 * 60_000;
/** As far off as a live document leaves the clock (kiosk/agent/clock/rules.ts). */
const BY_DOCUMENT = { clockErrorMs: 90_000 };
const EXACT = { clockErrorMs: 0 };

/** The wall clock falls to the first seconds of 1970, as that of a board without a battery. The counter goes on. */
function fallTo1970(world: Stage): void {
  world.time.setSynchronized(false);
  world.time.setWallError(-world.time.trueMs() + world.random.between(0, 600) * 1_000);
}

function comeBack(world: Stage): void {
  world.time.setWallError(0);
  world.time.setSynchronized(true);
}

/** While it runs, with and without a line: the time goes on by the counter, and nobody in the hall notices. */
async function jumpWhileRunning(world: Stage): Promise<void> {
  const offline = world.random.chance(0.5);
  if (offline) world.gate.set('shut');
  fallTo1970(world);
  await world.pass(world.random.between(20, 600) * 1_000);
  if (world.reading()?.clock === null) world.watch.report('time goes on', 'the header lost its clock though the agent had known the time');
  comeBack(world);
  await world.pass(world.random.between(10, 60) * 1_000);
  world.gate.set('open');
}

/** A start in 1970: first without a line, then with one, then with network time. */
async function startIn1970(world: Stage): Promise<void> {
  world.tolerate(BY_DOCUMENT);
  await world.killAgent();
  world.gate.set('shut');
  fallTo1970(world);
  await world.startAgent();
  await world.pass(world.random.between(20, 300) * 1_000);
  const { clock, codes, scene } = world.reading() ?? { clock: null, codes: [], scene: null };
  if (scene === 'safe') world.watch.report('building shown', 'the safe scene stands in 1970 though the document is in force');
  if (clock !== null) world.watch.report('unknown time', `the header says ${clock} though nobody knows the time`);
  if (codes.length > 0) world.watch.report('unknown time', 'a code is shown though nobody knows the time');
  world.gate.set('open');
  await world.passUntil('the time is known by a document', () => world.reading()?.clock !== null, KNOWN_WITHIN_MS);
  await world.pass(world.random.between(20, 200) * 1_000);
  comeBack(world);
  // Network time is looked for every five seconds.
  await world.pass(15_000);
  world.tolerate(EXACT);
  await world.pass(60_000);
}

export const clockJumps: Scenario = {
  name: 'clock to 1970 and back',
  says: 'The wall clock falls to 1970 and comes back, under the running agent with and without a line, and at a start; the counter goes on.',
  also: [
    'An agent that knew the time goes on telling it.',
    'One that starts in 1970 without a line shows the building, but neither time nor code nor what may have ended; with a line it knows the time within twelve minutes.',
  ],
  async run({ amounts, stage, figure }) {
    const world = await stage({ startTrueMs: Date.UTC(2027, 9, 4, 15), habits: { editEveryMs: HOUR_MS / 2 } });
    world.attackEvery(120_000);
    await world.startAgent();
    await world.loadGlass();
    await world.passUntil('the building is shown', world.showsBuilding, READY_WITHIN_MS);
    for (let jump = 0; jump < amounts.clockJumps.jumps; jump += 1) {
      await jumpWhileRunning(world);
      await startIn1970(world);
      world.count('falls to 1970', 2);
    }
    figure('falls to 1970 under the running agent, and before a start', String(amounts.clockJumps.jumps));
  },
};
