import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type PlantedTenant, plantTenant } from './testing/planted-tenant.ts';
import { type RunningCloud, runCloud, TestBrowser } from './testing/running-cloud.ts';
import { exampleOf } from './testing/schema-example.ts';

/** The OpenAPI document, as far as this test reads it. */
const Description = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        description: z.string().default(''),
        parameters: z.array(z.object({ name: z.string(), in: z.string(), required: z.boolean().default(false) })).default([]),
        requestBody: z.object({ content: z.object({ 'application/json': z.object({ schema: z.unknown() }) }) }).optional(),
      }),
    ),
  ),
  components: z.object({ schemas: z.record(z.string(), z.unknown()).default({}) }).default({ schemas: {} }),
});

let running: RunningCloud;
let ours: PlantedTenant;
let theirs: PlantedTenant;
let intruder: TestBrowser;
let insider: TestBrowser;
let description: z.infer<typeof Description>;

beforeAll(async () => {
  running = await runCloud();
  ours = await plantTenant(running.owner, 'ours');
  theirs = await plantTenant(running.owner, 'theirs');
  intruder = new TestBrowser(running.cloud.url);
  insider = new TestBrowser(running.cloud.url);
  expect((await intruder.logIn(ours.manager)).status).toBe(200);
  expect((await insider.logIn(theirs.manager)).status).toBe(200);
  description = Description.parse(running.cloud.describe());
});

afterAll(async () => {
  await running.stop();
});

describe("another tenant's ids, on every route of the OpenAPI document", () => {
  it('open nothing, change nothing and tell nothing', async () => {
    const before = await rowsOf(theirs.tenantId);
    let tried = 0;
    for (const route of guardedRoutes()) {
      const reply = await intruder.request(route.method, route.pathWith(theirs), route.bodyWith(theirs));
      const what = `${route.method} ${route.path} answered ${reply.status}: ${reply.text.slice(0, 200)}`;
      if (route.namesSomething) expect([403, 404], what).toContain(reply.status);
      for (const secret of [...theirs.secrets, ...theirs.publicTexts]) expect(reply.text, what).not.toContain(secret);
      tried += 1;
    }
    expect(tried).toBeGreaterThan(15);
    expect(await rowsOf(theirs.tenantId)).toEqual(before);
  });

  it('would have opened them for their own manager (so the requests above are well formed)', async () => {
    for (const route of guardedRoutes().filter((one) => one.method === 'GET' && one.namesSomething)) {
      const reply = await insider.request(route.method, route.pathWith(theirs));
      expect(reply.status, `${route.path}: ${reply.text.slice(0, 200)}`).toBe(200);
    }
  });

  it('are refused to everybody without a session', async () => {
    const nobody = new TestBrowser(running.cloud.url);
    for (const route of guardedRoutes()) {
      const reply = await nobody.request(route.method, route.pathWith(theirs), route.bodyWith(theirs));
      expect(reply.status, `${route.method} ${route.path}`).toBe(401);
    }
  });
});

interface GuardedRoute {
  readonly method: string;
  readonly path: string;
  /** Whether the request must name something of the tenant; a filter that may be left out answers with an empty list instead. */
  readonly namesSomething: boolean;
  pathWith(tenant: PlantedTenant): string;
  bodyWith(tenant: PlantedTenant): unknown;
}

function guardedRoutes(): GuardedRoute[] {
  return Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]): GuardedRoute[] => {
      // Streams stay open and are tested on their own; logging out would end the test's own session.
      if (operation.description.includes('Access: public') || path === '/api/live' || path === '/api/users/logout') return [];
      const wanted = operation.parameters.filter((parameter) => parameter.in === 'path' || parameter.name.endsWith('Id'));
      return [
        {
          method: method.toUpperCase(),
          path,
          namesSomething: wanted.some((parameter) => parameter.required && parameter.name.endsWith('Id')) || path === '/api/announcements',
          pathWith(tenant) {
            let url = path;
            const query = new URLSearchParams();
            for (const parameter of wanted) {
              const value = idFor(parameter.name, tenant);
              if (parameter.in === 'path') url = url.replace(`{${parameter.name}}`, value);
              else query.set(parameter.name, value);
            }
            return query.size === 0 ? url : `${url}?${query.toString()}`;
          },
          bodyWith(tenant) {
            if (operation.requestBody === undefined) return undefined;
            return exampleOf(operation.requestBody.content['application/json'].schema, description.components.schemas, (name) =>
              idFor(name, tenant),
            );
          },
        },
      ];
    }),
  );
}

/** What a parameter of this name is called in the planted tenant. A new name must be added here, or the test fails. */
function idFor(name: string, tenant: PlantedTenant): string {
  const ids: Readonly<Record<string, string | undefined>> = {
    buildingId: tenant.buildingId,
    apartmentId: tenant.apartmentIds[0],
    occupancyId: tenant.occupancyId,
    announcementId: tenant.announcementId,
    deviceId: tenant.deviceId,
    commandId: tenant.commandId,
    configId: tenant.displayConfigId,
    // Of a scene and of a widget, which belong to their configuration alone.
    id: '01900000-0000-7000-8000-00000000c1a2',
    assign: tenant.deviceId,
    release: tenant.deviceId,
    fallbackSceneId: '01900000-0000-7000-8000-00000000c1a2',
    batchId: tenant.batchId,
    serial: tenant.batchSerial,
    // Nobody's until somebody has found it: an id that is none, as it looks to whoever has not.
    claimId: '01900000-0000-7000-8000-00000000c1a1',
    sha256: createHash('sha256')
      .update(tenant === theirs ? 'theirs' : 'ours')
      .digest('hex'),
    kind: 'general',
    // The one that is closed by hand as well.
    alertKind: 'twin',
    // Both offices have a batch of this number: whoever asks finds their own.
    deviceNumber: '1-001',
  };
  const id = ids[name];
  if (id === undefined) throw new Error(`The test does not know what to send for "${name}": add it to idFor.`);
  return id;
}

/** Every row the tenant has, table by table, to see that nothing was touched. */
async function rowsOf(tenantId: string): Promise<Record<string, string>> {
  const { rows: tables } = await running.owner.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by c.relname`,
  );
  const hashes: Record<string, string> = {};
  for (const { name } of tables) {
    // Sessions and the devices' presence live on by themselves while the cloud runs, and the clock opens alerts.
    if (['user_session', 'device_alert', 'audit_event', 'audit_block', 'audit_seal'].includes(name)) continue;
    const { rows } = await running.owner.query<{ hash: string }>(
      `select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as hash from ${name} t where tenant_id = $1`,
      [tenantId],
    );
    hashes[name] = rows[0]?.hash ?? '';
  }
  return hashes;
}
