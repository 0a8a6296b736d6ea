import AxeBuilder from '@axe-core/playwright';
import { anMp4, SECRET } from '@concierge/cloud-server/modules/fleet/media/testing/films.ts';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { encodeMp4, type RealFilm, recordWebm } from '../lobby/real-films.ts';
import { logIn, type RunningDemo, removeDemo, startDemo } from './demo.ts';
import { addProgrammeWith } from './new-programme.ts';

test.use({ actionTimeout: 10_000, locale: 'el-GR', viewport: { width: 1440, height: 1000 } });
test.describe.configure({ mode: 'serial' });

let demo: RunningDemo;
let recorded: RealFilm;
let encoded: RealFilm | null;
test.beforeAll(async ({ browser }) => {
  test.setTimeout(120_000);
  demo = await startDemo();
  // A page of our own has an origin, which encoders ask for.
  const page = await browser.newPage();
  await page.goto(demo.run.kiosk);
  recorded = await recordWebm(page, { durationMs: 2_500 });
  encoded = await encodeMp4(page, { durationMs: 3_000 });
  await page.close();
});
test.afterAll(async () => {
  if (demo.run.pids.cloud !== null) process.kill(demo.run.pids.cloud, 'SIGCONT');
  await removeDemo(demo);
});

const library = (page: Page) => page.getByRole('dialog', { name: 'Βίντεο του γραφείου' });
const fileInput = (page: Page) => library(page).locator('input[type=file]');
const webm = () => ({ name: 'Μπάλα.webm', mimeType: 'video/webm', buffer: recorded.bytes });
const look = async (page: Page, name: string) => page.screenshot({ path: test.info().outputPath(`${name}.png`) });
/** Of a film on a page, which is typed without a DOM here. */
const film = async (shown: Locator) =>
  shown.evaluate((element) => {
    const { currentTime, duration, readyState, paused, muted } = element as unknown as Record<string, number | boolean>;
    return { currentTime: Number(currentTime), duration: Number(duration), readyState: Number(readyState), paused, muted };
  });

test('a manager sends a film, hears why others are refused, stops one, and chooses one', async ({ context }) => {
  test.setTimeout(120_000);
  const page = await context.newPage();
  await logIn(page, demo.run);
  await addProgrammeWith(page, demo.run.office, 'Με βίντεο', /^Βίντεο/);
  await expect(page.getByText('1 σημείο θέλει διόρθωση πριν αποθηκευτεί το σχέδιο.')).toBeVisible();
  await expect(page.locator('.canvas .widget-video[data-waiting]')).toBeVisible();

  await page.getByRole('button', { name: 'Επιλογή βίντεο' }).press('Enter');
  await expect(library(page).getByText('Δεν υπάρχουν ακόμη βίντεο')).toBeVisible();
  await look(page, 'empty');
  await fileInput(page).setInputFiles([
    { name: 'iPhone.mov', mimeType: 'video/quicktime', buffer: anMp4({ brand: 'qt  ', entry: 'hvc1' }) },
    { name: 'Μισό.mp4', mimeType: 'video/mp4', buffer: anMp4().subarray(0, 400) },
    { name: 'Ψέμα.mp4', mimeType: 'video/mp4', buffer: Buffer.from('no film') },
  ]);
  await expect(library(page).getByText('«Μέγιστη συμβατότητα»')).toBeVisible();
  await expect(library(page).getByText('Το αρχείο δεν διαβάζεται ως βίντεο.')).toBeVisible();
  await expect(library(page).getByText('Δεν προστέθηκε: Ψέμα.mp4.')).toBeVisible();
  await look(page, 'refused');

  // Over a line that takes minutes, and stopped.
  const line = await context.newCDPSession(page);
  await line.send('Network.enable');
  await line.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 40_000 });
  await fileInput(page).setInputFiles({
    name: 'Μεγάλο.webm',
    mimeType: 'video/webm',
    buffer: Buffer.concat([recorded.bytes, Buffer.alloc(4_000_000)]),
  });
  const progress = library(page).getByRole('progressbar', { name: 'Αποστολή: Μεγάλο.webm' });
  await expect.poll(async () => Number(await progress.getAttribute('aria-valuenow')), { timeout: 20_000 }).toBeGreaterThan(0);
  await look(page, 'sending');
  await library(page).getByRole('button', { name: 'Διακοπή' }).press('Enter');
  await expect(library(page).getByText('Η αποστολή διακόπηκε.')).toBeAttached();
  await expect(library(page).getByText('Δεν υπάρχουν ακόμη βίντεο')).toBeVisible();
  await line.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });

  await fileInput(page).setInputFiles(webm());
  await expect(library(page)).toBeHidden();
  await expect(page.getByText('Το σχέδιο αποθηκεύτηκε')).toBeVisible();
  const field = page.getByRole('group', { name: 'Βίντεο', exact: true });
  await expect(field.getByText('Μπάλα.webm')).toBeVisible();
  await expect(field.getByText(/Διάρκεια 0:0[23] · 320 × 180 · χωρίς ήχο/)).toBeVisible();
  await expect.poll(async () => (await film(field.getByLabel('Προεπισκόπηση: Μπάλα.webm'))).readyState).toBeGreaterThanOrEqual(1);
  // In the editor it stands at its first frame.
  const preview = page.locator('.canvas .widget-video video');
  await expect.poll(async () => (await film(preview)).readyState).toBeGreaterThanOrEqual(2);
  expect(await film(preview)).toMatchObject({ paused: true, currentTime: 0 });
  await page.getByLabel('Αναπαραγωγή').selectOption('Ξανά και ξανά, όσο διαρκεί η σκηνή');
  await look(page, 'desk');
  expect((await new AxeBuilder({ page }).exclude('.canvas [inert]').analyze()).violations).toEqual([]);

  // The other kind comes from the same place, and is not among the pictures.
  await page.getByRole('button', { name: 'Άλλο βίντεο' }).press('Enter');
  if (encoded !== null) {
    expect(encoded.bytes.includes(SECRET)).toBe(true);
    await fileInput(page).setInputFiles([
      { name: 'Κινητό.mp4', mimeType: 'video/mp4', buffer: encoded.bytes },
      { name: 'Μπάλα ξανά.webm', mimeType: 'video/webm', buffer: recorded.bytes },
    ]);
    await expect(library(page).getByRole('button', { name: 'Κινητό.mp4 0:03, 320 επί 176' })).toBeVisible();
  }
  await expect(library(page).getByRole('button', { name: /^Μπάλα.webm 0:0[23], 320 επί 180$/ })).toHaveAttribute('aria-pressed', 'true');
  await expect.poll(async () => (await film(library(page).locator('.media-film video').first())).readyState).toBeGreaterThanOrEqual(2);
  expect((await new AxeBuilder({ page }).include('[role=dialog]').analyze()).violations).toEqual([]);
  await look(page, 'library');
  await page.setViewportSize({ width: 390, height: 844 });
  await look(page, 'library-phone');
  await page.keyboard.press('Escape');
  await field.scrollIntoViewIfNeeded();
  await look(page, 'phone');
  await page.setViewportSize({ width: 1440, height: 1000 });

  await page.getByRole('button', { name: 'Οθόνες', exact: true }).click();
  await page.getByRole('dialog').getByRole('checkbox').first().check();
  await page.getByRole('dialog').getByRole('button', { name: 'Αποθήκευση' }).click();
  await page.getByRole('button', { name: 'Δημοσίευση', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Δημοσίευση' }).click();
  await expect(page.getByText('Δημοσίευση 1 · 1 οθόνη')).toBeVisible();
});

