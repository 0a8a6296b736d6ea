import { descendantsOf, pssKilobytes, reasonNotMeasurable, rssKilobytes } from '../chromium/process-tree.ts';
import type { Figure, Measurement } from '../results/results.ts';
import type { BenchSettings, Row, RowOutcome } from '../row.ts';
import { mean, median, medianRatio, slope } from '../statistics.ts';
import { clockPage, serveStaticPages } from './clock-page.ts';
import { startDemoKiosk } from './demo-kiosk.ts';
import { measureRotation, type Rotation } from './rotation.ts';
import { clockContentAtMs, kioskContentAtMs, type LoadFigures, measureIdle, measureLoad, measureTransfer, type Page } from './visit.ts';

/** The kiosk's page, served by the real agent with a cached building, against a clock page of less than a kilobyte in the same Chromium. */
export const kioskPage: Row = { name: 'kiosk-page', run };

async function run({ quick, say }: BenchSettings): Promise<RowOutcome> {
  const notMeasurable = reasonNotMeasurable(process.platform);
  const plan = quick
    ? {
        rounds: 2,
        undisturbedMs: 2_000,
        restMs: 1_000,
        idleRounds: 1,
        idleMs: 10_000,
        rotation: { hours: 0.25, tookMs: 15_000, samples: 5 },
      }
    : {
        rounds: 9,
        undisturbedMs: 2_500,
        restMs: 7_500,
        idleRounds: 3,
        idleMs: 60_000,
        rotation: { hours: 1, tookMs: 120_000, samples: 24 },
      };
  const kiosk = await startDemoKiosk();
  const statics = await serveStaticPages();
  try {
    const ours: Page = { url: kiosk.url, contentAtMs: kioskContentAtMs };
    const clock: Page = { url: statics.clockUrl, contentAtMs: clockContentAtMs };
    const load = { undisturbedMs: plan.undisturbedMs, restMs: plan.restMs, memory: notMeasurable === null };
    // The browser's own files come from the disk once, whoever is first.
    await measureLoad(clock, { ...load, restMs: 0 });

    say(`${plan.rounds} visits to each page in turn`);
    const visits: { ours: LoadFigures; clock: LoadFigures }[] = [];
    for (let round = 0; round < plan.rounds; round += 1)
      visits.push({ ours: await measureLoad(ours, load), clock: await measureLoad(clock, load) });
    const transferred = { ours: await measureTransfer(ours), clock: await measureTransfer(clock) };

    const idle: Idle[] = [];
    if (notMeasurable === null) {
      say(`${plan.idleRounds} times ${plan.idleMs / 1_000} s at rest, side by side`);
      for (let round = 0; round < plan.idleRounds; round += 1) {
        const { cpuMs, tookMs } = await measureIdle([ours.url, clock.url, statics.stillUrl], { restMs: 10_000, durationMs: plan.idleMs });
        idle.push({ ours: cpuMs[0] ?? 0, clock: cpuMs[1] ?? 0, still: cpuMs[2] ?? 0, tookMs });
      }
    }
    say(`${plan.rotation.hours} h of scenes in ${plan.rotation.tookMs / 1_000} s`);
    const rotation = await measureRotation(ours.url, plan.rotation);
    const agentPids = notMeasurable === null ? (await descendantsOf(kiosk.agentPid)).map(({ pid }) => pid) : [];
    const agent = notMeasurable === null ? { pss: await pssKilobytes(agentPids), rss: await rssKilobytes(agentPids) } : null;
    return outcome({ visits, transferred, idle, rotation, agent, notMeasurable, plan });
  } finally {
    await statics.stop();
    await kiosk.stop();
  }
}

interface Idle {
  readonly ours: number;
  readonly clock: number;
  readonly still: number;
  readonly tookMs: number;
}

