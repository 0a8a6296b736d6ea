import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import jsqr from 'jsqr';
import { PNG } from 'pngjs';
import { startWeatherServer, type WeatherServer } from '../../cloud/server/modules/weather/testing/weather-server.ts';
import { samplePicture } from '../../kiosk/renderer/widgets/sample-picture.ts';
import { logIn, type RunningDemo, removeDemo, startDemo } from './demo.ts';

test.use({ actionTimeout: 10_000, locale: 'el-GR', viewport: { width: 1440, height: 1000 } });

let server: WeatherServer;
let demo: RunningDemo | undefined;
const run = () => {
  if (demo === undefined) throw new Error('the demo runs');
  return demo.run;
};
test.beforeAll(async () => {
  test.setTimeout(240_000);
  server = await startWeatherServer();
  process.env['WEATHER_URL'] = server.url;
  process.env['WEATHER_PLACES_URL'] = server.url;
  demo = await startDemo();
});
test.afterAll(async () => {
  if (demo !== undefined) await removeDemo(demo);
  await server.stop();
});

const facts = (page: Page) => page.getByRole('region', { name: 'Για την οθόνη εισόδου' });
const dialog = (page: Page) => page.getByRole('dialog');
const saved = (page: Page) => page.getByText('Το σχέδιο αποθηκεύτηκε');
const clean = async (page: Page) => expect((await new AxeBuilder({ page }).exclude('.canvas [inert]').analyze()).violations).toEqual([]);

test('a manager sets account and place, arranges them, and the lobby shows the weather and a code that a bank’s app reads', async ({
  browser,
  context,
}) => {
  test.setTimeout(180_000);
  const lobby = await browser.newPage({ viewport: { width: 1080, height: 1920 } });
  await lobby.goto(run().kiosk);
  const page = await context.newPage();
  await logIn(page, run());
  await page.goto(`${run().office}/buildings`);
  await page.getByRole('main').getByRole('link').first().click();
  await expect(facts(page).getByText('Δεν έχει οριστεί.')).toHaveCount(2);

  await facts(page).getByRole('button', { name: 'Ορισμός: Λογαριασμός της πολυκατοικίας' }).click();
  await dialog(page).getByLabel(/^IBAN/).fill('GR16 0110 1250 0000 0001 2300 696');
  await dialog(page)
    .getByLabel(/^Δικαιούχος/)
    .fill('Πολυκατοικία');
  await dialog(page).getByRole('button', { name: 'Αποθήκευση' }).click();
  await expect(dialog(page).getByText('Ο IBAN δεν είναι σωστός. Ελέγξτε τα ψηφία του.')).toBeVisible();
  await expect(dialog(page).getByText('Γράψτε τον με λατινικά γράμματα')).toBeVisible();
  await clean(page);
  await dialog(page).getByLabel(/^IBAN/).fill('gr16 0110 1250 0000 0001 2300 695');
  await dialog(page)
    .getByLabel(/^Δικαιούχος/)
    .fill('POLYKATOIKIA');
  await dialog(page).getByRole('button', { name: 'Αποθήκευση' }).click();
  await expect(facts(page).getByText('GR16 0110 1250 0000 0001 2300 695')).toBeVisible();

  await facts(page).getByRole('button', { name: 'Ορισμός: Περιοχή για τον καιρό' }).click();
  await dialog(page).getByLabel('Αναζήτηση περιοχής').fill('Ατλαντίδα');
  await dialog(page).getByLabel('Αναζήτηση περιοχής').press('Enter');
  await expect(dialog(page).getByText('Δεν βρέθηκε τέτοια περιοχή.')).toBeVisible();
  await dialog(page).getByLabel('Αναζήτηση περιοχής').fill('Αθή');
  await dialog(page).getByLabel('Αναζήτηση περιοχής').press('Enter');
  await dialog(page).getByRole('button', { name: 'Αθήνα Αττική, Ελλάδα' }).click();
  await expect(dialog(page).getByLabel(/^Γεωγραφικό πλάτος/)).toHaveValue('37.98376');
  await clean(page);
  await page.screenshot({ path: test.info().outputPath('place.png') });
  await dialog(page).getByRole('button', { name: 'Αποθήκευση' }).click();
  await expect(facts(page).getByText(/^17°, Νεφώσεις, ώρα \d\d:\d\d$/)).toBeVisible({ timeout: 70_000 });
  await clean(page);
  await page.screenshot({ path: test.info().outputPath('building.png') });

  await page.goto(`${run().office}/programmes`);
  await page.getByRole('button', { name: 'Νέο πρόγραμμα' }).first().click();
  await page.getByLabel(/^Όνομα/).fill('Καιρός και πληρωμή');
  await page.getByRole('radio', { name: 'Πίνακα ανακοινώσεων' }).check();
  await page.getByRole('button', { name: 'Δημιουργία' }).click();
  await page.getByRole('button', { name: 'Νέα σκηνή' }).click();
  await page.getByRole('menuitem', { name: 'Σκηνή με στοιχεία' }).click();
  for (const widget of ['Πληρωμή κοινοχρήστων', 'Καιρός']) {
    await page.getByRole('button', { name: 'Προσθήκη στοιχείου' }).click();
    await page.getByRole('menuitem', { name: new RegExp(`^${widget}`) }).click();
  }
  await expect(page.locator('.canvas .widget-weather')).toContainText('Άνεμος ΒΑ 4 μποφόρ');
  await expect(page.locator('.canvas .widget-payment')).toContainText('POLYKATOIKIA');
  await expect(saved(page)).toBeVisible();
  await clean(page);
  await page.screenshot({ path: test.info().outputPath('editor.png') });

  await page.getByRole('button', { name: 'Οθόνες', exact: true }).click();
  await dialog(page).getByRole('checkbox').first().check();
  await dialog(page).getByRole('button', { name: 'Αποθήκευση' }).click();
  await page.getByRole('button', { name: 'Δημοσίευση', exact: true }).click();
  await dialog(page).getByRole('button', { name: 'Δημοσίευση' }).click();
  await expect(page.getByText('Δημοσίευση 1 · 1 οθόνη')).toBeVisible();

  const code = lobby.locator('.widget-payment .qr-code');
  await expect(code).toBeVisible({ timeout: 90_000 });
  await expect(lobby.locator('.widget-weather')).toContainText(/17°.*Open-Meteo\.com/s);
  // A picture that is taken while one scene fades into the next holds no code that can be read.
  const read = async (): Promise<string | undefined> => {
    const { width, height, data } = PNG.sync.read(await code.screenshot());
    return jsqr.default(Uint8ClampedArray.from(data), width, height)?.data;
  };
  await expect.poll(read, { timeout: 60_000 }).toBe('BCD\n002\n1\nSCT\n\nPOLYKATOIKIA\nGR1601101250000000012300695');
  await lobby.screenshot({ path: test.info().outputPath('lobby.png') });
});

