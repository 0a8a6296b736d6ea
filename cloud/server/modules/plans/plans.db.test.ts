import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PlanStanding } from '@concierge/contract/http/plan.ts';
import type { SceneList } from '@concierge/contract/mqtt/scenes.ts';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type Database } from '#platform/database/database.ts';
import { createOutbox } from '#platform/outbox/outbox.ts';
import { type PlantedTenant, plantTenant } from '../../testing/planted-tenant.ts';
import { type RunningCloud, runCloud, TestBrowser } from '../../testing/running-cloud.ts';
import { aNumbersWidget, aPictureWidget } from '../../testing/widget-settings.ts';
import { createPlanUses } from './plans.ts';

const DAY_MS = 86_400_000;

let running: RunningCloud;
let ours: PlantedTenant;
let theirs: PlantedTenant;
/** The clock of the cloud. */
let nowMs = Date.now();

beforeAll(async () => {
  running = await runCloud({ nowMs: () => nowMs });
  ours = await plantTenant(running.owner, 'ours');
  theirs = await plantTenant(running.owner, 'theirs');
});
afterAll(async () => running.stop());
beforeEach(async () => {
  nowMs = Date.now();
  await running.owner.query('delete from tenant_plan');
});

async function agree(
  tenant: PlantedTenant,
  plan: string,
  from: number,
  until: number | null,
  by: pg.ClientBase = running.owner,
): Promise<void> {
  await by.query('insert into tenant_plan (tenant_id, plan, starts_at, ends_at, set_by) values ($1, $2, $3, $4, $5)', [
    tenant.tenantId,
    plan,
    new Date(from),
    until === null ? null : new Date(until),
    'test',
  ]);
}
async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}
const rowsOf = async (tenant: PlantedTenant) =>
  (
    await running.owner.query<{ plan: string; trial: boolean; starts: Date; ends: Date | null }>(
      'select plan, trial, starts_at as starts, ends_at as ends from tenant_plan where tenant_id = $1 order by starts_at',
      [tenant.tenantId],
    )
  ).rows;
const noted = async (action: string, tenant = ours) =>
  (
    await running.owner.query<{ details: unknown }>('select details from audit_event where tenant_id = $1 and action = $2 order by id', [
      tenant.tenantId,
      action,
    ])
  ).rows.map(({ details }) => details);

describe('the rows of plans', () => {
  it('never overlap, touch freely, and are of one tenant each', async () => {
    await agree(ours, 'premium', nowMs, nowMs + DAY_MS);
    await agree(ours, 'basic', nowMs + DAY_MS, null);
    await agree(theirs, 'premium', nowMs, null);
    for (const [from, until] of [
      [nowMs - DAY_MS, nowMs + 1],
      [nowMs + 1, nowMs + 2],
      [nowMs - DAY_MS, null],
      [nowMs + 900 * DAY_MS, null],
    ] as const)
      await expect(agree(ours, 'premium', from, until)).rejects.toMatchObject({ code: '23P01', constraint: 'tenant_plan_one_at_a_time' });
    await expect(agree(ours, 'premium', nowMs - DAY_MS, nowMs - DAY_MS)).rejects.toMatchObject({ constraint: 'tenant_plan_lasts' });
    await agree(ours, 'premium', nowMs - DAY_MS, nowMs);
  });

  it('of two that are written at once, one stands', async () => {
    const [one, other] = [await connected(running.ownerUrl), await connected(running.ownerUrl)];
    await one.query('begin');
    await other.query('begin');
    await agree(ours, 'premium', nowMs, null, one);
    // Waits for the first to commit, and then hears of it.
    const second = agree(ours, 'basic', nowMs + DAY_MS, null, other);
    const refused = expect(second).rejects.toMatchObject({ code: '23P01' });
    await one.query('commit');
    await refused;
    await other.query('rollback');
    expect(await rowsOf(ours)).toHaveLength(1);
    await one.end();
    await other.end();
  });

  it('are only read by the application, and only its tenant’s', async () => {
    await agree(theirs, 'premium', nowMs, null);
    const app = await connected(running.appUrl);
    await app.query("select set_config('app.tenant_id', $1, false)", [ours.tenantId]);
    expect((await app.query('select from tenant_plan')).rowCount).toBe(0);
    for (const attempt of [
      `insert into tenant_plan (tenant_id, plan, starts_at, set_by) values ('${ours.tenantId}', 'premium', now(), 'me')`,
      "update tenant_plan set plan = 'premium', ends_at = null",
      'delete from tenant_plan',
    ])
      await expect(app.query(attempt), attempt).rejects.toMatchObject({ code: '42501' });
    await app.end();
  });
});

