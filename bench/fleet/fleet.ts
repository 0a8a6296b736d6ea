import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { z } from 'zod';
import { startClaimProxy } from '../announcement-to-paint/claim-proxy.ts';
import { KiosksReady } from '../announcement-to-paint/protocol.ts';
import { startChild } from '../child-process.ts';
import { startBenchCloud } from '../cloud/bench-cloud.ts';
import { claimTokens, plantOffice } from '../cloud/bench-tenant.ts';
import { logIn, type Office } from '../cloud/office.ts';
import { buildRenderer } from '../kiosk-page/renderer.ts';
import type { BenchSettings, Row, RowOutcome } from '../row.ts';
import { percentile } from '../statistics.ts';
import { measureClaims } from './claims.ts';

const processes = 2;
const REPORTED_WITHIN_MS = 30_000;

/** A thousand screens on one machine: how soon a change of one is acknowledged, and how soon a new one shows its building. */
export const fleet: Row = { name: 'fleet', run };

const Version = z.object({ version: z.int() });

async function run({ quick, say }: BenchSettings): Promise<RowOutcome> {
  const devices = quick ? 40 : 1_000;
  const changes = quick ? 10 : 300;
  const claims = quick ? 2 : 10;
  const folder = await mkdtemp(join(tmpdir(), 'concierge-bench-fleet-'));
  const stops: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    const renderer = await buildRenderer();
    stops.push(renderer.remove);
    const cloud = await startBenchCloud();
    stops.push(cloud.stop);
    const office = await plantOffice(cloud.owner, 'bench', { buildings: Math.ceil(devices / 10), apartmentsEach: 4 });
    const proxy = await startClaimProxy(cloud.url);
    stops.push(proxy.stop);
    const tokens: string[] = [];
    for (const buildingId of office.buildingIds)
      tokens.push(...(await claimTokens(cloud.owner, { tenantId: office.tenantId, buildingId }, devices / office.buildingIds.length)));

    say(`${devices} kiosks claim their place`);
    const groups = Array.from({ length: processes }, () =>
      startChild(fileURLToPath(new URL('../announcement-to-paint/kiosks-process.ts', import.meta.url))),
    );
    for (const group of groups) stops.push(group.stop);
    await Promise.all(
      groups.map(async (group, index) =>
        KiosksReady.parse(
          await group.ask({
            kind: 'start',
            cloudUrl: proxy.url,
            claimTokens: tokens.filter((_, position) => position % processes === index),
            dataFolder: join(folder, String(index)),
            rendererFolder: renderer.folder,
            firstServesPage: false,
          }),
        ),
      ),
    );
    await untilAllIsReported(cloud.owner, devices);
    const manager = await logIn(cloud.url, office.manager);
    say(`${changes} changes of one screen each`);
    const { rows: known } = await cloud.owner.query<{ id: string }>('select id from device order by id');
    const answered: number[] = [];
    const reported: number[] = [];
    for (let index = 0; index < changes; index += 1) {
      const id = known[(index * 37) % known.length]?.id ?? '';
      const took = await changeOnce(manager, cloud.owner, id, index);
      answered.push(took.answeredAfterMs);
      reported.push(took.reportedAfterMs);
    }
    say(`${claims} new screens are claimed`);
    const claimed = await measureClaims({
      cloudUrl: cloud.url,
      manager,
      buildingId: office.buildingIds[0] ?? '',
      renderer: renderer.folder,
      folder,
      count: claims,
    });
    const figure = (what: string, value: number) => ({ what, value, unit: 'milliseconds' as const });
    return {
      method:
        `${devices} claimed kiosks in ${office.buildingIds.length} buildings on the embedded broker over TLS, real agents in ${processes} processes beside the cloud on the same machine. ${changes} changes of the display of one screen, one after the other; ` +
        "the time begins when the request is sent and ends when the database holds the screen's report of a newer desired state (looked at every 5 ms). " +
        `Claims: ${claims} agents without a building, each with its page in a real Chromium; the time begins when the code is looked up and ends when the page has reported the frame with the building.`,
      measurements: [
        {
          ...figure(`change of the desired state to its report with ${devices} screens, p99`, percentile(reported, 0.99)),
          target: { kind: 'at most', value: 1_000 },
        },
        { ...figure('code entered to the building painted, slowest', Math.max(...claimed)), target: { kind: 'at most', value: 10_000 } },
      ],
      context: [
        figure('the request is answered, p50', percentile(answered, 0.5)),
        figure('change to report, p50', percentile(reported, 0.5)),
        figure('change to report, slowest', Math.max(...reported)),
        figure('code entered to the building painted, p50', percentile(claimed, 0.5)),
      ],
      notMeasured: [],
    };
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

/** Until every screen has said that it holds what the cloud has for it, and no job is due. */
async function untilAllIsReported(owner: pg.Client, devices: number): Promise<void> {
  const deadlineMs = performance.now() + 300_000;
  for (;;) {
    const { rows } = await owner.query<{ settled: number; due: number }>(
      `select (select count(*)::int from device where (reported ->> 'desiredSequence')::int >= desired_sequence and (reported ->> 'contentSequence')::int >= content_sequence) as settled,
         (select count(*)::int from graphile_worker.jobs where run_at <= now()) as due`,
    );
    const [row] = rows;
    if (row?.settled === devices && row.due === 0) return;
    if (performance.now() > deadlineMs)
      throw new Error(`only ${row?.settled} of ${devices} screens have reported; ${row?.due} jobs are due`);
    await delay(250);
  }
}

async function changeOnce(
  manager: Office,
  owner: pg.Client,
  deviceId: string,
  index: number,
): Promise<{ answeredAfterMs: number; reportedAfterMs: number }> {
  const { rows } = await owner.query<{ version: number; sequence: number }>(
    'select version, desired_sequence as sequence from device where id = $1',
    [deviceId],
  );
  const before = rows[0]?.sequence ?? 0;
  const startedMs = performance.now();
  const display = { language: index % 2 === 0 ? 'en' : 'el', widthMm: 400 + index };
  Version.parse(await manager.change('PATCH', `/api/kiosk/devices/${deviceId}`, { version: rows[0]?.version, display }, 200));
  const answeredAfterMs = performance.now() - startedMs;
  for (;;) {
    const { rows: now } = await owner.query<{ held: number | null }>(
      "select (reported ->> 'desiredSequence')::int as held from device where id = $1",
      [deviceId],
    );
    const reportedAfterMs = performance.now() - startedMs;
    if ((now[0]?.held ?? 0) > before) return { answeredAfterMs, reportedAfterMs };
    if (reportedAfterMs > REPORTED_WITHIN_MS) throw new Error(`${deviceId} did not report its change within ${REPORTED_WITHIN_MS} ms`);
    await delay(5);
  }
}
