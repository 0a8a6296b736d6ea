import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { pino } from 'pino';
import { findChromium } from '../../kiosk/shell/chromium/find-chromium.ts';
import { type ChromiumShell, createChromiumShell } from '../../kiosk/shell/chromium/launch.ts';
import { DEFAULT_LADDER_LIMITS } from '../../kiosk/shell/ladder.ts';
import { createLadderMemoryFile } from '../../kiosk/shell/ladder-memory.ts';
import { logIn, type RunningDemo, removeDemo, startDemo } from './demo.ts';

test.use({ actionTimeout: 10_000 });

// A screen with a shell of its own: the demo's kiosk, and before it a Chromium without a window that the shell runs.

let demo: RunningDemo;
let folder: string;
let shell: ChromiumShell;
test.beforeAll(async () => {
  test.setTimeout(120_000);
  demo = await startDemo();
  folder = mkdtempSync(join(tmpdir(), 'commands-'));
  const program = findChromium(process.env['CONCIERGE_CHROMIUM'], process.env['PATH']);
  if (!program.ok) throw new Error(program.error);
  shell = createChromiumShell({
    options: {
      program: program.value,
      pageUrl: demo.run.kiosk,
      profileDir: join(folder, 'profile'),
      limits: DEFAULT_LADDER_LIMITS,
      headless: true,
      runsAsRoot: process.getuid?.() === 0,
      pictureSocket: join(demo.dataFolder, 'kiosk/picture'),
    },
    memory: createLadderMemoryFile(join(folder, 'ladder.json')),
    logger: pino({ level: 'silent' }),
  });
  shell.start();
});
test.afterAll(async () => {
  await shell.stop();
  await removeDemo(demo);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

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
