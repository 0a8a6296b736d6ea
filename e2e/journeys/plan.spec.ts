import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import pg from 'pg';
import { samplePicture } from '../../kiosk/renderer/widgets/sample-picture.ts';
import { demoKiosk } from '../../tools/demo/seed.ts';
import { logIn, type RunningDemo, removeDemo, startDemo } from './demo.ts';

test.use({ actionTimeout: 10_000, locale: 'el-GR', viewport: { width: 1440, height: 1000 } });
test.describe.configure({ mode: 'serial' });

const DAYS = (count: number) => `interval '${count} days'`;
const configs = '/api/kiosk/display-configs';

let demo: RunningDemo;
let owner: pg.Client;
let configId = '';
test.beforeAll(async () => {
  test.setTimeout(120_000);
  demo = await startDemo();
  owner = new pg.Client({ connectionString: demo.run.database });
  await owner.connect();
});
test.afterAll(async () => {
  await owner.end();
  await removeDemo(demo);
});

/** As if premium had been agreed sixty days ago and had ended so many days ago. */
async function endedDaysAgo(days: number): Promise<void> {
  await owner.query('delete from tenant_plan where tenant_id = $1', [demoKiosk.tenantId]);
  await owner.query(
    `insert into tenant_plan (tenant_id, plan, starts_at, ends_at, set_by) values ($1, 'premium', now() - ${DAYS(60)}, now() - ${DAYS(days)}, 'test')`,
    [demoKiosk.tenantId],
  );
  // What the clock would do within a minute.
  await owner.query(`select graphile_worker.add_job('plans.carry', '{}'::json)`);
}

/** The operator, on the cloud's machine. */
async function operate(...argv: string[]): Promise<string> {
  const program = join(import.meta.dirname, '../../cloud/server/manage-plans.ts');
  const env = { ...process.env, DATABASE_URL: demo.run.database, DATABASE_OWNER_URL: demo.run.database };
  return (await promisify(execFile)(process.execPath, [program, ...argv], { env })).stdout;
}