describe('the operator’s program', () => {
  const program = fileURLToPath(new URL('../../manage-plans.ts', import.meta.url));
  const operate = (...argv: string[]) => {
    const env = { ...process.env, DATABASE_URL: running.ownerUrl, DATABASE_OWNER_URL: running.ownerUrl };
    return promisify(execFile)(process.execPath, [program, ...argv], { env }).then(
      ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
      (error: { code: number; stdout: string; stderr: string }) => ({ code: error.code, stdout: error.stdout, stderr: error.stderr }),
    );
  };

  it('tries without doing, sets, tells and remembers', async () => {
    const set = ['set', '--office', ours.slug, '--plan', 'premium', '--until', '2099-07-31'];
    const tried = await operate(...set, '--dry-run');
    expect([tried.code, tried.stdout]).toEqual([
      0,
      expect.stringMatching(/^Would be: tenant-ours \(.*\): premium, until 2099-07-31T21:00:00.000Z/),
    ]);
    expect(await rowsOf(ours)).toEqual([]);
    const notesBefore = await noted('plan.set');
    expect((await operate(...set)).code).toBe(0);
    // Its last day still belongs to it, by the clock of Athens, in summer as in winter.
    expect((await rowsOf(ours))[0]).toMatchObject({ plan: 'premium', trial: false, ends: new Date('2099-07-31T21:00:00Z') });
    expect((await operate('set', '--office', ours.slug, '--plan', 'basic', '--from', '2099-01-31')).code).toBe(0);
    expect((await rowsOf(ours)).map(({ plan, ends }) => [plan, ends?.toISOString() ?? null])).toEqual([
      ['premium', '2099-01-30T22:00:00.000Z'],
      ['basic', null],
    ]);
    // What is said later replaces what was to come.
    const third = await operate('set', '--office', ours.slug, '--plan', 'premium', '--trial', '--json');
    expect(JSON.parse(third.stdout)).toMatchObject({
      takenBack: 1,
      standing: { plan: 'premium', trial: true, until: null },
      tenant: { slug: ours.slug },
    });
    expect((await noted('plan.set')).slice(notesBefore.length)).toEqual([
      expect.objectContaining({ plan: 'premium', until: '2099-07-31T21:00:00.000Z', by: expect.stringMatching(/^operator \S/) }),
      expect.objectContaining({ plan: 'basic', from: '2099-01-30T22:00:00.000Z', takenBack: 0 }),
      expect.objectContaining({ plan: 'premium', trial: true, takenBack: 1 }),
    ]);
    const history = await operate('history', '--office', ours.slug);
    expect(history.stdout.match(/plan\.set/g)?.length).toBe(notesBefore.length + 3);
    const shown = JSON.parse((await operate('show', '--json')).stdout) as { tenant: { slug: string }; standing: { plan: string } }[];
    expect(shown.map(({ tenant, standing }) => [tenant.slug, standing.plan])).toEqual([
      ['tenant-ours', 'premium'],
      ['tenant-theirs', 'basic'],
    ]);
    expect(await rowsOf(theirs)).toEqual([]);
  }, 60_000);

  it.each<[string, string[], number, RegExp]>([
    ['nothing', [], 64, /Which command/],
    ['no such command', ['give'], 64, /no command give/],
    ['no such plan', ['set', '--office', 'tenant-ours', '--plan', 'gold'], 64, /none of basic, premium/],
    ['no office named', ['set', '--plan', 'basic'], 64, /--office is missing/],
    ['no such day', ['set', '--office', 'tenant-ours', '--plan', 'basic', '--from', '2099-02-30'], 64, /no day/],
    ['no such office', ['set', '--office', 'nobody', '--plan', 'basic'], 65, /no office nobody/],
    ['a past that would change', ['set', '--office', 'tenant-ours', '--plan', 'premium', '--from', '2020-01-01'], 65, /past stays/],
    [
      'an end before the beginning',
      ['set', '--office', 'tenant-ours', '--plan', 'premium', '--from', '2099-01-02', '--until', '2099-01-01'],
      65,
      /end before/,
    ],
    ['a trial of the least', ['set', '--office', 'tenant-ours', '--plan', 'basic', '--trial'], 65, /nothing to try/],
  ])('refuses %s', async (_what, argv, code, words) => {
    expect(await operate(...argv)).toMatchObject({ code, stderr: expect.stringMatching(words) });
    expect(await rowsOf(ours)).toEqual([]);
  });

  it('two operators at once write one after the other', async () => {
    const done = await Promise.all(
      ['premium', 'basic', 'premium', 'basic'].map((plan) => operate('set', '--office', ours.slug, '--plan', plan)),
    );
    expect(done.map(({ code, stderr }) => [code, stderr])).toEqual(done.map(() => [0, '']));
    const rows = await rowsOf(ours);
    expect(rows.filter(({ ends }) => ends === null)).toHaveLength(1);
    expect(rows.slice(1).map(({ starts }) => starts)).toEqual(rows.slice(0, -1).map(({ ends }) => ends));
  }, 60_000);
});

