import { constants } from 'node:fs';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { z } from 'zod';
import { type Child, startChild } from '../child-process.ts';
import { openBrowser } from '../chromium/browser.ts';
import { startBenchCloud } from '../cloud/bench-cloud.ts';
import { claimTokens, plantOffice } from '../cloud/bench-tenant.ts';
import { logIn, type Office } from '../cloud/office.ts';
import { buildRenderer } from '../kiosk-page/renderer.ts';
import type { BenchSettings, Row, RowOutcome } from '../row.ts';
import { percentile } from '../statistics.ts';
import { startClaimProxy } from './claim-proxy.ts';
import { type KiosksOrder, KiosksReady, KiosksSaw, KiosksWatch } from './protocol.ts';

const SHARED_MEMORY = '/dev/shm';
const processes = 2;
const SETTLED_WITHIN_MS = 120_000;
/** Between announcements, so that one is not measured in the other's wake. */
const restMs = 1_500;

/** An urgent announcement's way from the office to two hundred lobbies of one building, all through one embedded broker. */
export const announcementToPaint: Row = { name: 'announcement-to-paint', run };

const Created = z.object({ id: z.string(), version: z.int() });

async function run({ quick, say }: BenchSettings): Promise<RowOutcome> {
  const kiosks = quick ? 20 : 200;
  const announcements = quick ? 4 : 25;
  const folder = await mkdtemp(join(await memoryFolder(), 'concierge-bench-kiosks-'));
  const stops: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    const renderer = await buildRenderer();
    stops.push(renderer.remove);
    const cloud = await startBenchCloud();
    stops.push(cloud.stop);
    const office = await plantOffice(cloud.owner, 'bench', { buildings: 1, apartmentsEach: 24 });
    const [buildingId = ''] = office.buildingIds;
    const tokens = await claimTokens(cloud.owner, { tenantId: office.tenantId, buildingId }, kiosks);
    const proxy = await startClaimProxy(cloud.url);
    stops.push(proxy.stop);

    say(`${kiosks} kiosks claim their place`);
    const groups = Array.from({ length: processes }, () => startChild(fileURLToPath(new URL('kiosks-process.ts', import.meta.url))));
    for (const group of groups) stops.push(group.stop);
    const ready = await Promise.all(
      groups.map(async (group, index) =>
        KiosksReady.parse(
          await ask(group, {
            kind: 'start',
            cloudUrl: proxy.url,
            claimTokens: tokens.filter((_, position) => position % processes === index),
            dataFolder: join(folder, String(index)),
            rendererFolder: renderer.folder,
            firstServesPage: index === 0,
          }),
        ),
      ),
    );
    const pageUrl = ready[0]?.pageUrl;
    if (typeof pageUrl !== 'string') throw new Error('no kiosk serves its page');
    const browser = await openBrowser(pageUrl, { widthPx: 1_080, heightPx: 1_920 });
    stops.push(browser.stop);
    const manager = await logIn(cloud.url, office.manager);

    const settledAfterMs = await untilNothingIsQueued(cloud.owner);
    say(`${announcements} announcements, one after the other`);
    const announce = (title: string) => announceOnce({ groups, manager, owner: cloud.owner, buildingId, title });
    // The first one warms the way and is not counted.
    await announce('Δοκιμή');
    const quiet: Round[] = [];
    for (let index = 1; index <= announcements; index += 1) quiet.push(await announce(`Διαρροή ${index}`));
    say('announcements while every kiosk is looked after');
    const busy: Round[] = [];
    for (let index = 1; index <= (quick ? 1 : 5); index += 1) {
      await cloud.owner.query("select from graphile_worker.add_job('lobby.check-all')");
      // The check has begun, and its jobs stand in the queue.
      await delay(200);
      busy.push(await announce(`Διακοπή ${index}`));
    }
    return outcome({ kiosks, quiet, busy, settledAfterMs, deadlocks: await deadlocksSoFar(cloud.owner) });
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

/** In memory where the system offers it: two hundred lobbies do not share one disk, and a hundred agents in a process would wait for each other's. */
async function memoryFolder(): Promise<string> {
  return access(SHARED_MEMORY, constants.W_OK).then(
    () => SHARED_MEMORY,
    () => tmpdir(),
  );
}

interface Round {
  readonly answeredAfterMs: number;
  readonly heldAfterMs: readonly number[];
  /** From the agent's having it to the painted frame, on the kiosk with a real page. */
  readonly paintTookMs: number;
  readonly paintedAfterMs: number;
}

/** Returns the milliseconds it took until no job was left that is due. */
async function untilNothingIsQueued(owner: pg.Client): Promise<number> {
  const startedMs = performance.now();
  for (;;) {
    const { rows } = await owner.query<{ due: number }>('select count(*)::int as due from graphile_worker.jobs where run_at <= now()');
    const elapsedMs = performance.now() - startedMs;
    if (rows[0]?.due === 0) return elapsedMs;
    if (elapsedMs > SETTLED_WITHIN_MS)
      throw new Error(`${rows[0]?.due} jobs were still due after ${SETTLED_WITHIN_MS} ms: ${await dueJobs(owner)}`);
    await delay(50);
  }
}

async function dueJobs(owner: pg.Client): Promise<string> {
  const { rows } = await owner.query(
    'select task_identifier, attempts, last_error, now() - locked_at as held_for, now() - run_at as due_for from graphile_worker.jobs where run_at <= now() limit 20',
  );
  return JSON.stringify(rows);
}

/** Each costs its loser a second, and then the wait until its job is tried again. */
async function deadlocksSoFar(owner: pg.Client): Promise<number> {
  const { rows } = await owner.query<{ deadlocks: number }>(
    'select deadlocks::int as deadlocks from pg_stat_database where datname = current_database()',
  );
  return rows[0]?.deadlocks ?? 0;
}

async function announceOnce(given: {
  groups: readonly Child[];
  manager: Office;
  owner: pg.Client;
  buildingId: string;
  title: string;
}): Promise<Round> {
  const { groups, manager, owner, buildingId, title } = given;
  for (const group of groups) KiosksWatch.parse(await ask(group, { kind: 'watch', title }));
  const startedAtMs = Date.now();
  const body = { buildingId, category: 'safety', urgent: true, title: { el: title, en: null } };
  const created = Created.parse(await manager.change('POST', '/api/announcements', body, 201));
  const answeredAfterMs = Date.now() - startedAtMs;
  const saw = await Promise.all(groups.map(async (group) => KiosksSaw.parse(await ask(group, { kind: 'wait' }))));
  const page = saw.map((group) => group.page).find((one) => one !== null);
  if (page === undefined) throw new Error('the kiosk with a page said nothing of it');
  await delay(restMs);
  await manager.change('PATCH', `/api/announcements/${created.id}`, { withdrawn: true, version: created.version }, 200);
  await delay(restMs);
  await untilNothingIsQueued(owner);
  return {
    answeredAfterMs,
    heldAfterMs: saw.flatMap(({ heldAtMs }) => heldAtMs.map((atMs) => atMs - startedAtMs)),
    paintTookMs: page.paintedAtMs - page.heldAtMs,
    paintedAfterMs: page.paintedAtMs - startedAtMs,
  };
}

function outcome(given: {
  kiosks: number;
  quiet: readonly Round[];
  busy: readonly Round[];
  settledAfterMs: number;
  deadlocks: number;
}): RowOutcome {
  const { kiosks, quiet, busy, settledAfterMs, deadlocks } = given;
  const figure = (what: string, value: number) => ({ what, value, unit: 'milliseconds' as const });
  const held = (rounds: readonly Round[]) => rounds.flatMap(({ heldAfterMs }) => heldAfterMs);
  const paintedEverywhere = (rounds: readonly Round[]) =>
    rounds.flatMap(({ heldAfterMs, paintTookMs }) => heldAfterMs.map((afterMs) => afterMs + paintTookMs));
  const paints = (rounds: readonly Round[]) => rounds.map(({ paintTookMs }) => paintTookMs);
  const painted = quiet.map(({ paintedAfterMs }) => paintedAfterMs);
  const target = { kind: 'at most', value: 500 } as const;
  return {
    method:
      `${kiosks} claimed kiosks of one building on the embedded broker, real agents in ${processes} processes beside the cloud on the same machine, their caches in memory because lobbies do not share a disk; one of them shows its page in a real Chromium. ${quiet.length} urgent announcements, each when no job is due, and ${busy.length} a moment after the check has begun that the cloud makes of every kiosk each ten minutes. ` +
      "The time begins when the request that posts the announcement is sent, before its commit. A kiosk holds it when its agent has verified and stored the document and tells its screen; painting is measured on the one real page (until the page's report of the frame has arrived), " +
      "and added to every kiosk's time of the same announcement.",
    measurements: [
      { ...figure(`announcement to painted on ${kiosks} kiosks, p99`, percentile(paintedEverywhere(quiet), 0.99)), target },
      { ...figure('the same during the ten-minute check, p99', percentile(paintedEverywhere(busy), 0.99)), target },
    ],
    context: [
      figure(
        'the request is answered, p50',
        percentile(
          quiet.map(({ answeredAfterMs }) => answeredAfterMs),
          0.5,
        ),
      ),
      figure(`announcement to painted on ${kiosks} kiosks, p50`, percentile(paintedEverywhere(quiet), 0.5)),
      figure('a kiosk holds it, p50', percentile(held(quiet), 0.5)),
      figure('a kiosk holds it, p99', percentile(held(quiet), 0.99)),
      figure('a kiosk holds it, slowest', Math.max(...held(quiet))),
      figure('from holding to painted, p50', percentile(paints(quiet), 0.5)),
      figure('from holding to painted, slowest', Math.max(...paints(quiet))),
      figure('painted on the real page, p50', percentile(painted, 0.5)),
      figure('painted on the real page, slowest', Math.max(...painted)),
      figure('during the ten-minute check, a kiosk holds it, p50', percentile(held(busy), 0.5)),
      figure('until the cloud had served all newly claimed kiosks', settledAfterMs),
      { what: 'deadlocks the database resolved meanwhile', value: deadlocks, unit: 'count' },
    ],
    notMeasured: [],
  };
}

function ask(child: Child, order: KiosksOrder): Promise<unknown> {
  return child.ask(order);
}
