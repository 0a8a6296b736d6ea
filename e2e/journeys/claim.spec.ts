import { spawn } from 'node:child_process';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { type ClaimingDevice, claimingDevice } from '@concierge/cloud-server/testing/claiming-device.ts';
import { ClaimRequestReply } from '@concierge/contract/http/device-claims.ts';
import { wordPairOf } from '@concierge/contract/word-pairs.ts';
import { type Browser, expect, type Page, test } from '@playwright/test';
import { logIn, type RunningDemo, removeDemo, startDemo } from './demo.ts';

test.use({ actionTimeout: 10_000 });

let demo: RunningDemo;
test.beforeAll(async () => {
  test.setTimeout(120_000);
  demo = await startDemo();
});
test.afterAll(async () => removeDemo(demo));

// In this order: the last one makes the new screen a building's.

test('a phone that scanned a new screen logs in and is at its words, with nothing typed', async ({ browser }) => {
  const { code } = await newScreen(browser);
  // axe wants a context of its own.
  const phone = await (await browser.newContext({ locale: 'el-GR', viewport: { width: 390, height: 844 } })).newPage();
  await phone.goto(`${demo.run.office}/screens?code=${code.replace('-', '')}`);
  await phone.getByLabel('E-mail', { exact: true }).fill(demo.run.logins[0]?.email ?? '');
  await phone.getByLabel('Κωδικός', { exact: true }).fill(demo.run.logins[0]?.password ?? '');
  await phone.getByRole('button', { name: 'Σύνδεση', exact: true }).click();
  const dialog = phone.getByRole('dialog');
  await expect(dialog.getByText('Ποιες λέξεις δείχνει η οθόνη;')).toBeVisible();
  // Nothing is chosen for the person, and without a choice nothing is sent.
  await expect(dialog.getByRole('radio', { checked: true })).toHaveCount(0);
  await dialog.getByRole('button', { name: 'Σύνδεση της οθόνης' }).click();
  await expect(dialog.getByText('Διαλέξτε τις λέξεις που βλέπετε στην οθόνη.')).toBeVisible();
  await expect(dialog.getByText('Διαλέξτε πολυκατοικία.')).toBeVisible();
  await expect(dialog.getByRole('radio').first()).toBeFocused();
  expect((await new AxeBuilder({ page: phone }).analyze()).violations).toEqual([]);
  await phone.context().close();
});

test('a phone that is loaded again in the middle of a claim goes on, and after it sees the screen arrive', async ({ browser }) => {
  const { device, userCode } = await screenThatNeverComes();
  const phone = await browser.newPage({ locale: 'el-GR', viewport: { width: 390, height: 844 } });
  await logIn(phone, demo.run);
  const dialog = phone.getByRole('dialog');
  const scan = () => phone.goto(`${demo.run.office}/screens?code=${userCode}`);
  await scan();
  await expect(dialog.getByRole('radio').first()).toBeVisible();
  await expect(phone).not.toHaveURL(/code=/);
  await phone.reload();
  await expect(dialog.getByLabel(/^Κωδικός της οθόνης/)).toHaveValue('');
  await scan();
  await dialog.getByRole('radio', { name: wordPairOf(device.keyThumbprint).el }).check();
  await dialog.getByLabel(/^Πολυκατοικία/).selectOption({ label: 'Κηφισίας 148' });
  await dialog.getByLabel(/^Όνομα/).fill('Σαρωμένη');
  await dialog.getByRole('button', { name: 'Σύνδεση της οθόνης' }).click();
  await expect(dialog.getByText('Επιβεβαιώθηκε')).toBeVisible();
  await scan();
  await expect(dialog.getByText('Επιβεβαιώθηκε')).toBeVisible();
  // What it was given is on its page, and is none.
  await dialog.getByRole('button', { name: 'Τέλος' }).click();
  await phone.getByRole('link', { name: 'Σαρωμένη' }).click();
  await expect(phone.getByText('κανένα: δείχνει τον δικό της κύκλο')).toBeVisible();
  await phone.close();
});