describe('the end of a plan, by the clock', () => {
  const plain = { durationSeconds: null, priority: 'normal', schedule: null, mostDataAgeHours: null } as const;
  const cell = { row: 0, columns: 6, rows: 4 };
  const picture = { ...cell, id: randomUUID(), widget: 'image', column: 0, settings: aPictureWidget };
  const numbers = { ...cell, id: randomUUID(), widget: 'contacts', column: 6, settings: aNumbersWidget };
  const list = (...widgets: object[][]): SceneList =>
    ({
      scenes: widgets.map((portrait, index) => ({
        ...plain,
        id: randomUUID(),
        name: { el: `Σκηνή ${index + 1}`, en: null },
        view: { kind: 'layout', portrait, landscape: [] },
      })),
      fallbackSceneId: null,
    }) as SceneList;

  let otherReplica: Database;
  beforeAll(() => {
    otherReplica = createDatabase({ url: running.appUrl, logger: pino({ level: 'silent' }) });
  });
  afterAll(async () => otherReplica.close());

  const replicas = () => [
    running.cloud.plans,
    // What a second cloud on the same database would be.
    createPlanUses({ database: otherReplica, outbox: createOutbox({}), tenantIds: running.cloud.identity.tenantIds, nowMs: () => nowMs }),
  ];
  async function hangs(arranged: SceneList): Promise<void> {
    await running.owner.query('update display_config_revision set list = $2 where display_config_id = $1', [
      ours.displayConfigId,
      JSON.stringify(arranged),
    ]);
    await running.owner.query('update display_config set draft = $2 where id = $1', [ours.displayConfigId, JSON.stringify(arranged)]);
    await running.owner.query('update device set display_config_id = $2 where id = $1', [ours.deviceId, ours.displayConfigId]);
    await running.owner.query("update tenant_plan_carried set plan = 'premium' where tenant_id = $1", [ours.tenantId]);
    await running.owner.query('delete from device_scenes where device_id = $1', [ours.deviceId]);
    await running.owner.query(
      `select graphile_worker.add_job('lobby.serve-device', json_build_object('tenantId', $1::text, 'buildingId', $2::text, 'subjectId', $3::text))`,
      [ours.tenantId, ours.buildingId, ours.deviceId],
    );
    await expect.poll(heldSequence, { timeout: 10_000 }).toBe(1);
  }
  const stored = async () =>
    (
      await running.owner.query<{ sequence: number; jws: string }>('select sequence, jws from device_scenes where device_id = $1', [
        ours.deviceId,
      ])
    ).rows[0];
  const heldSequence = async () => (await stored())?.sequence ?? 0;
  /** The widgets of the document that the device is sent, scene by scene; null when it shows the lobby's own round. */
  const shownWidgets = async (): Promise<string[][] | null> => {
    const claims = JSON.parse(Buffer.from((await stored())?.jws.split('.')[1] ?? '', 'base64url').toString()) as {
      configuration: { list: SceneList } | null;
    };
    return (
      claims.configuration?.list.scenes.map(({ view }) =>
        view.kind === 'standard' ? [view.standard] : view.portrait.map(({ widget }) => widget),
      ) ?? null
    );
  };
  const standing = async () => {
    const browser = new TestBrowser(running.cloud.url);
    await browser.logIn(ours.manager);
    return PlanStanding.parse((await browser.request('GET', '/api/plan')).json);
  };

  it('warns, goes on for fourteen days, then leaves out what it must and no more; an upgrade brings it all back', async () => {
    const startMs = nowMs;
    await agree(ours, 'premium', startMs - 300 * DAY_MS, startMs + 10 * DAY_MS);
    const arranged = list([picture, numbers], [{ ...picture, id: randomUUID() }]);
    await hangs(arranged);
    expect(await shownWidgets()).toEqual([['image', 'contacts'], ['image']]);
    expect(await standing()).toMatchObject({ plan: 'premium', phase: 'standing' });

    nowMs = startMs + 4 * DAY_MS;
    expect(await standing()).toMatchObject({ plan: 'premium', phase: 'ending' });
    nowMs = startMs + 24 * DAY_MS - 1_000;
    expect(await standing()).toMatchObject({ plan: 'premium', phase: 'grace', goneFrom: new Date(startMs + 24 * DAY_MS).toISOString() });
    await Promise.all(replicas().map((replica) => replica.carryAll()));
    expect(await heldSequence()).toBe(1);

    nowMs = startMs + 24 * DAY_MS;
    expect(await standing()).toMatchObject({ plan: 'basic', phase: 'standing', features: [] });
    const before = (await noted('plan.took-effect')).length;
    // Whichever replica, and however often: one of them does.
    const carried = await Promise.all([0, 1, 2, 3, 4, 5].map(async () => replicas()[0]?.carry(ours.tenantId)));
    expect(carried.filter(Boolean)).toHaveLength(1);
    await expect.poll(heldSequence, { timeout: 10_000 }).toBe(2);
    expect(await shownWidgets()).toEqual([['contacts']]);
    expect((await noted('plan.took-effect')).slice(before)).toEqual([{ plan: 'basic' }]);
    const { rows } = await running.owner.query(
      'select c.draft, r.list from display_config c join display_config_revision r on r.display_config_id = c.id where c.id = $1',
      [ours.displayConfigId],
    );
    expect(rows).toEqual([{ draft: arranged, list: arranged }]);

    await agree(ours, 'premium', nowMs, null);
    await running.cloud.plans.carryAll();
    await expect.poll(heldSequence, { timeout: 10_000 }).toBe(3);
    expect(await shownWidgets()).toEqual([['image', 'contacts'], ['image']]);
    // Nothing is left to do.
    await running.cloud.plans.carryAll();
    expect((await noted('plan.took-effect')).slice(before)).toEqual([{ plan: 'basic' }, { plan: 'premium' }]);
  }, 60_000);

  it('gives the lobby its own round when nothing of the programme is left', async () => {
    await hangs(list([picture]));
    // None was agreed in this test: it is basic, and the first look leaves the picture out at once.
    expect(await shownWidgets()).toBeNull();
    await agree(ours, 'premium', nowMs, null);
    await running.owner.query("update tenant_plan_carried set plan = 'basic' where tenant_id = $1", [ours.tenantId]);
    await running.cloud.plans.carryAll();
    await expect.poll(heldSequence, { timeout: 10_000 }).toBe(2);
    expect(await shownWidgets()).toEqual([['image']]);
  }, 30_000);

  it('of two replicas at once one tells the screens', async () => {
    await agree(ours, 'premium', nowMs, null);
    for (let round = 0; round < 10; round += 1) {
      await running.owner.query("update tenant_plan_carried set plan = 'basic' where tenant_id = $1", [ours.tenantId]);
      const done = await Promise.all(replicas().map((replica) => replica.carry(ours.tenantId)));
      expect(done.filter(Boolean)).toHaveLength(1);
    }
  });

  it('a replica whose clock is behind composes for what another has carried', async () => {
    await agree(ours, 'premium', nowMs - 100 * DAY_MS, nowMs - 14 * DAY_MS);
    const behind = (byMs: number) =>
      createPlanUses({
        database: otherReplica,
        outbox: createOutbox({}),
        tenantIds: running.cloud.identity.tenantIds,
        nowMs: () => nowMs - byMs,
      });
    const scope = { tenantId: ours.tenantId, sessionId: null };
    await running.owner.query("update tenant_plan_carried set plan = 'premium', carried_at = $2 where tenant_id = $1", [
      ours.tenantId,
      new Date(0),
    ]);
    expect(await behind(10_000).lacking(scope)).toEqual([]);
    expect(await running.cloud.plans.carry(ours.tenantId)).toBe(true);
    expect(await behind(10_000).lacking(scope)).toContain('pictures');
    // A clock that is an hour wrong is no reason to go by.
    expect(await behind(3_600_000).lacking(scope)).toEqual([]);
  });

  it('is told to the open screens of the office', async () => {
    await running.owner.query("update tenant_plan_carried set plan = 'premium' where tenant_id = $1", [ours.tenantId]);
    const listener = await connected(running.ownerUrl);
    const heard: string[] = [];
    listener.on('notification', ({ payload }) => heard.push(payload ?? ''));
    await listener.query('listen concierge_live');
    await running.cloud.plans.tellOffice(ours.tenantId);
    // Another end of the same plan takes nothing away, and is news for whoever looks at it.
    await running.cloud.plans.tellOffice(ours.tenantId);
    await expect
      .poll(() => heard.filter((payload) => payload.includes('"subject":"plan"') && payload.includes(ours.tenantId)).length)
      .toBe(2);
    await listener.end();
  });
});
