import { randomUUID } from 'node:crypto';
import { PlanFeature as Features, lackingIn, Plan, type PlanFeature } from '@concierge/contract/plans.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type PlantedTenant, plantTenant } from './testing/planted-tenant.ts';
import { type Reply, type RunningCloud, runCloud, TestBrowser } from './testing/running-cloud.ts';
import { aNumbersWidget, aPictureWidget } from './testing/widget-settings.ts';

/** The OpenAPI document, as far as this test reads it. */
const Description = z.object({ paths: z.record(z.string(), z.record(z.string(), z.object({ description: z.string().default('') }))) });

let running: RunningCloud;
let ours: PlantedTenant;
let theirs: PlantedTenant;
let manager: TestBrowser;

beforeAll(async () => {
  running = await runCloud();
  ours = await plantTenant(running.owner, 'ours');
  theirs = await plantTenant(running.owner, 'theirs');
  manager = new TestBrowser(running.cloud.url);
  expect((await manager.logIn(ours.manager)).status).toBe(200);
});
afterAll(async () => running.stop());

async function giveUs(plan: Plan): Promise<void> {
  await running.owner.query('delete from tenant_plan where tenant_id = $1', [ours.tenantId]);
  await running.owner.query('insert into tenant_plan (tenant_id, plan, starts_at, set_by) values ($1, $2, $3, $4)', [
    ours.tenantId,
    plan,
    new Date(0),
    'test',
  ]);
}

const path = '/api/kiosk/display-configs';
const draftWith = (widget: string, settings: object) => ({
  scenes: [
    {
      id: randomUUID(),
      name: { el: 'Σκηνή', en: null },
      view: { kind: 'layout', portrait: [], landscape: [{ id: randomUUID(), widget, column: 0, row: 0, columns: 6, rows: 4, settings }] },
      durationSeconds: null,
      priority: 'normal',
      schedule: null,
      mostDataAgeHours: null,
    },
  ],
  fallbackSceneId: null,
});
const widgetOf: Partial<Record<PlanFeature, readonly [string, object][]>> = {
  pictures: [
    ['image', aPictureWidget],
    ['video', {}],
  ],
  weather: [['weather', {}]],
  advertisements: [['ads', {}]],
};

interface Attempt {
  readonly feature: PlanFeature;
  readonly route: string;
  send(browser: TestBrowser, tenant: PlantedTenant): Promise<Reply>;
}

/** Every way to use what belongs to a feature, the crooked ones too. */
const attempts: readonly Attempt[] = [
  ...Features.options.flatMap((feature) =>
    (widgetOf[feature] ?? []).flatMap(([widget, settings]): Attempt[] => [
      {
        feature,
        route: `POST ${path}`,
        send: (browser, { buildingId }) => browser.request('POST', path, { name: 'Α', buildingId, draft: draftWith(widget, settings) }),
      },
      {
        feature,
        route: `POST ${path}`,
        send: (browser) => browser.request('POST', `${path}/`, { name: 'Α', buildingId: null, draft: draftWith(widget, settings) }),
      },
      {
        feature,
        route: `PATCH ${path}/{configId}`,
        send: (browser, { displayConfigId }) =>
          browser.request('PATCH', `${path}/${displayConfigId}`, { draft: draftWith(widget, settings), version: 1 }),
      },
      {
        feature,
        route: `PATCH ${path}/{configId}`,
        // Hidden behind a scene that every plan has, and sent as something to be done once.
        send: (browser, { displayConfigId }) => {
          const [hidden] = draftWith(widget, settings).scenes;
          const plain = { ...hidden, id: randomUUID(), view: { kind: 'standard', standard: 'overview' } };
          return browser.request(
            'PATCH',
            `${path}/${displayConfigId}`,
            { draft: { scenes: [plain, hidden], fallbackSceneId: null }, version: 1 },
            { 'idempotency-key': randomUUID() },
          );
        },
      },
    ]),
  ),
  {
    feature: 'pictures',
    route: 'POST /api/kiosk/media',
    send: (browser) => browser.upload('/api/kiosk/media?name=a.png', new Uint8Array([1, 2, 3])),
  },
  {
    feature: 'screenshots',
    route: 'POST /api/kiosk/devices/{deviceId}/commands',
    send: (browser, { deviceId }) => browser.request('POST', `/api/kiosk/devices/${deviceId}/commands`, { command: 'screenshot' }),
  },
  ...['', '/'].map(
    (slash): Attempt => ({
      feature: 'long-history',
      route: 'GET /api/kiosk/devices/{deviceId}/history',
      send: (browser, { deviceId }) => browser.request('GET', `/api/kiosk/devices/${deviceId}/history${slash}?range=quarter`),
    }),
  ),
];

