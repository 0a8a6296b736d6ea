import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { migrate } from '@concierge/cloud-server/db/migrate.ts';
import { createEmbeddedPostgres } from '@concierge/cloud-server/platform/postgres/embedded.ts';
import { type PlantedTenant, plantTenant } from '@concierge/cloud-server/testing/planted-tenant.ts';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { announcing } from './announcing.ts';
import { type CloudProcess, startCloudProcess } from './cloud-process.ts';

const silent = pino({ level: 'silent' });
let folder: string;
let postgres: ReturnType<typeof createEmbeddedPostgres>;
let ownerUrl: string;
let appUrl: string;
let postmasterPid: number;
let tenant: PlantedTenant;
let cloud: CloudProcess;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'concierge-faults-'));
  postgres = createEmbeddedPostgres({
    dataDir: join(folder, 'postgres'),
    port: 0,
    password: 'owner-password',
    fsync: true,
    logger: silent,
  });
  const started = await postgres.start();
  if (!started.ok) throw new Error(started.error.message);
  ownerUrl = started.value.url;
  postmasterPid = started.value.pid;
  await migrate(ownerUrl, { appPassword: 'app-password' });
  const url = new URL(ownerUrl);
  url.username = 'concierge_app';
  url.password = 'app-password';
  appUrl = url.href;
  tenant = await asOwner((owner) => plantTenant(owner, 'ours'));
  cloud = await startCloud('0', '0');
}, 60_000);

afterAll(async () => {
  await cloud.stop();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

const startCloud = (port: string, brokerPort: string) =>
  startCloudProcess({ CONCIERGE_DATA: join(folder, 'data'), DATABASE_URL: appUrl, PORT: port, MQTT_PORT: brokerPort });

describe('killed at any moment under load', () => {
  it('PostgreSQL dies and comes back: every answer is a clear one, and every acknowledged announcement is there exactly once', async () => {
    const office = announcing(() => cloud.url, tenant.manager, tenant.buildingId);
    await office.atWork();
    await sleep(400);
    process.kill(postmasterPid, 'SIGKILL');
    await sleep(4_000);
    await office.finish();
    await everythingOnce(office.acknowledged);
    expect([...office.statuses].filter(([status]) => ![0, 201, 409, 503, 401].includes(status))).toEqual([]);
    await published(office.acknowledged);
    expect((await fetch(`${cloud.url}/readyz`)).status).toBe(200);
  }, 60_000);

  it('the cloud dies three times and comes back: nothing acknowledged is lost or doubled, and the document is published', async () => {
    await asOwner((owner) => owner.query('delete from idempotency_record'));
    await asOwner((owner) => owner.query('update announcement set withdrawn_at = now() where withdrawn_at is null'));
    const ports = [new URL(cloud.url).port, new URL(cloud.brokerUrl).port] as const;
    const office = announcing(() => cloud.url, tenant.manager, tenant.buildingId);
    await office.atWork();
    for (let round = 0; round < 3; round += 1) {
      await sleep(300 + round * 170);
      await cloud.kill();
      cloud = await startCloud(...ports);
    }
    await sleep(500);
    await office.finish();
    await everythingOnce(office.acknowledged);
    await published(office.acknowledged);
  }, 90_000);
});

async function everythingOnce(titles: readonly string[]): Promise<void> {
  expect(titles.length).toBeGreaterThan(5);
  const rows = await asOwner(
    async (owner) =>
      (
        await owner.query<{ title: string; count: number }>(
          `select title_el as title, count(*)::int as count from announcement where title_el like 'Ανακοίνωση %' and withdrawn_at is null group by 1`,
        )
      ).rows,
  );
  const counts = new Map(rows.map((row) => [row.title, row.count]));
  expect(titles.filter((title) => counts.get(title) !== 1)).toEqual([]);
  // The audit trail has one entry for each, no more: they committed together.
  const audited = await asOwner(
    async (owner) =>
      (
        await owner.query<{ count: number }>(
          `select count(*)::int as count from announcement n where title_el like 'Ανακοίνωση %' and (select count(*) from audit_event e where e.subject_id = n.id and e.action = 'announcement.created') <> 1`,
        )
      ).rows[0]?.count,
  );
  expect(audited).toBe(0);
}

/** The newest announcement reaches the stored, published document by itself: no job was lost with the process that held it. */
async function published(titles: readonly string[]): Promise<void> {
  const last = titles.at(-1) ?? '';
  await expect
    .poll(
      async () =>
        asOwner(
          async (owner) =>
            (
              await owner.query<{ whole: boolean }>(
                'select document::text like $2 and published_sequence = sequence as whole from lobby_document where building_id = $1',
                [tenant.buildingId, `%${last}"%`],
              )
            ).rows[0]?.whole,
        ),
      { timeout: 30_000, interval: 250 },
    )
    .toBe(true);
}

async function asOwner<Value>(work: (owner: pg.Client) => Promise<Value>): Promise<Value> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  owner.on('error', () => undefined);
  await owner.connect();
  try {
    return await work(owner);
  } finally {
    await owner.end();
  }
}