function outcome(given: {
  visits: readonly { ours: LoadFigures; clock: LoadFigures }[];
  transferred: { ours: number; clock: number };
  idle: readonly Idle[];
  rotation: Rotation;
  agent: { pss: number; rss: number } | null;
  notMeasurable: string | null;
  plan: { rounds: number; idleRounds: number; idleMs: number; rotation: { hours: number } };
}): RowOutcome {
  const { visits, transferred, idle, rotation, agent, notMeasurable, plan } = given;
  const of = (key: 'spawnToContentMs' | 'firstPaintMs' | 'pssKilobytes') =>
    visits.map(({ ours, clock }) => ({ ours: ours[key] ?? 0, baseline: clock[key] ?? 0 }));
  const share = (used: (one: Idle) => number) => median(idle.map((one) => (used(one) / one.tookMs) * 100));
  const [content, paint, memory] = [of('spawnToContentMs'), of('firstPaintMs'), of('pssKilobytes')];
  const both = (what: string, pairs: typeof content, unit: Figure['unit'], scale = 1): Figure[] => [
    { what: `${what}, kiosk`, value: median(pairs.map(({ ours }) => ours)) / scale, unit },
    { what: `${what}, clock`, value: median(pairs.map(({ baseline }) => baseline)) / scale, unit },
  ];
  const quarter = Math.ceil(rotation.samples.length / 4);
  const heaps = rotation.samples.map(({ heapKilobytes }) => heapKilobytes);
  const measured: Measurement[] = [
    { what: 'spawn to content, times the clock page', value: medianRatio(content), unit: 'times', target: { kind: 'at most', value: 1.2 } },
    {
      what: 'navigation to first paint, times the clock page',
      value: medianRatio(paint),
      unit: 'times',
      target: { kind: 'at most', value: 2 },
    },
    { what: 'transferred, fonts included', value: transferred.ours / 1_024, unit: 'kilobytes', target: { kind: 'at most', value: 150 } },
    {
      what: `heap in the last quarter of ${plan.rotation.hours} h of scenes, times that in the first`,
      value: mean(heaps.slice(-quarter)) / mean(heaps.slice(0, quarter)),
      unit: 'times',
      target: { kind: 'at most', value: 1.05 },
    },
  ];
  if (agent !== null) {
    measured.push(
      { what: 'resident memory of the agent', value: agent.rss / 1_024, unit: 'megabytes', target: { kind: 'at most', value: 90 } },
      {
        what: 'memory of agent and browser (PSS), times the clock page in its browser',
        value: medianRatio(memory.map(({ ours, baseline }) => ({ ours: ours + agent.pss, baseline }))),
        unit: 'times',
        target: { kind: 'at most', value: 1.15 },
      },
    );
  }
  if (notMeasurable === null) {
    measured.push(
      {
        what: 'memory of the browser (PSS), times the clock page',
        value: medianRatio(memory),
        unit: 'times',
        target: { kind: 'at most', value: 1.06 },
      },
      {
        what: 'idle processor time, times the clock page',
        value: medianRatio(idle.map((one) => ({ ours: one.ours, baseline: one.clock }))),
        unit: 'times',
        target: { kind: 'at most', value: 1.4 },
      },
      {
        what: 'idle processor time, share of one core',
        value: share((one) => one.ours),
        unit: 'percent',
        target: { kind: 'at most', value: 1 },
      },
    );
  }
  return {
    method:
      `The demo's kiosk page from the real agent with a cached building, against a clock page of ${Buffer.byteLength(clockPage)} bytes that ticks every second; headless Chromium at 1080 × 1920, a fresh profile for each of ${plan.rounds} visits in turn. ` +
      'Content: for the clock its first contentful paint, for the kiosk the moment at which it reports the frame with the building as painted or, when that is later, the presentation of its largest element; both from the spawn of the browser, read from the page afterwards with nobody connected while it loads. ' +
      `Memory: all processes of the browser 10 s after the start. Idle: user and system time of all its processes over ${plan.idleMs / 1_000} s, ${plan.idleRounds} times, the pages side by side. Heap: after forced collections while the page's clocks run faster; every scene is painted.`,
    measurements: measured,
    context: [
      ...both('spawn to content', content, 'milliseconds'),
      ...both('navigation to first paint', paint, 'milliseconds'),
      ...(notMeasurable === null ? both('memory of the browser (PSS)', memory, 'megabytes', 1_024) : []),
      { what: 'transferred, clock', value: transferred.clock / 1_024, unit: 'kilobytes' },
      ...(notMeasurable === null
        ? [
            { what: 'idle processor time, clock, share of one core', value: share((one) => one.clock), unit: 'percent' as const },
            {
              what: 'idle processor time, page without a script, share of one core',
              value: share((one) => one.still),
              unit: 'percent' as const,
            },
          ]
        : []),
      { what: 'frames painted during the rotation', value: rotation.framesReported, unit: 'count' },
      { what: 'heap at the end of the rotation', value: heaps.at(-1) ?? 0, unit: 'kilobytes' },
      {
        what: "heap's growth per hour of scenes, second half",
        value: slope(
          rotation.samples
            .slice(Math.floor(rotation.samples.length / 2))
            .map(({ hours, heapKilobytes }) => ({ x: hours, y: heapKilobytes })),
        ),
        unit: 'kilobytes',
      },
      ...(agent === null ? [] : [{ what: "memory of the kiosk's agent (PSS)", value: agent.pss / 1_024, unit: 'megabytes' as const }]),
    ],
    notMeasured: notMeasurable === null ? [] : [notMeasurable],
  };
}
