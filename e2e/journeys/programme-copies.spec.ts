import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { logIn, type RunningDemo, removeDemo, startDemo } from './demo.ts';
import { addProgrammeWith } from './new-programme.ts';

test.use({ actionTimeout: 10_000, locale: 'el-GR', viewport: { width: 1440, height: 1000 } });

let demo: RunningDemo;
test.beforeAll(async () => {
  test.setTimeout(120_000);
  demo = await startDemo();
});
test.afterAll(async () => removeDemo(demo));

const saved = (page: Page) => page.getByText('Το σχέδιο αποθηκεύτηκε');
const seconds = (page: Page) => page.getByLabel('Διάρκεια σε δευτερόλεπτα');

test('a programme is renamed and copied by keyboard, while its editor goes on', { tag: '@long' }, async ({ page }) => {
  await logIn(page, demo.run);
  await addProgrammeWith(page, demo.run.office, 'Αυλή', /^Ρολόι/);
  await seconds(page).fill('71');
  await expect(saved(page)).toBeVisible();
  await page.getByRole('button', { name: 'Ενέργειες: Αυλή' }).press('Enter');
  await page.getByRole('menuitem', { name: 'Μετονομασία' }).press('Enter');
  const name = page.getByRole('dialog').getByLabel(/^Όνομα/);
  await expect(name).toBeFocused();
  await name.fill('');
  await name.press('Enter');
  await expect(page.getByRole('dialog').getByText('Συμπληρώστε αυτό το πεδίο.')).toBeVisible();
  await name.fill('Πίσω αυλή');
  await name.press('Enter');
  await expect(page.getByRole('heading', { name: 'Πίσω αυλή' })).toBeVisible();
  // What is changed afterwards is saved as before.
  await seconds(page).fill('72');
  await expect(saved(page)).toBeVisible();
  await expect(page.getByText('Κάποιος άλλος το άλλαξε')).toHaveCount(0);

  const other = await page.context().newPage();
  await other.goto(`${demo.run.office}/programmes`);
  await other.getByRole('button', { name: 'Ενέργειες: Πίσω αυλή' }).press('Enter');
  await other.getByRole('menuitem', { name: 'Μετονομασία' }).press('Enter');
  await other.getByLabel(/^Όνομα/).fill('Μπροστινή αυλή');
  await other.keyboard.press('Enter');
  await expect(other.getByRole('link', { name: 'Μπροστινή αυλή' })).toBeVisible();
  // Somebody else's new name is no conflict for whoever works on the scenes.
  await seconds(page).fill('73');
  await expect(page.getByRole('heading', { name: 'Μπροστινή αυλή' })).toBeVisible();
  await expect(saved(page)).toBeVisible();

  await other.getByRole('button', { name: 'Ενέργειες: Μπροστινή αυλή' }).press('Enter');
  await other.getByRole('menuitem', { name: 'Δημιουργία αντιγράφου' }).press('Enter');
  await expect(other.getByLabel(/^Όνομα/)).toHaveValue('Μπροστινή αυλή (αντίγραφο)');
  expect((await new AxeBuilder({ page: other }).analyze()).violations).toEqual([]);
  await other.keyboard.press('Enter');
  await expect(other.getByRole('heading', { name: 'Μπροστινή αυλή (αντίγραφο)' })).toBeVisible();
  await expect(other.getByText('Δεν έχει δημοσιευτεί · Καμία οθόνη')).toBeVisible();
  await other.getByRole('button', { name: 'Νέα σκηνή', exact: true }).first().click();
  await expect(seconds(other)).toHaveValue('73');
  await other.close();
});

