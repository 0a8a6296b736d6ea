import { kindsOfDisk } from '@concierge/kiosk-agent/testing/small-disk.ts';
import type { Scenario } from './scenario.ts';

const READY_WITHIN_MS = 60_000;
const TOLD_WITHIN_MS = 180_000;

export const diskFull: Scenario = {
  name: 'disk full',
  says: 'A disk of two megabytes fills up while content comes; the power fails on the full disk; then there is room again.',
  also: [
    'Content that comes on a full disk is shown all the same; it survives a power cut, or the cloud is told that it is not stored.',
    'After a power cut on the full disk the last stored building is shown, with its age.',
    'Once there is room the cloud is told, and the newest content survives the next power cut.',
  ],
  async run({ amounts, stage, figure, diskFolder }) {
    const kind = kindsOfDisk.find(({ available }) => available);
    if (kind === undefined) return figure('not run', 'this machine lets this user neither mount a small disk nor limit a process’s files');
    const disk = await kind.create(await diskFolder());
    try {
      const world = await stage({ startTrueMs: Date.UTC(2027, 5, 7, 6), disk, habits: { editEveryMs: 10 * 60_000 } });
      world.attackEvery(120_000);
      await world.startAgent();
      await world.loadGlass();
      await world.passUntil('the building is shown', world.showsBuilding, READY_WITHIN_MS);
      await world.pass(10_000);
      for (let cycle = 0; cycle < amounts.diskFull.cycles; cycle += 1) {
        const before = world.cloud.heard().events().length;
        const told = (event: string): boolean =>
          world.cloud
            .heard()
            .events()
            .slice(before)
            .some((one) => one.event === event);
        disk.fill(world.agent().child);
        // Larger than the room that is left in the journal: a small one would still find a place.
        await world.cloud.editToTheFull(world.time.trueMs());
        const unstored = world.cloud.contentSequence();
        await world.passUntil('the new content is held', () => (world.truth.reportedContent()?.sequence ?? 0) >= unstored, TOLD_WITHIN_MS);
        await world.pass(world.random.between(10_000, 120_000));
        // It may have found room in the journal that is there already; then it must survive what comes.
        const warned = told('cache-not-durable');
        world.count(warned ? 'contents that were told not to be stored' : 'contents that found room on the full disk');

        world.gate.set('shut');
        await world.killAgent();
        disk.fill(null);
        await world.pass(world.random.between(500, 4_000));
        await world.startAgent();
        const after = await world.health();
        if (after.phase !== 'running') world.watch.report('last building', 'nothing is shown after a power cut on the full disk');
        if (!warned && after.contentSequence < unstored) {
          world.watch.report(
            'told is kept',
            `content ${unstored} was held without a warning; after the cut it is ${after.contentSequence}`,
          );
        }
        await world.pass(30_000);
        world.gate.set('open');

        disk.free(world.agent().child);
        await world.cloud.edit(world.time.trueMs());
        const wanted = world.cloud.contentSequence();
        await world.passUntil('the newest content is held', () => (world.truth.reportedContent()?.sequence ?? 0) >= wanted, TOLD_WITHIN_MS);
        // The disk is tried again every minute.
        await world.pass(70_000);
        world.gate.set('shut');
        await world.killAgent();
        await world.startAgent();
        await world.pass(10_000);
        if (world.reading()?.scene === 'safe')
          world.watch.report('stored again', 'nothing is shown after a power cut with room on the disk');
        world.gate.set('open');
        await world.passUntil(
          'the device tells what it holds',
          () => (world.truth.reportedContent()?.sequence ?? 0) >= wanted,
          TOLD_WITHIN_MS,
        );
        world.count('times the disk was full');
      }
      if (
        !world.cloud
          .heard()
          .events()
          .some(({ event }) => event === 'cache-not-durable')
      ) {
        world.watch.report('told', 'the cloud was never told that the disk is full');
      }
      figure('disk', kind.name);
    } finally {
      await disk.stop();
    }
    return undefined;
  },
};