test('buildings that cannot be read are tried again, and the words that were chosen stay', { tag: '@long' }, async ({ browser }) => {
  const { device, userCode } = await screenThatNeverComes();
  const words = wordPairOf(device.keyThumbprint).el;
  const phone = await browser.newPage({ locale: 'el-GR', viewport: { width: 390, height: 844 } });
  await logIn(phone, demo.run);
  await phone.route('**/api/buildings*', (route) => route.abort());
  await phone.goto(`${demo.run.office}/screens?code=${userCode}`);
  const dialog = phone.getByRole('dialog');
  await dialog.getByRole('radio', { name: words }).check();
  await expect(dialog.getByRole('button', { name: 'Σύνδεση της οθόνης' })).toBeDisabled();
  const again = dialog.getByRole('button', { name: 'Δοκιμάστε ξανά' });
  await expect(again).toBeVisible({ timeout: 15_000 });
  await phone.unroute('**/api/buildings*');
  await again.click();
  await expect(dialog.getByLabel(/^Πολυκατοικία/)).toBeVisible();
  await expect(dialog.getByRole('radio', { name: words })).toBeChecked();
  await phone.close();
});

test('whoever scans a screen and may not connect it is told who may', async ({ browser }) => {
  const staff = demo.run.logins.find(({ email }) => email.startsWith('kostas@'));
  const { userCode } = await screenThatNeverComes();
  const phone = await (await browser.newContext({ locale: 'el-GR', viewport: { width: 390, height: 844 } })).newPage();
  await logIn(phone, demo.run, staff);
  await phone.goto(`${demo.run.office}/screens?code=${userCode}`);
  await expect(phone.getByRole('alert')).toContainText('Τη συνδέουν οι διαχειριστές του γραφείου');
  await expect(phone.getByRole('dialog')).toHaveCount(0);
  expect((await new AxeBuilder({ page: phone }).analyze()).violations).toEqual([]);
  expect(await phone.evaluate<number>('document.documentElement.scrollWidth')).toBe(390);
  await phone.context().close();
});

test('wrong words call the claim off, kindly, and the screen shows another code', async ({ browser }) => {
  const { screen, code, words } = await newScreen(browser);
  const page = await browser.newPage({ locale: 'el-GR', viewport: { width: 1440, height: 900 } });
  await logIn(page, demo.run);
  await page.goto(`${demo.run.office}/screens?add=true`);
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel(/^Κωδικός της οθόνης/)).toBeFocused();
  await page.keyboard.type('ΒΨΔ');
  await page.keyboard.press('Enter');
  await expect(dialog.getByText('Ο κωδικός έχει οκτώ γράμματα')).toBeVisible();
  await dialog.getByLabel(/^Κωδικός της οθόνης/).fill(code);
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('radio').first()).toBeFocused();
  for (const radio of await dialog.getByRole('radio').all()) {
    if ((await radio.getAttribute('value')) === words) continue;
    await radio.check();
    break;
  }
  await dialog.getByLabel(/^Πολυκατοικία/).selectOption({ label: 'Κηφισίας 148' });
  await dialog.getByRole('button', { name: 'Σύνδεση της οθόνης' }).click();
  await expect(dialog.getByRole('alert')).toContainText('Οι λέξεις δεν ήταν αυτές της οθόνης');
  await expect(dialog.getByLabel(/^Κωδικός της οθόνης/)).toHaveValue('');
  await expect(dialog.getByLabel(/^Κωδικός της οθόνης/)).toBeFocused();
  await expect(screen.locator('.unclaimed-code').last()).not.toHaveText(code);
  // Opened by an address and not by a button: there is nothing to go back to but the page itself.
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(page.locator('#main')).toBeFocused();
  await page.close();
});