/** A request as the page itself would send it. */
async function ask(page: Page, method: string, path: string, body: unknown): Promise<{ status: number; json: Record<string, unknown> }> {
  const { csrfToken } = (await (await page.request.get(`${demo.run.cloud}/api/csrf`)).json()) as { csrfToken: string };
  const reply = await page.request.fetch(`${demo.run.cloud}${path}`, { method, headers: { 'x-csrf-token': csrfToken }, data: body });
  const text = await reply.text();
  return { status: reply.status(), json: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}

const sceneOf = (name: string, widget: string, settings: object) => {
  const place = { id: randomUUID(), widget, column: 0, row: 0, columns: 12, rows: 8, settings };
  return {
    id: randomUUID(),
    name: { el: name, en: null },
    view: { kind: 'layout', portrait: [place], landscape: [] },
    durationSeconds: null,
    priority: 'takeover',
    schedule: null,
    mostDataAgeHours: null,
  };
};
const picture = sceneOf('Μια εικόνα', 'image', { media: samplePicture.media, alt: { el: 'Λόφοι', en: null }, fit: 'cover' });
const paintedIn = (lobby: Page) => lobby.locator(`img[src="/media/${samplePicture.media.sha256}"]`);
const locks = (page: Page) => page.getByText('ανήκουν στην πλήρη συνδρομή');
const axe = async (page: Page) => expect((await new AxeBuilder({ page }).exclude('.canvas [inert]').analyze()).violations).toEqual([]);

test('at the end of premium and its grace the lobby shows its own round; an upgrade brings the picture back', async ({ browser, page }) => {
  test.setTimeout(150_000);
  await logIn(page, demo.run);
  const { csrfToken } = (await (await page.request.get(`${demo.run.cloud}/api/csrf`)).json()) as { csrfToken: string };
  const added = await page.request.post(`${demo.run.cloud}/api/kiosk/media?name=a.png`, {
    headers: { 'x-csrf-token': csrfToken, 'content-type': 'application/octet-stream' },
    data: Buffer.from(samplePicture.base64, 'base64'),
  });
  expect(added.status()).toBe(201);
  const created = await ask(page, 'POST', configs, {
    name: 'Με εικόνα',
    buildingId: null,
    draft: { scenes: [picture], fallbackSceneId: null },
  });
  expect(created.status, JSON.stringify(created.json)).toBe(201);
  configId = String(created.json['id']);
  const { rows } = await owner.query<{ id: string }>('select id from device where tenant_id = $1 and name = $2', [
    demoKiosk.tenantId,
    demoKiosk.screen,
  ]);
  expect((await ask(page, 'POST', `${configs}/${configId}/devices`, { assign: [rows[0]?.id], release: [] })).status).toBe(200);
  expect((await ask(page, 'POST', `${configs}/${configId}/publish`, { version: created.json['version'] })).status).toBe(200);

  const lobby = await browser.newPage({ viewport: { width: 1080, height: 1920 } });
  await lobby.goto(demo.run.kiosk);
  await expect(paintedIn(lobby)).toBeVisible({ timeout: 40_000 });

  await endedDaysAgo(13);
  await page.goto(`${demo.run.office}/buildings`);
  await expect(page.getByText('Όλα συνεχίζουν όπως είναι έως και')).toBeVisible();
  await axe(page);
  await expect(paintedIn(lobby)).toBeVisible();

  await endedDaysAgo(14);
  await expect(paintedIn(lobby)).toHaveCount(0, { timeout: 20_000 });
  await expect(lobby.locator('.overview, .notice, .join').first()).toBeVisible();
  // The office that looked on is told without reading anew.
  await expect(page.getByText('Όλα συνεχίζουν όπως είναι έως και')).toHaveCount(0);

  expect(await operate('set', '--office', 'athina', '--plan', 'premium')).toContain('athina');
  await expect(paintedIn(lobby)).toBeVisible({ timeout: 20_000 });
  await lobby.close();
});

test('what is missing is locked and explained, by keyboard too, until the operator gives it', async ({ page }) => {
  test.setTimeout(120_000);
  await endedDaysAgo(20);
  await logIn(page, demo.run);
  await page.goto(`${demo.run.office}/my-subscription`);
  await expect(page.getByRole('heading', { name: 'Συνδρομή', exact: true })).toBeVisible();
  await expect(page.getByRole('heading', { name: /Βασική/ })).toBeVisible();
  await expect(page.getByText('δεν περιλαμβάνεται', { exact: true })).toHaveCount(5);
  await axe(page);

  // The programme is kept, and it is said why nobody sees its picture.
  await page.goto(`${demo.run.office}/programmes/${configId}`);
  await expect(page.getByText('Μένουν στο πρόγραμμα και δεν φαίνονται στις οθόνες.')).toBeVisible();
  await expect(locks(page)).toHaveCount(1);
  await page.getByRole('button', { name: 'Προσθήκη στοιχείου' }).press('Enter');
  const item = page.getByRole('menuitem', { name: /^Εικόνα Πλήρης συνδρομή/ });
  await expect(item).toBeVisible();
  await expect(page.getByRole('menuitem', { name: /^Τηλέφωνα/ })).not.toContainText('Πλήρης συνδρομή');
  await item.press('Enter');
  await expect(locks(page)).toHaveCount(2);
  await expect(page.getByRole('menu')).toHaveCount(0);
  await axe(page);
  const again = await ask(page, 'POST', configs, {
    name: 'Άλλο',
    buildingId: null,
    draft: { scenes: [sceneOf('Άλλη', 'image', picture.view.portrait[0]?.settings ?? {})], fallbackSceneId: null },
  });
  expect([again.status, again.json['code']]).toEqual([403, 'plan.feature-not-included']);

  await page.goto(`${demo.run.office}/screens`);
  await page.getByRole('table').getByRole('link', { name: demoKiosk.screen }).click();
  await page.getByRole('radio', { name: /90 ημέρες/ }).focus();
  await page.keyboard.press('Space');
  await expect(page.getByText('Το ιστορικό πέρα από 7 ημέρες ανήκει στην πλήρη συνδρομή.')).toBeVisible();
  await axe(page);
  await page.getByRole('button', { name: /^Εντολές/ }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: 'Φωτογραφία οθόνης', exact: true })).toBeDisabled();
  await expect(dialog.getByText('Η φωτογραφία οθόνης ανήκει στην πλήρη συνδρομή.')).toBeVisible();
  await axe(page);

  // The dialog stays open: what is given opens where one stands.
  expect(await operate('set', '--office', 'athina', '--plan', 'premium', '--until', '2099-12-31')).toContain('premium');
  await expect(dialog.getByRole('button', { name: 'Φωτογραφία οθόνης', exact: true })).toBeEnabled();
  await expect(page.getByText('ανήκει στην πλήρη συνδρομή')).toHaveCount(0);
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Συνδρομή', exact: true }).click();
  await expect(page.getByText('περιλαμβάνεται', { exact: true })).toHaveCount(5);
  await expect(page.getByText('Ισχύει έως και Πέμ 31 Δεκ 2099.')).toBeVisible();
});
