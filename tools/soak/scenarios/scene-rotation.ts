import { ownKilobytes } from '../../../bench/chromium/process-tree.ts';
import { growthOf, type MemoryBound, type MemorySample, NOISE_TIMES } from '../invariants/memory-flat.ts';
import { ARRANGED_CAME, type Stage } from '../stage.ts';
import type { Scenario } from './scenario.ts';

const READY_WITHIN_MS = 60_000;
const HOUR_MS = 3_600_000;

/**
 * How much more memory an hour of scenes may take, out of what a month without a restart may: 20 MB more in the page's heap, 10 MB in the agent's, 20 MB in
 * all of the agent and 100 MB in all of Chromium, on a board with a gigabyte.
 */
const MONTH_HOURS = 30 * 24;
export const memoryBounds = {
  pageHeap: { name: "the page's heap", mostKilobytesPerHour: 20_480 / MONTH_HOURS, isHeap: true },
  agentHeap: { name: "the agent's heap", mostKilobytesPerHour: 10_240 / MONTH_HOURS, isHeap: true },
  agentOwn: { name: "the agent's own memory", mostKilobytesPerHour: 20_480 / MONTH_HOURS, isHeap: false },
  browserOwn: { name: "Chromium's own memory, all processes", mostKilobytesPerHour: 102_400 / MONTH_HOURS, isHeap: false },
} as const satisfies Record<string, MemoryBound & { readonly isHeap: boolean }>;

/**
 * V8 keeps what it learns of the code it runs: in the first hour the page's heap grows by some 300 KB, in the fourth by 20 (measured). A run whose second half
 * begins before that has settled is held against a bound that only a true leak, some kilobytes with every scene, is past.
 */
const SETTLED_AFTER_HOURS = 12;
const UNSETTLED_TIMES = 60;

type Samples = Record<keyof typeof memoryBounds, MemorySample[]>;

async function sample(world: Stage, samples: Samples, hours: number): Promise<void> {
  const browser = await world.glass.memory();
  const agentHeap = (await world.agent().heapBytes()) / 1_024;
  samples.pageHeap.push({ hours, kilobytes: browser.heapKilobytes });
  samples.browserOwn.push({ hours, kilobytes: browser.ownKilobytes });
  samples.agentHeap.push({ hours, kilobytes: agentHeap });
  samples.agentOwn.push({ hours, kilobytes: await ownKilobytes([world.agent().pid]) });
}

export const sceneRotation: Scenario = {
  name: 'scene rotation',
  says: 'A building with a line, whose announcements and arrangements change, for a day of scenes, each of them painted.',
  also: Object.values(memoryBounds).map(
    ({ name, mostKilobytesPerHour, isHeap }) =>
      `Memory is flat: ${name} grows by at most ${mostKilobytesPerHour.toFixed(1)} KB in an hour of scenes, or by what is ${NOISE_TIMES} times its noise over the hours looked at, where that is more (the figures say which); in a run of less than ${2 * SETTLED_AFTER_HOURS} hours ${isHeap ? `by ${UNSETTLED_TIMES} times that` : 'it is told and not judged'}.`,
  ),
  async run({ amounts, stage, figure, plot, freshGlass }) {
    const { hours, samples: count } = amounts.rotation;
    const world = await stage({ startTrueMs: Date.UTC(2027, 10, 8, 4), glass: await freshGlass() });
    world.attackEvery(HOUR_MS / 2);
    await world.startAgent();
    await world.loadGlass();
    await world.passUntil('the building is shown', world.showsBuilding, READY_WITHIN_MS);
    const samples: Samples = { pageHeap: [], agentHeap: [], agentOwn: [], browserOwn: [] };
    const startMs = world.time.nowMs();
    for (let taken = 1; taken <= count; taken += 1) {
      await world.pass((hours * HOUR_MS) / count);
      await world.lookAtPixels();
      await sample(world, samples, (world.time.nowMs() - startMs) / HOUR_MS);
    }
    figure('hours of scenes', String(hours));
    figure('times an arranged scene came', String(world.counts().get(ARRANGED_CAME) ?? 0));
    if (hours >= 2 && !world.counts().has(ARRANGED_CAME)) world.watch.report('arranged shown', 'no arranged scene was ever on the glass');
    const isSettled = hours / 2 >= SETTLED_AFTER_HOURS;
    for (const [key, bound] of Object.entries(memoryBounds)) {
      const series = samples[key as keyof typeof memoryBounds];
      const times = isSettled ? 1 : UNSETTLED_TIMES;
      const mostKilobytesPerHour = bound.mostKilobytesPerHour * times;
      const { kilobytesPerHour, noiseKilobytes, heldAgainstKilobytesPerHour, grew } = growthOf(series, { ...bound, mostKilobytesPerHour });
      const isJudged = isSettled || bound.isHeap;
      const last = series.at(-1)?.kilobytes ?? 0;
      plot(bound.name, series);
      figure(
        bound.name,
        `${Math.round(last).toLocaleString('en-GB')} KB at the end, ${kilobytesPerHour.toFixed(1)} KB an hour in the second half (±${Math.round(noiseKilobytes)} KB), ${isJudged ? `held against ${heldAgainstKilobytesPerHour.toFixed(1)}` : 'not judged'}`,
      );
      if (grew && isJudged)
        world.watch.report('memory flat', `${bound.name} grows by ${Math.round(kilobytesPerHour)} KB in an hour of scenes`);
    }
  },
};
