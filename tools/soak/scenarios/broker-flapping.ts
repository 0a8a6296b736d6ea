import type { Stage } from '../stage.ts';
import type { Scenario } from './scenario.ts';

const READY_WITHIN_MS = 60_000;
/** Back-off waits a minute at most, a silent line is noticed within two keep-alives; then the newest content needs a moment. */
const BACK_WITHIN_MS = 180_000;

/** What may happen to a line, from a blink to a broker that lost its memory. */
const troubles = ['cut', 'shut', 'silent', 'broker stopped', 'bursts'] as const;

async function trouble(world: Stage, kind: (typeof troubles)[number]): Promise<void> {
  const { random, gate, broker, cloud, attacker } = world;
  switch (kind) {
    case 'cut':
      gate.cut();
      return world.pass(random.between(200, 5_000));
    case 'shut':
      gate.set('shut');
      await world.pass(random.between(1_000, 90_000));
      return gate.set('open');
    case 'silent':
      gate.set('silent');
      await world.pass(random.between(1_000, 70_000));
      return gate.set('open');
    case 'broker stopped':
      await Promise.all([cloud.leave(), attacker.leave()]);
      await broker.stop();
      await world.pass(random.between(1_000, 60_000));
      await broker.start();
      await cloud.join(broker);
      await attacker.join(broker);
      // This broker keeps nothing over a restart; the cloud says all of it again, as it does to any that it finds empty.
      return cloud.publishAll(world.time.trueMs());
    case 'bursts':
      for (let count = random.between(3, 8); count > 0; count -= 1) {
        gate.cut();
        await world.pass(random.between(50, 1_500));
      }
  }
}

export const brokerFlapping: Scenario = {
  name: 'broker flapping',
  says: 'The line blinks, dies, falls silent without closing; the broker stops and comes back having forgotten everything. New content comes all the time.',
  also: ['After each trouble the newest content is on the glass within three minutes.'],
  async run({ amounts, stage, figure, random }) {
    const world = await stage({
      startTrueMs: Date.UTC(2027, 4, 3, 5),
      habits: { editEveryMs: 5 * 60_000 },
      broker: random.chance(0.5) ? 'mosquitto' : 'aedes',
    });
    world.attackEvery(60_000);
    await world.startAgent();
    await world.loadGlass();
    await world.passUntil('the building is shown', world.showsBuilding, READY_WITHIN_MS);
    let longestMs = 0;
    for (let flap = 0; flap < amounts.flapping.flaps; flap += 1) {
      const kind = random.pick(troubles);
      await trouble(world, kind);
      world.count(`trouble: ${kind}`);
      await world.cloud.edit(world.time.trueMs());
      const wanted = world.cloud.contentSequence();
      const sinceMs = world.time.nowMs();
      const back = await world.passUntil(
        `the content is back after: ${kind}`,
        () => (world.truth.reportedContent()?.sequence ?? 0) >= wanted,
        BACK_WITHIN_MS,
      );
      if (back) longestMs = Math.max(longestMs, world.time.nowMs() - sinceMs);
    }
    figure('broker', world.brokerName);
    figure('longest until the newest content was told to be held', `${Math.round(longestMs / 1_000)} s`);
  },
};