test('a screen that is confirmed and never comes is spoken of after a while', { tag: '@long' }, async ({ browser }) => {
  const { device, userCode } = await screenThatNeverComes();
  const page = await (await browser.newContext({ locale: 'el-GR', viewport: { width: 320, height: 640 } })).newPage();
  await page.clock.install();
  await logIn(page, demo.run);
  await page.goto(`${demo.run.office}/screens?add=true`);
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel(/^Κωδικός της οθόνης/)).toBeFocused();
  await page.keyboard.type(userCode.toLowerCase());
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('radio').first()).toBeFocused();
  await dialog.getByRole('radio', { name: wordPairOf(device.keyThumbprint).el }).press('Space');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(dialog.getByText('Επιβεβαιώθηκε')).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Τέλος' })).toBeFocused();
  await page.clock.fastForward(20_000);
  await expect(dialog.getByRole('status')).toContainText('Δείτε αν η οθόνη έχει ρεύμα και δίκτυο.');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(320);
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  // It is in the list already, as the words say.
  await expect(page.getByRole('button', { name: 'Απόσυρση: Είσοδος', exact: true })).toBeVisible();
  await page.context().close();
});

test('a screen that was stolen is cut off at once, by keyboard, after a question', { tag: '@long' }, async ({ browser }) => {
  // The one that never came.
  const page = await (await browser.newContext({ locale: 'el-GR', viewport: { width: 390, height: 844 } })).newPage();
  await logIn(page, demo.run);
  await page.goto(`${demo.run.office}/screens`);
  await page.getByRole('link', { name: 'Είσοδος', exact: true }).press('Enter');
  await page.getByRole('button', { name: 'Απόσυρση: Είσοδος', exact: true }).press('Enter');
  // What can be put right again is what is chosen, and the way back has the focus.
  await expect(page.getByRole('dialog', { name: 'Απόσυρση: Είσοδος' })).toBeVisible();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: 'Άκυρο' })).toBeFocused();
  await expect(dialog.getByRole('radio', { name: 'Δεν χρειάζεται πια εδώ' })).toBeChecked();
  await dialog.getByRole('radio', { checked: true }).focus();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('dialog', { name: 'Ανάκληση: Είσοδος' })).toBeVisible();
  await expect(dialog.getByText('αποκόπτεται αμέσως')).toBeVisible();
  await expect(dialog.getByRole('radio', { name: 'Χάθηκε, κλάπηκε ή χάλασε' })).toBeFocused();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(390);
  await dialog.getByRole('button', { name: 'Ανάκληση', exact: true }).press('Enter');
  await expect(page.getByText('Η οθόνη Είσοδος ανακλήθηκε.')).toBeVisible();
  await expect(dialog).toBeHidden();
  await page.goto(`${demo.run.office}/screens`);
  await expect(page.getByRole('link', { name: 'Είσοδος Κηφισίας' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Είσοδος', exact: true })).toHaveCount(0);
  await page.context().close();
});

test('the story of a claim, as npm run demo:claim tells it', { tag: '@long' }, async () => {
  test.setTimeout(90_000);
  const story = spawn(process.execPath, [join(import.meta.dirname, '../../tools/demo/claim-story.ts')], {
    env: { ...process.env, CONCIERGE_DATA: demo.dataFolder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let told = '';
  for (const stream of [story.stdout, story.stderr]) stream.on('data', (chunk: Buffer) => (told += chunk.toString('utf8')));
  expect(await new Promise((resolve) => story.once('exit', resolve)), told).toBe(0);
  // From the code to the building on the glass: the promise is ten seconds, whatever else this machine does.
  expect(Number(/([\d.]+) s from the code/.exec(told)?.[1]), told).toBeLessThan(10);
});

/** The new screen as somebody in front of it sees it. */
async function newScreen(browser: Browser): Promise<{ screen: Page; code: string; words: string }> {
  const screen = await browser.newPage({ viewport: { width: 1080, height: 1920 } });
  await screen.goto(demo.run.newKiosk);
  const code = await screen.locator('.unclaimed-code').last().textContent({ timeout: 20_000 });
  const words = await screen.locator('.unclaimed-pair[lang="el"]').last().textContent();
  return { screen, code: code ?? '', words: words ?? '' };
}

/** A device that asks for a code, and never for what became of it. */
async function screenThatNeverComes(): Promise<{ device: ClaimingDevice; userCode: string }> {
  const device = await claimingDevice();
  const asked = await fetch(new URL('/api/kiosk/claims', demo.run.cloud), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(device.request),
  });
  return { device, userCode: ClaimRequestReply.parse(await asked.json()).userCode };
}
