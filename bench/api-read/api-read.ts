import { fileURLToPath } from 'node:url';
import { type Child, startChild } from '../child-process.ts';
import { startBenchCloud } from '../cloud/bench-cloud.ts';
import { plantOffice } from '../cloud/bench-tenant.ts';
import { logIn } from '../cloud/office.ts';
import type { BenchSettings, Row, RowOutcome } from '../row.ts';
import { median, medianRatio } from '../statistics.ts';
import { BaselineListens, type BaselineOrder, type LoadOrder, LoadReport } from './protocol.ts';

const databaseConnections = 10;
const connections = 32;
const offices = 20;
const buildingsEach = 20;

/** What a tenant's isolation, its session and everything else between the wire and the query cost a read. */
export const apiRead: Row = { name: 'api-read', run };

async function run({ quick, say }: BenchSettings): Promise<RowOutcome> {
  const cloud = await startBenchCloud({ DATABASE_CONNECTIONS: String(databaseConnections) });
  const baseline = startChild(fileURLToPath(new URL('baseline-process.ts', import.meta.url)));
  const load = startChild(fileURLToPath(new URL('load-process.ts', import.meta.url)));
  try {
    const office = await plantOffice(cloud.owner, 'measured', { buildings: buildingsEach, apartmentsEach: 10 });
    for (let index = 1; index < offices; index += 1)
      await plantOffice(cloud.owner, `beside-${index}`, { buildings: buildingsEach, apartmentsEach: 10 });
    await cloud.owner.query('analyze');
    const { cookie } = await logIn(cloud.url, office.manager);
    const order: BaselineOrder = { databaseUrl: cloud.databaseUrl, tenantId: office.tenantId, connections: databaseConnections };
    const { url: baselineUrl } = BaselineListens.parse(await baseline.ask(order));
    await sameAnswers(cloud.url, baselineUrl, cookie);

    const rounds = quick ? { count: 2, durationSeconds: 2 } : { count: 12, durationSeconds: 3 };
    const compare = (path: string) => takeTurns({ load, path, cookie, ours: cloud.url, baseline: baselineUrl, rounds });
    say(`a page of ${buildingsEach} buildings`);
    const list = await compare('/api/buildings');
    say('one building');
    const single = await compare(`/api/buildings/${office.buildingIds[0]}`);
    return {
      method:
        `GET /api/buildings (${buildingsEach} buildings) of a signed-in manager, against a bare Fastify route with the same reply schema that runs the same SQL as the owner of the tables: ` +
        `no row-level security, no session, no permission, no rate limit. Both have ${databaseConnections} database connections; ${connections} HTTP connections from a third process; ${rounds.count} rounds in turn of ${rounds.durationSeconds} s each, after a warm-up.`,
      measurements: [
        {
          what: 'tenant-isolated read, share of the throughput without isolation',
          value: medianRatio(list.pairs) * 100,
          unit: 'percent',
          target: { kind: 'at least', value: 60 },
        },
      ],
      context: [
        ...figures('page of buildings', list),
        { what: 'one building, share of the throughput without isolation', value: medianRatio(single.pairs) * 100, unit: 'percent' },
        ...figures('one building', single),
      ],
      notMeasured: [],
    };
  } finally {
    await load.stop();
    await baseline.stop();
    await cloud.stop();
  }
}

/** A baseline that answered something else would not be one. */
async function sameAnswers(ours: string, baseline: string, cookie: string): Promise<void> {
  const [first, second] = await Promise.all(
    [ours, baseline].map(async (url) => (await fetch(new URL('/api/buildings', url), { headers: { cookie } })).text()),
  );
  if (first !== second) throw new Error(`product and baseline answer differently:\n${first?.slice(0, 300)}\n${second?.slice(0, 300)}`);
}

interface Turns {
  readonly pairs: readonly { readonly ours: number; readonly baseline: number }[];
  readonly ours: readonly LoadReport[];
  readonly baseline: readonly LoadReport[];
}

async function takeTurns(given: {
  load: Child;
  path: string;
  cookie: string;
  ours: string;
  baseline: string;
  rounds: { count: number; durationSeconds: number };
}): Promise<Turns> {
  const { load, path, cookie, rounds } = given;
  const shoot = async (url: string, durationSeconds: number): Promise<LoadReport> => {
    const order: LoadOrder = { url, path, cookie, connections, durationSeconds };
    const report = LoadReport.parse(await load.ask(order));
    if (report.failures > 0) throw new Error(`${report.failures} requests to ${path} failed`);
    return report;
  };
  for (const url of [given.ours, given.baseline]) await shoot(url, 3);
  const turns = { pairs: [] as Turns['pairs'][number][], ours: [] as LoadReport[], baseline: [] as LoadReport[] };
  for (let round = 0; round < rounds.count; round += 1) {
    // Each goes first as often as the other, so that a machine that gets busier or quieter favours neither.
    const first = await shoot(round % 2 === 0 ? given.ours : given.baseline, rounds.durationSeconds);
    const second = await shoot(round % 2 === 0 ? given.baseline : given.ours, rounds.durationSeconds);
    const [ours, baseline] = round % 2 === 0 ? [first, second] : [second, first];
    turns.ours.push(ours);
    turns.baseline.push(baseline);
    turns.pairs.push({ ours: ours.requestsPerSecond, baseline: baseline.requestsPerSecond });
  }
  return turns;
}

function figures(what: string, { pairs, ours, baseline }: Turns): RowOutcome['context'] {
  const shares = pairs.map((pair) => (pair.ours / pair.baseline) * 100);
  return [
    // Far apart: the machine was busy with something else, and the median says little.
    { what: `${what}, share in the lowest round`, value: Math.min(...shares), unit: 'percent' },
    { what: `${what}, share in the highest round`, value: Math.max(...shares), unit: 'percent' },
    { what: `${what}, product`, value: median(ours.map((report) => report.requestsPerSecond)), unit: 'per second' },
    { what: `${what}, product, latency p99`, value: median(ours.map((report) => report.latencyP99Ms)), unit: 'milliseconds' },
    { what: `${what}, baseline`, value: median(baseline.map((report) => report.requestsPerSecond)), unit: 'per second' },
    { what: `${what}, baseline, latency p99`, value: median(baseline.map((report) => report.latencyP99Ms)), unit: 'milliseconds' },
  ];
}
