import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import { aReport } from '@concierge/cloud-server/testing/a-report.ts';
import type { DeviceRelease } from '@concierge/contract/release/outcome.ts';
import { expect, type Page, test } from '@playwright/test';
import pg from 'pg';
import { logIn, type RunningDemo, removeDemo, startDemo } from './demo.ts';
import { tabUntil } from './keyboard.ts';

test.use({ actionTimeout: 15_000 });

let demo: RunningDemo;
test.beforeAll(async () => {
  test.setTimeout(180_000);
  demo = await startDemo();
  await plantRollout();
});
test.afterAll(async () => removeDemo(demo));

test('by keyboard alone: from the line over the fleet to the screen that failed, why it did, and another try', async ({ browser }) => {
  test.setTimeout(90_000);
  const page = await (await browser.newContext({ locale: 'el-GR', viewport: { width: 1440, height: 900 } })).newPage();
  await logIn(page, demo.run);
  await page.goto(`${demo.run.office}/screens`);
  const line = page.getByRole('region', { name: 'Έκδοση προγράμματος' });
  await expect(line).toContainText('Έκδοση 1.4.0: την έχουν 2 από 5 οθόνες.');
  await expect(line.getByRole('button', { name: '2 περιμένουν τη νύχτα' })).toBeVisible();
  await line.getByText('Γιατί').press('Enter');
  await expect(line).toContainText('1 απέτυχε: δεν έχει αρκετό χώρο');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

  await line.getByRole('button', { name: '1 απέτυχε' }).press('Enter');
  await expect(page).toHaveURL(/standing=failed/);
  const table = page.getByRole('table', { name: 'Οθόνες' });
  await expect(table.getByRole('row')).toHaveCount(2);
  await tabUntil(page, 'Πυλωτή Κυψέλης');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Πυλωτή Κυψέλης');
  await expect(page.getByText('Η νέα έκδοση δεν λειτούργησε εδώ.', { exact: false })).toContainText('δεν έχει αρκετό χώρο');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  const retry = page.getByRole('button', { name: 'Νέα προσπάθεια για την έκδοση 1.4.0' });
  await tabUntil(page, 'Νέα προσπάθεια');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Ζητήθηκε νέα προσπάθεια για την 1.4.0 από Μαρία Παπαδοπούλου')).toHaveCount(1);
  await expect(retry).toHaveCount(0);
  expect(await retriesAudited()).toBe(1);
  await page.context().close();
});

test('groups by ring and by state lead to their screens; the file keeps what was chosen', async ({ browser }) => {
  test.setTimeout(90_000);
  const page = await (await browser.newContext({ locale: 'el-GR', viewport: { width: 1440, height: 900 } })).newPage();
  await logIn(page, demo.run);
  await page.goto(`${demo.run.office}/screens`);
  await page.getByLabel('Ομαδοποίηση').selectOption({ label: 'Ανά ομάδα διάθεσης' });
  await expect(page).toHaveURL(/by=ring/);
  const groups = page.getByRole('table', { name: 'Ανά ομάδα διάθεσης' });
  await expect(groups.getByRole('row', { name: /0 · lab/ })).toContainText('1');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await tabUntil(page, '0 · lab');
  await page.keyboard.press('ArrowDown');
  await expect(page.locator(':focus')).toHaveText('1 · all');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/ring=/);
  const table = page.getByRole('table', { name: 'Οθόνες' });
  await expect(table.getByRole('row')).toHaveCount(2);
  await expect(page.getByLabel('Ομάδα διάθεσης')).toHaveValue('0');
  expect(await csvOf(page)).toEqual([expect.stringContaining('Είσοδος Κυψέλης 1')]);

  // It stands in the address, so a reload keeps it.
  await page.reload();
  await expect(table.getByRole('row')).toHaveCount(2);
  await page.getByLabel('Ομάδα διάθεσης').selectOption('');

  // Those that are in no ring are reached as the others are.
  await page.getByLabel('Ομαδοποίηση').selectOption({ label: 'Ανά ομάδα διάθεσης' });
  await groups.getByRole('link', { name: 'Δεν δέχεται εκδόσεις' }).click();
  await expect(page).toHaveURL(/ring=none/);
  await expect(table.getByRole('link', { name: 'Είσοδος Βικτωρίας' })).toBeVisible();
  await expect(table.getByRole('link', { name: /Κυψέλης/ })).toHaveCount(0);
  await expect(page.getByLabel('Ομάδα διάθεσης')).toHaveValue('none');
  await page.getByLabel('Ομάδα διάθεσης').selectOption('');
  await page.getByLabel('Πολυκατοικία').selectOption({ label: 'Κηφισίας 148' });
  await page.getByLabel('Νέα έκδοση').selectOption('waiting');
  await expect(table.getByRole('row')).toHaveCount(3);
  expect(await csvOf(page)).toHaveLength(2);
  await page.getByLabel('Ομαδοποίηση').selectOption({ label: 'Ανά κατάσταση' });
  await expect(page.getByRole('table', { name: 'Ανά κατάσταση' }).getByRole('row')).toHaveCount(2);
  await page.context().close();
});

