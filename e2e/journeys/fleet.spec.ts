import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
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

  const known = page.getByRole('button', { name: 'Το γνωρίζω: Ζεσταίνεται' });
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

test('what is looked for stands in the address, and survives a reload and the way back', async ({ browser }) => {
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