const REFUSED = 'plan.feature-not-included';
const codeOf = (reply: Reply) => z.object({ code: z.string() }).safeParse(reply.json).data?.code ?? null;

function gatedRoutes(): { route: string; features: string[] }[] {
  const { paths } = Description.parse(running.cloud.describe());
  return Object.entries(paths).flatMap(([url, methods]) =>
    Object.entries(methods).flatMap(([method, { description }]) => {
      const [, features] = /Plan: ([a-z, -]+?)(?: \(where asked for\))?\./.exec(description) ?? [];
      return features === undefined ? [] : [{ route: `${method.toUpperCase()} ${url}`, features: features.split(', ') }];
    }),
  );
}

describe('each feature at each route that declares it', () => {
  it('is tried below, and every feature of the table is declared somewhere', () => {
    const declared = gatedRoutes().flatMap(({ route, features }) => features.map((feature) => `${feature} at ${route}`));
    expect([...new Set(attempts.map(({ feature, route }) => `${feature} at ${route}`))].sort()).toEqual(declared.sort());
    expect(new Set(attempts.map(({ feature }) => feature))).toEqual(new Set(Features.options));
  });

  it.each(Plan.options)('is had or refused as the table says: %s', async (plan) => {
    await giveUs(plan);
    for (const { feature, route, send } of attempts) {
      const reply = await send(manager, ours);
      const what = `${plan}, ${feature} at ${route}: ${reply.status} ${reply.text.slice(0, 200)}`;
      if (lackingIn(plan).includes(feature)) expect([reply.status, codeOf(reply)], what).toEqual([403, REFUSED]);
      else expect(codeOf(reply), what).not.toBe(REFUSED);
    }
  });

  it('changes nothing where it is refused', async () => {
    await giveUs('basic');
    const before = await rowsOf();
    for (const { send } of attempts) await send(manager, ours);
    expect(await rowsOf()).toEqual(before);
  });

  it('is said in the reader’s language, with what it is that is missing', async () => {
    await giveUs('basic');
    const ask = (language: string) =>
      manager.request('POST', `/api/kiosk/devices/${ours.deviceId}/commands`, { command: 'screenshot' }, { 'accept-language': language });
    expect((await ask('el')).json).toMatchObject({
      title: 'Δεν περιλαμβάνεται στη συνδρομή του γραφείου.',
      detail: 'Η φωτογραφία οθόνης ανήκει στην πλήρη συνδρομή.',
    });
    expect((await ask('en')).json).toMatchObject({
      title: 'The office’s plan does not include this.',
      detail: 'The picture of a screen belongs to Premium.',
    });
  });

  it('tells strangers and residents nothing of the plan', async () => {
    await giveUs('basic');
    const resident = new TestBrowser(running.cloud.url);
    await resident.logIn(ours.resident);
    const nobody = new TestBrowser(running.cloud.url);
    for (const { send, route } of attempts) {
      expect(codeOf(await send(resident, ours)), route).toBe('not-allowed');
      expect((await send(nobody, ours)).status, route).toBe(401);
    }
    expect((await resident.request('GET', '/api/plan')).status).toBe(403);
    expect((await nobody.request('GET', '/api/plan')).status).toBe(401);
  });

  it('is judged by the plan of whoever asks, never by that of what they name', async () => {
    await giveUs('basic');
    const neighbour = new TestBrowser(running.cloud.url);
    await neighbour.logIn(theirs.manager);
    for (const { send, route } of attempts) {
      // Theirs is premium: a basic office that names their things is refused by its own plan, and they reach nothing of ours.
      expect(codeOf(await send(manager, theirs)), route).toBe(REFUSED);
      const reply = await send(neighbour, ours);
      expect(codeOf(reply), `${route}: ${reply.text.slice(0, 200)}`).not.toBe(REFUSED);
    }
  });
});

