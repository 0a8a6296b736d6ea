import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import pg from 'pg';
import { plantScreen } from '../../cloud/server/testing/planted-screen.ts';
import { logIn, type RunningDemo, removeDemo, startDemo } from './demo.ts';
import { tabUntil } from './keyboard.ts';

test.use({ actionTimeout: 10_000 });

let demo: RunningDemo;
test.beforeAll(async () => {
  test.setTimeout(120_000);
  demo = await startDemo();
});
test.afterAll(async () => removeDemo(demo));

test('by keyboard alone: from the fleet to the screen that needs somebody, its history, and that one knows of it', async ({ browser }) => {
  const page = await (await browser.newContext({ locale: 'el-GR', viewport: { width: 1440, height: 900 } })).newPage();
  await logIn(page, demo.run);
  await page.goto(`${demo.run.office}/screens`);
  const table = page.getByRole('table', { name: 'Οθόνες' });
  await expect(table.getByRole('row')).toHaveCount(5);

  await page.getByRole('button', { name: /^Θέλει προσοχή/ }).press('Enter');
  await expect(page).toHaveURL(/state=trouble/);
  await expect(table.getByRole('row')).toHaveCount(2);
  await tabUntil(page, 'Είσοδος Βικτωρίας');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Είσοδος Βικτωρίας');
  await expect(page.getByText('Δεδομένα επίδειξης')).toBeVisible();

  const known = page.getByRole('button', { name: 'Το γνωρίζω: Υπερθέρμανση' });
  await expect(known).toBeVisible();
  await tabUntil(page, 'Το γνωρίζω');
  await page.keyboard.press('Enter');
  await expect(page.getByText(/^Το γνωρίζει: Μαρία Παπαδοπούλου/)).toBeVisible();
  await expect(known).toHaveCount(0);

  // A chart is read point by point.
  const chart = page.getByRole('slider', { name: /^Θερμοκρασία: από/ });
  await chart.focus();
  const last = await chart.getAttribute('aria-valuetext');
  await page.keyboard.press('ArrowLeft');
  await expect(chart).not.toHaveAttribute('aria-valuetext', last ?? '');
  await expect(chart).toHaveAttribute('aria-valuetext', /°C$/);
  await page.keyboard.press('End');
  await expect(chart).toHaveAttribute('aria-valuetext', last ?? '');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.context().close();
});

test('what is looked for stands in the address, and survives a reload and the way back', { tag: '@long' }, async ({ browser }) => {
  const page = await (await browser.newContext({ locale: 'el-GR', viewport: { width: 390, height: 844 } })).newPage();
  await logIn(page, demo.run);
  await page.goto(`${demo.run.office}/screens`);
  await page.getByRole('searchbox', { name: 'Αναζήτηση οθόνης' }).fill('βικτωριας');
  await expect(page).toHaveURL(/q=/);
  const table = page.getByRole('table', { name: 'Οθόνες' });
  await expect(table.getByRole('row')).toHaveCount(3);
  await page.reload();
  await expect(page.getByRole('searchbox', { name: 'Αναζήτηση οθόνης' })).toHaveValue('βικτωριας');
  await expect(table.getByRole('row')).toHaveCount(3);
  // On a phone the choices wait until somebody wants them, and then stay open.
  await expect(page.getByLabel('Ομαδοποίηση')).toBeHidden();
  const choices = page.getByRole('button', { name: 'Φίλτρα και σειρά' });
  await choices.press('Enter');
  await expect(choices).toHaveAttribute('aria-expanded', 'true');
  await page.getByLabel('Ομαδοποίηση').selectOption({ label: 'Ανά πολυκατοικία' });
  await expect(choices).toHaveText('Φίλτρα και σειρά (1 σε ισχύ)');
  await page.reload();
  await expect(page.getByLabel('Ομαδοποίηση')).toBeVisible();
  await page.getByRole('link', { name: 'Πλατεία Βικτωρίας 9' }).click();
  await expect(page.getByText('Οθόνες στο Πλατεία Βικτωρίας 9')).toBeVisible();
  await expect(table.getByRole('row')).toHaveCount(3);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Λήψη CSV' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe('screens.csv');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.context().close();
});

test('a board that tells of its supply and of nothing else shows when that was weak, to the keyboard too', { tag: '@long' }, async ({
  browser,
}) => {
  const deviceId = await plantWeakSupply();
  const page = await (await browser.newContext({ locale: 'el-GR', viewport: { width: 1440, height: 900 } })).newPage();
  await logIn(page, demo.run);
  await page.goto(`${demo.run.office}/screens/${deviceId}`);
  const strip = page.getByRole('figure').filter({ hasText: 'Αδύναμη τροφοδοσία ή μειωμένη ταχύτητα' });
  await expect(strip).toContainText('2 φορές, τελευταία');
  await tabUntil(page, 'Πότε συνέβη');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('group', { name: 'Αδύναμη τροφοδοσία ή μειωμένη ταχύτητα' })).toBeFocused();
  await expect(strip.getByRole('row')).toHaveCount(3);
  await expect(strip.getByRole('row').nth(1)).toContainText(/\d\d:\d\d.*\d\d:\d\d/);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.context().close();
});