/** The lines below the names. */
async function csvOf(page: Page): Promise<string[]> {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Λήψη CSV' }).click();
  const file = await (await download).path();
  return readFileSync(file, 'utf8').trim().split('\r\n').slice(1);
}

async function inDatabase<Value>(work: (client: pg.Client) => Promise<Value>): Promise<Value> {
  const client = new pg.Client({ connectionString: demo.run.database });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** What a night of a rollout leaves behind: two screens have it, two wait for the next night, one had no room. */
async function plantRollout(): Promise<void> {
  await inDatabase(async (client) => {
    const { rows } = await client.query<{ tenantId: string; buildingId: string }>(
      `select tenant_id as "tenantId", id as "buildingId" from building where name_el = 'Κηφισίας 148'`,
    );
    const [place] = rows;
    if (place === undefined) throw new Error('the demo has no such building');
    await client.query(
      `insert into release (sequence, version, manifest_sha256, targets, earliest_sequence, timestamp_expires_at)
       values (14, '1.4.0', repeat('0', 64), '[{"arch":"arm64","shell":"chromium","bytes":1000,"unpackedBytes":2000}]', 0, now() + interval '1 day')`,
    );
    const rings = [
      { ring: 0, name: 'lab', share: 0, soakSeconds: 3_600 },
      { ring: 1, name: 'all', share: 10_000, soakSeconds: 86_400 },
    ];
    // Hours that are not now, whenever this runs.
    const hour = (later: number) => `${String((new Date().getUTCHours() + later) % 24).padStart(2, '0')}:00`;
    const plan = {
      rings,
      abort: { share: 1, least: 99 },
      silentAfterSeconds: 86_400,
      onlineWithinSeconds: 3_600,
      lookAgainAfterSeconds: 600,
      atOnce: 1,
      quiet: { from: hour(10), until: hour(12) },
    };
    const started = await client.query<{ id: string }>('insert into rollout (sequence, plan, ring) values (14, $1, 1) returning id', [
      JSON.stringify(plan),
    ]);
    const screens = [
      { name: 'Είσοδος Κυψέλης 1', state: 'done', ring: 0 },
      { name: 'Είσοδος Κυψέλης 2', state: 'done', ring: null },
      { name: 'Είσοδος Κυψέλης 3', state: 'waiting', ring: null },
      { name: 'Είσοδος Κυψέλης 4', state: 'waiting', ring: null },
      { name: 'Πυλωτή Κυψέλης', state: 'failed', ring: null },
    ];
    for (const { name, state, ring } of screens) {
      const id = randomUUID();
      const running = state === 'done' ? { sequence: 14, version: '1.4.0' } : { sequence: 13, version: '1.3.0' };
      const release: DeviceRelease = {
        running,
        onTrial: false,
        waiting: state === 'waiting' ? 14 : null,
        rolledBack: null,
        rootVersion: 1,
        arch: 'arm64',
        refused: state === 'failed' ? { sequence: 14, reason: 'disk-full' } : null,
        freeMebibytes: 512,
      };
      const reported = aReport({ agentVersion: running.version, release });
      await client.query(
        `insert into device (tenant_id, id, building_id, name, serial, certificate_fingerprint, certificate_expires_at, display, reported, online, last_seen_at)
         values ($1, $2, $3, $4, $5, 'f', now() + interval '60 days', '{"language":"el","widthMm":null}', $6, true, now())`,
        [place.tenantId, id, place.buildingId, name, `serial-${id.slice(0, 8)}`, JSON.stringify(reported)],
      );
      await client.query(
        `insert into device_release (tenant_id, device_id, pinned_ring, rollout_id, sequence, state, reason, state_since) values ($1, $2, $3, $4, 14, $5, $6, now())`,
        [place.tenantId, id, ring, started.rows[0]?.id, state, state === 'failed' ? 'disk-full' : null],
      );
      await client.query('insert into device_release_event (tenant_id, device_id, sequence, what, reason) values ($1, $2, 14, $3, $4)', [
        place.tenantId,
        id,
        state === 'waiting' ? 'offered' : state,
        state === 'failed' ? 'disk-full' : null,
      ]);
    }
  });
}

async function retriesAudited(): Promise<number | undefined> {
  return inDatabase(async (client) => {
    const { rows } = await client.query<{ count: number }>(
      `select count(*)::int as count from audit_event where action = 'device.release-retried'`,
    );
    return rows[0]?.count;
  });
}
