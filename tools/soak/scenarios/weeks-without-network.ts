import { HOUR_MS } from '@concierge/kiosk-agent/testing/documents.ts';
import type { Stage } from '../stage.ts';
import type { Scenario } from './scenario.ts';

const DAY_MS = 24 * HOUR_MS;
/** The building's document runs out before the line comes back, so that both are seen: old data that says so, and nothing to show. */
const CONTENT_LIFE_MS = 10 * DAY_MS;
const BACK_WITHIN_MS = 3 * 60_000;

export const weeksWithoutNetwork: Scenario = {
  name: '14 days without network',
  says: 'The line is dead for 14 days: the codes run out after one, announcements begin and end by themselves, after ten the document itself has run out. Then the line is back.',
  also: [
    'While the document is in force the building is shown, with its age.',
    'Once it has run out the safe scene is shown, with the emergency numbers.',
    'With the line the newest content is back within three minutes.',
  ],
  async run({ amounts, stage, figure }) {
    const { days, leapMs, lookMs } = amounts.offline;
    const world = await stage({ startTrueMs: Date.UTC(2027, 0, 11, 7, 58), habits: { contentLifeMs: CONTENT_LIFE_MS } });
    await world.startAgent();
    await world.loadGlass();
    await world.passUntil('the building is shown', world.showsBuilding, 60_000);
    await world.pass(5 * 60_000);
    world.gate.set('shut');
    // Those who attack meanwhile reach only the broker.
    world.attackEvery(6 * HOUR_MS);
    const lostMs = world.time.nowMs();
    const lastHeard = world.cloud.contentSequence();
    while (world.time.nowMs() - lostMs < days * DAY_MS) {
      await world.leap(leapMs);
      await world.pass(lookMs);
      expectScene(world, world.time.nowMs() - lostMs);
      if (world.random.chance(0.1)) await world.lookAtPixels();
    }
    world.gate.set('open');
    await world.cloud.publishAll(world.time.trueMs());
    const backMs = world.time.nowMs();
    const newest = world.cloud.contentSequence();
    await world.passUntil(
      'the newest content is shown',
      () => (world.truth.reportedContent()?.sequence ?? 0) >= newest && world.reading()?.scene !== 'safe',
      BACK_WITHIN_MS,
    );
    figure('days without network', String(days));
    figure('contents missed meanwhile', String(newest - lastHeard));
    figure('back on the glass after', `${Math.round((world.time.nowMs() - backMs) / 1_000)} s`);
  },
};

function expectScene({ reading, watch }: Stage, passedMs: number): void {
  const scene = reading()?.scene;
  if (passedMs < CONTENT_LIFE_MS - HOUR_MS && scene === 'safe')
    watch.report('building shown', 'the safe scene stands though the document is in force');
  if (passedMs > CONTENT_LIFE_MS + HOUR_MS) {
    if (scene !== 'safe') watch.report('safe scene', `the scene is ${scene} though the document has run out`);
    if (reading()?.texts.includes('112') !== true) watch.report('safe scene', 'the emergency number is not on the glass');
  }
}