test('the preview says of which building it is, why there is none, and what has nothing to show', { tag: '@long' }, async ({ page }) => {
  await logIn(page, demo.run);
  await addProgrammeWith(page, demo.run.office, 'Είσοδος', /^Ρολόι/);
  await expect(saved(page)).toBeVisible();
  const canvas = page.locator('.canvas');
  await expect(canvas).toBeVisible();
  const documents = '**/api/public-info/*';
  await page.route(documents, (route) => route.fulfill({ status: 503, body: '' }));
  await page.reload();
  await expect(page.getByText('Δεν μπορέσαμε να διαβάσουμε τα στοιχεία.')).toBeVisible();
  await page.unroute(documents);
  await page.getByRole('button', { name: 'Δοκιμάστε ξανά' }).click();
  await expect(canvas).toBeVisible();

  const missing = { type: 'about:blank', title: '', status: 404, code: 'not-found' };
  await page.route(documents, (route) =>
    route.fulfill({ status: 404, contentType: 'application/problem+json', body: JSON.stringify(missing) }),
  );
  await page.reload();
  await expect(page.getByText('Η πολυκατοικία δεν έχει στοιχεία για προεπισκόπηση.')).toBeVisible();
  await page.unroute(documents);
  await page.route('**/api/buildings?*', (route) => route.fulfill({ json: { items: [], nextCursor: null } }));
  await page.reload();
  await expect(page.getByText('Δεν υπάρχει ακόμη πολυκατοικία για προεπισκόπηση.')).toBeVisible();
  await page.unrouteAll();

  await page.route(documents, async (route) => {
    const reply = await route.fetch();
    const info = (await reply.json()) as { document: object };
    await route.fulfill({ json: { ...info, document: { ...info.document, announcements: [] } } });
  });
  await page.reload();
  const notices = page.locator('.scene-choice', { hasText: 'Ανακοινώσεις' });
  await expect(notices).toContainText('Παραλείπεται τώρα: δεν έχει τι να δείξει');
  await expect(canvas).toBeVisible();
  await notices.click();
  await expect(page.getByText('Δεν έχει τι να δείξει τώρα: οι οθόνες την παραλείπουν.')).toBeVisible();
  // Nothing else is drawn in its place.
  await expect(canvas).toHaveCount(0);
  await page.unrouteAll();
});

test('an office of thousands finds the screens to give a programme to', { tag: '@long' }, async ({ page }) => {
  await logIn(page, demo.run);
  const asked: URLSearchParams[] = [];
  // What the cloud would answer if this office had five thousand three hundred screens.
  await page.route('**/api/kiosk/devices?*', async (route) => {
    const query = new URL(route.request().url()).searchParams;
    asked.push(query);
    const reply = await route.fetch({ url: `${new URL(route.request().url()).origin}/api/kiosk/devices?limit=1` });
    const { items } = (await reply.json()) as { items: { id: string; name: string }[] };
    const [one] = items;
    if (one === undefined) throw new Error('the demo has a screen');
    if (query.has('q')) return route.fulfill({ json: { items: [one], nextCursor: null } });
    const from = Number(query.get('cursor') ?? 0);
    const to = Math.min(5_300, from + Number(query.get('limit')));
    const thousands = Array.from({ length: to - from }, (_, index) => ({
      ...one,
      id: `01900000-0000-7000-8000-${String(from + index).padStart(12, '0')}`,
      name: `Οθόνη ${from + index + 1}`,
      displayConfigId: null,
      leaving: false,
    }));
    return route.fulfill({ json: { items: thousands, nextCursor: to < 5_300 ? String(to) : null } });
  });
  await page.route(/\/api\/kiosk\/fleet(\?|$)/, async (route) => {
    const counts = (await (await route.fetch()).json()) as { states: object };
    await route.fulfill({ json: { ...counts, total: 5_300, states: { ...counts.states, leaving: 0 } } });
  });
  await addProgrammeWith(page, demo.run.office, 'Για πολλές', /^Ρολόι/);
  await expect(saved(page)).toBeVisible();
  await page.getByRole('button', { name: 'Οθόνες', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('checkbox')).toHaveCount(100);
  await dialog.getByRole('button', { name: 'Επιλογή όλων (5300)', exact: true }).click();
  await expect(dialog.getByText('Θα το πάρουν 5300 οθόνες.')).toBeVisible({ timeout: 30_000 });
  await dialog.getByRole('button', { name: 'Αποεπιλογή όλων (5300)' }).click();
  await expect(dialog.getByText('Καμία αλλαγή ακόμη.')).toBeVisible({ timeout: 30_000 });

  await dialog.getByLabel('Αναζήτηση οθόνης ή πολυκατοικίας').fill('μακρινή');
  await dialog.getByLabel('Πολυκατοικία', { exact: true }).selectOption({ index: 1 });
  await expect.poll(() => asked.some((query) => query.get('q') === 'μακρινή' && query.get('buildingId')?.length === 36)).toBe(true);
  await expect(dialog.getByRole('checkbox')).toHaveCount(1);
  await dialog.getByRole('checkbox').check();
  await dialog.getByRole('button', { name: 'Αποθήκευση' }).click();
  await expect(page.getByText('Δεν έχει δημοσιευτεί · 1 οθόνη')).toBeVisible();
  await page.unrouteAll();
});