test('the lobby plays it, and goes on when the cloud is gone', { tag: '@long' }, async ({ browser }) => {
  test.setTimeout(150_000);
  const lobby = await browser.newPage({ viewport: { width: 1080, height: 1920 } });
  const complaints: string[] = [];
  lobby.on('console', (message) => complaints.push(message.text()));
  await lobby.goto(demo.run.kiosk);
  const shown = lobby.locator('.lobby-layer:not([aria-hidden]) .widget-video video');
  const plays = async () => {
    await expect(shown).toBeVisible({ timeout: 60_000 });
    await expect.poll(async () => (await film(shown)).currentTime, { timeout: 10_000 }).toBeGreaterThan(0.3);
    expect(await film(shown)).toMatchObject({ paused: false, muted: true });
  };
  await plays();
  await look(lobby, 'lobby');
  if (demo.run.pids.cloud === null) throw new Error('the demo runs its cloud');
  process.kill(demo.run.pids.cloud, 'SIGSTOP');
  // Nothing of it is kept by the page: what plays now comes from the machine.
  await lobby.reload();
  await plays();
  await expect(lobby.getByText(/Χωρίς σύνδεση|Offline/)).toBeVisible({ timeout: 60_000 });
  await plays();
  expect(complaints.filter((text) => !/ERR_|Failed to load resource/.test(text))).toEqual([]);
  process.kill(demo.run.pids.cloud, 'SIGCONT');
  await lobby.close();
});

test('where less motion is asked for it stands at its first frame', { tag: '@long' }, async ({ browser }) => {
  const lobby = await browser.newPage({ viewport: { width: 1920, height: 1080 }, reducedMotion: 'reduce' });
  test.setTimeout(120_000);
  await lobby.setViewportSize({ width: 1080, height: 1920 });
  await lobby.goto(demo.run.kiosk);
  const shown = lobby.locator('.lobby-layer:not([aria-hidden]) .widget-video video');
  await expect(shown).toBeVisible({ timeout: 60_000 });
  await expect.poll(async () => (await film(shown)).readyState).toBeGreaterThanOrEqual(2);
  // Its scene stands for sixteen seconds. A film that plays would be elsewhere at the second look.
  const looks = [];
  for (let look = 0; look < 20; look += 1) {
    looks.push(await film(shown));
    await lobby.waitForTimeout(200);
  }
  expect(looks.filter(({ paused, currentTime }) => !paused || currentTime > 0)).toEqual([]);
  await lobby.close();
});