test('from everywhere in the office one sees how many screens need somebody, as it is now, and of one’s own buildings only', {
  tag: '@long',
}, async ({ browser }) => {
  const gone = await inKifisias((client, place) =>
    plantScreen(client, place, Date.now(), { name: 'Χωρίς δίκτυο', online: false, seenMs: Date.now() - 3_600_000 }),
  );
  const signedIn = async (email: string) => {
    const page = await (await browser.newContext({ locale: 'el-GR', viewport: { width: 1440, height: 900 } })).newPage();
    await logIn(
      page,
      demo.run,
      demo.run.logins.find((login) => login.email === email),
    );
    return page;
  };
  const page = await signedIn('maria@athina.example');
  const link = (count: number) => page.getByRole('link', { name: `Οθόνες, ${count} θέλουν προσοχή`, exact: true });
  await expect(link(3)).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  const somewhereElse = await page.context().newPage();
  await somewhereElse.goto(`${demo.run.office}/screens/${gone}`);
  await somewhereElse.getByRole('button', { name: 'Απόσυρση: Χωρίς δίκτυο' }).click();
  await somewhereElse.getByRole('dialog').getByRole('button', { name: 'Απόσυρση' }).click();
  await expect(link(2)).toBeVisible();

  const ofOneBuilding = await signedIn('eleni@athina.example');
  await expect(ofOneBuilding.getByRole('link', { name: 'Οθόνες', exact: true })).toHaveText('Οθόνες');
  await Promise.all([page.context().close(), ofOneBuilding.context().close()]);
});

test('a schedule that was set elsewhere is seen in the settings, outlives their being saved, and can be changed', { tag: '@long' }, async ({
  browser,
}) => {
  const litWhen = { from: '2026-01-01', to: '2099-12-31', weekdays: [1, 3, 5], hours: { from: '08:00', to: '21:30' } };
  const deviceId = await inKifisias(async (client, place) => {
    const id = await plantScreen(client, place, Date.now(), { name: 'Γραφείο' });
    await client.query('update device set display = $2 where id = $1', [id, JSON.stringify({ language: 'el', widthMm: 698, litWhen })]);
    return id;
  });
  const displayNow = () =>
    inKifisias(async (client) => {
      const { rows } = await client.query<{ name: string; display: object }>('select name, display from device where id = $1', [deviceId]);
      return rows[0];
    });
  const page = await (await browser.newContext({ locale: 'el-GR', viewport: { width: 1440, height: 900 } })).newPage();
  await logIn(page, demo.run);
  const dialog = page.getByRole('dialog');
  const change = async (part: () => Promise<void>) => {
    await page.goto(`${demo.run.office}/screens/${deviceId}`);
    await page.getByRole('button', { name: /^Ρυθμίσεις: / }).click();
    await part();
    await dialog.getByRole('button', { name: 'Αποθήκευση' }).click();
    await expect(dialog).toHaveCount(0);
  };
  await change(async () => {
    await expect(dialog.getByLabel('Δευτέρα')).toBeChecked();
    await expect(dialog.getByLabel('Τρίτη')).not.toBeChecked();
    await expect(dialog.getByLabel('Έως και ημερομηνία')).toHaveValue('2099-12-31');
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    await dialog.getByLabel('Όνομα').fill('Γραφείο διαχείρισης');
  });
  expect(await displayNow()).toEqual({ name: 'Γραφείο διαχείρισης', display: { language: 'el', widthMm: 698, litWhen } });
  await change(async () => {
    await dialog.getByLabel('Σάββατο').check();
    await dialog.getByLabel('Έως ώρα').fill('14:00');
  });
  const changed = { ...litWhen, weekdays: [1, 3, 5, 6], hours: { from: '08:00', to: '14:00' } };
  expect(await displayNow()).toMatchObject({ display: { litWhen: changed } });
  await change(() => dialog.getByText('Πάντα', { exact: true }).click());
  expect(await displayNow()).toMatchObject({ display: { language: 'el', widthMm: 698 } });
  expect((await displayNow())?.display).not.toHaveProperty('litWhen');
  await page.context().close();
});

/** A screen whose board has no sensor, with two spells of a weak supply: three steps long, and one. */
async function plantWeakSupply(): Promise<string> {
  return inKifisias(async (client, place) => {
    const id = await plantScreen(client, place, Date.now(), { name: 'Χωρίς αισθητήρα' });
    await client.query(
      `insert into device_sample (tenant_id, device_id, at, power)
       select $1, $2, date_bin('5 minutes', now(), '2001-01-01') - back * interval '5 minutes', back in (7, 8, 9, 20) from generate_series(1, 30) as back`,
      [place.tenantId, id],
    );
    return id;
  });
}

/** Works in the database of the demo, about one of its buildings. */
async function inKifisias<Value>(
  work: (client: pg.Client, place: { readonly tenantId: string; readonly buildingId: string }) => Promise<Value>,
): Promise<Value> {
  const client = new pg.Client({ connectionString: demo.run.database });
  await client.connect();
  try {
    const { rows } = await client.query<{ tenantId: string; buildingId: string }>(
      `select tenant_id as "tenantId", id as "buildingId" from building where name_el = 'Κηφισίας 148'`,
    );
    const [place] = rows;
    if (place === undefined) throw new Error('the demo has no such building');
    return await work(client, place);
  } finally {
    await client.end();
  }
}