describe('what every plan has', () => {
  beforeAll(() => giveUs('basic'));

  it.each<[string, () => Promise<Reply>, number]>([
    [
      'arranging what informs',
      () => manager.request('POST', path, { name: 'Α', buildingId: ours.buildingId, draft: draftWith('contacts', aNumbersWidget) }),
      201,
    ],
    ['looking for a screen', () => manager.request('POST', `/api/kiosk/devices/${ours.deviceId}/commands`, { command: 'identify' }), 201],
    ['its log', () => manager.request('POST', `/api/kiosk/devices/${ours.deviceId}/commands`, { command: 'logs' }), 201],
    ['starting it anew', () => manager.request('POST', `/api/kiosk/devices/${ours.deviceId}/commands`, { command: 'restart' }), 201],
    ['a week of its history', () => manager.request('GET', `/api/kiosk/devices/${ours.deviceId}/history?range=week`), 200],
    ['its alerts', () => manager.request('GET', `/api/kiosk/devices/${ours.deviceId}`), 200],
    ['the thresholds of alerts', () => manager.request('GET', '/api/kiosk/fleet/thresholds'), 200],
    ['the pictures that are in the library', () => manager.request('GET', '/api/kiosk/media'), 200],
    ['its own data as a file', () => manager.request('GET', '/api/kiosk/devices.csv'), 200],
    [
      'an urgent announcement',
      () =>
        manager.request('POST', '/api/announcements', {
          buildingId: ours.buildingId,
          category: 'general',
          urgent: true,
          title: { el: 'Φωτιά', en: null },
        }),
      201,
    ],
    ['publishing', () => manager.request('POST', `${path}/${ours.displayConfigId}/publish`, { version: 1 }), 200],
    [
      'giving a screen a programme',
      () => manager.request('POST', `${path}/${ours.displayConfigId}/devices`, { assign: [ours.deviceId], release: [] }),
      200,
    ],
    [
      'taking it away',
      () => manager.request('POST', `${path}/${ours.displayConfigId}/devices`, { assign: [], release: [ours.deviceId] }),
      200,
    ],
    ['revoking a screen', () => manager.request('POST', `/api/kiosk/devices/${ours.deviceId}/revoke`), 204],
  ])('%s', async (_what, ask, status) => {
    const reply = await ask();
    expect(reply.status, reply.text).toBe(status);
  });

  it('says what it has, and is never read across offices', async () => {
    expect((await manager.request('GET', '/api/plan')).json).toEqual({
      plan: 'basic',
      phase: 'standing',
      trial: false,
      since: null,
      until: null,
      goneFrom: null,
      next: null,
      features: [],
    });
    const neighbour = new TestBrowser(running.cloud.url);
    await neighbour.logIn(theirs.manager);
    expect((await neighbour.request('GET', '/api/plan')).json).toMatchObject({ plan: 'premium', features: [...Features.options] });
  });
});

async function rowsOf(): Promise<unknown> {
  const { rows } = await running.owner.query(
    `select (select count(*)::int from display_config where tenant_id = $1) as configs, (select count(*)::int from media where tenant_id = $1) as media,
       (select count(*)::int from device_command where tenant_id = $1) as commands, (select count(*)::int from idempotency_record where tenant_id = $1) as records,
       (select string_agg(draft::text, '|' order by id) from display_config where tenant_id = $1) as drafts`,
    [ours.tenantId],
  );
  return rows;
}
