import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { logIn, type RunningDemo, removeDemo, startDemo } from './demo.ts';

test.use({ actionTimeout: 10_000 });

// The demo as people start it: its lobby screen has a shell, Chromium without a window.

let demo: RunningDemo;
test.beforeAll(async () => {
  test.setTimeout(120_000);
  demo = await startDemo({ shell: true });
  await expect.poll(() => demo.output(), { timeout: 30_000 }).toContain('The lobby screen has its shell');
});
test.afterAll(() => removeDemo(demo));

async function openCommands(page: Page) {
  await logIn(page, demo.run);
  await page.goto(`${demo.run.office}/screens`);
  await page
    .getByRole('button', { name: /^Εντολές: / })
    .first()
    .click();
  return page.getByRole('dialog');
}

test('the office sees the glass as it is, reads the log and finds a line in it', async ({ browser }) => {
  test.setTimeout(90_000);
  const page = await (await browser.newContext({ locale: 'el-GR', viewport: { width: 1440, height: 900 } })).newPage();
  const dialog = await openCommands(page);
  await dialog.getByRole('button', { name: 'Φωτογραφία οθόνης', exact: true }).click();
  const picture = dialog.getByRole('img', { name: /^Η οθόνη «.+» όπως ήταν / });
  await expect(picture).toBeVisible({ timeout: 30_000 });
  await expect.poll(() => page.evaluate<number>("document.querySelector('.command-result-view img').naturalWidth")).toBeGreaterThan(300);
  await dialog.getByRole('button', { name: 'Πραγματικό μέγεθος' }).click();
  await expect(dialog.getByRole('button', { name: 'Στο πλάτος του παραθύρου' })).toHaveAttribute('aria-pressed', 'true');
  // Once a minute, and the refusal is said.
  await dialog.getByRole('button', { name: 'Φωτογραφία οθόνης', exact: true }).click();
  await expect(dialog.getByRole('alert')).toContainText('Πολλά αιτήματα');

  await dialog.getByRole('button', { name: 'Ημερολόγιο', exact: true }).click();
  const log = dialog.getByRole('group', { name: 'Ημερολόγιο της οθόνης' });
  await expect(log).toContainText('kiosk-agent', { timeout: 30_000 });
  await dialog.getByLabel('Αναζήτηση στις γραμμές').fill('logs');
  await expect(log).toContainText('"command":"logs"');
  await dialog.getByLabel('Αναζήτηση στις γραμμές').fill('τίποτα τέτοιο');
  await expect(dialog.getByText('Καμία γραμμή δεν ταιριάζει.')).toBeVisible();
  const download = page.waitForEvent('download');
  await dialog.getByRole('link', { name: 'Αποθήκευση' }).click();
  expect((await download).suggestedFilename()).toBe('screen-log.txt');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  // What was brought before can be looked at again.
  await dialog.getByRole('button', { name: /^Προβολή: Φωτογραφία οθόνης/ }).click();
  await expect(picture).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.context().close();
});

test('a reboot is asked about first, by keyboard and on a phone; where there is no appliance it is said not to have happened', async ({
  browser,
}) => {
  const page = await (await browser.newContext({ locale: 'el-GR', viewport: { width: 360, height: 780 } })).newPage();
  const dialog = await openCommands(page);
  await dialog.getByRole('button', { name: 'Επανεκκίνηση συσκευής' }).focus();
  await page.keyboard.press('Enter');
  const question = dialog.getByRole('alertdialog', { name: 'Επανεκκίνηση συσκευής' });
  await expect(question.getByRole('button', { name: 'Άκυρο' })).toBeFocused();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(360);
  await page.keyboard.press('Enter');
  await expect(question).toBeHidden();
  await expect(dialog.getByText('Επανεκκίνηση συσκευής — ')).toBeHidden();
  await dialog.getByRole('button', { name: 'Επανεκκίνηση συσκευής' }).click();
  await question.getByRole('button', { name: 'Ναι, επανεκκίνηση' }).click();
  await expect(dialog.getByText('Επανεκκίνηση συσκευής — δεν έγινε')).toBeVisible({ timeout: 20_000 });
  await page.context().close();
});