test('an advertisement has its days and its mark, and is no takeover', { tag: '@long' }, async ({ page }) => {
  await logIn(page, run());
  await page.goto(`${run().office}/programmes`);
  await page.getByRole('link', { name: 'Καιρός και πληρωμή' }).click();
  await page.getByRole('button', { name: 'Νέα σκηνή' }).last().click();
  await page.getByRole('menuitem', { name: 'Σκηνή με στοιχεία' }).click();
  await page.getByRole('button', { name: 'Προσθήκη στοιχείου' }).click();
  await page.getByRole('menuitem', { name: /^Διαφημίσεις/ }).click();
  await expect(page.getByText(/σημεία θέλουν διόρθωση/)).toBeVisible();
  await page.getByRole('button', { name: 'Επιλογή εικόνας' }).click();
  await dialog(page)
    .locator('input[type=file]')
    .setInputFiles({ name: 'Λόφοι.png', mimeType: 'image/png', buffer: Buffer.from(samplePicture.base64, 'base64') });
  await expect(dialog(page)).toBeHidden();
  const today = new Date().toISOString().slice(0, 10);
  await page.getByLabel('Πρώτη ημέρα').fill('2026-01-01');
  await page.getByLabel('Τελευταία ημέρα').fill('2025-12-31');
  await page.getByLabel('Τι δείχνει και για ποιον (ελληνικά)').fill('Βιβλιοπωλείο');
  await expect(page.getByText('1 σημείο θέλει διόρθωση πριν αποθηκευτεί το σχέδιο.')).toBeVisible();
  await page.getByLabel('Πρώτη ημέρα').fill(today);
  await page.getByLabel('Τελευταία ημέρα').fill('2099-12-31');
  await expect(saved(page)).toBeVisible();
  await expect(page.locator('.canvas .widget-ads')).toContainText('Διαφήμιση');
  await clean(page);
  await page.screenshot({ path: test.info().outputPath('ads.png') });
  await page.getByLabel('Προτεραιότητα').selectOption('takeover');
  await expect(page.getByText('1 σημείο θέλει διόρθωση πριν αποθηκευτεί το σχέδιο.')).toBeVisible();
});
