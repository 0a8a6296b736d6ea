import { createHash, randomBytes } from 'node:crypto';
import AxeBuilder from '@axe-core/playwright';
import { claimingDevice } from '@concierge/cloud-server/testing/claiming-device.ts';
import { bootTokenOf, DeviceBatch, labelAddress } from '@concierge/contract/http/device-batches.ts';
import { ClaimRequestReply } from '@concierge/contract/http/device-claims.ts';
import { wordPairOf } from '@concierge/contract/word-pairs.ts';
import { type Browser, expect, type Page, test } from '@playwright/test';
import { logIn, type RunningDemo, removeDemo, startDemo } from './demo.ts';
import { tabUntil } from './keyboard.ts';

test.use({ actionTimeout: 15_000 });

let demo: RunningDemo;
test.beforeAll(async () => {
  test.setTimeout(180_000);
  demo = await startDemo();
});
test.afterAll(async () => removeDemo(demo));

test('a device that started from its card waits, and by keyboard alone becomes a building’s screen; its label leads along', async ({
  browser,
}) => {
  test.setTimeout(90_000);
  const page = await signedIn(browser);
  const serial = randomBytes(8).toString('hex');
  const { batch, token } = await aBatch(page, 'Κυψέλη', [serial, randomBytes(8).toString('hex')]);
  const label = labelAddress(new URL(demo.run.cloud), `${batch.number}-001`, batch.id);

  await page.goto(label);
  await expect(page.getByText('Η συσκευή δεν έχει ξεκινήσει ακόμη.', { exact: false })).toBeVisible();
  // The page hears of it by itself.
  const words = await powerOn(serial, token);
  await expect(page.getByText('Η συσκευή ξεκίνησε και περιμένει πολυκατοικία.')).toBeVisible({ timeout: 20_000 });
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

  await page.goto(`${demo.run.office}/screens`);
  await expect(page.getByText('1 συσκευή ξεκίνησε και περιμένει πολυκατοικία.')).toBeVisible();
  await tabUntil(page, 'Επιλογή πολυκατοικίας');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Αναμενόμενες συσκευές');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await tabUntil(page, 'Σύνδεση');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: `Σύνδεση της συσκευής ${batch.number}-001` });
  await expect(dialog.getByRole('radio').first()).toBeFocused();
  // Nothing is chosen for the person, and without a choice nothing is sent.
  await expect(dialog.getByRole('radio', { checked: true })).toHaveCount(0);
  await dialog.getByRole('button', { name: 'Σύνδεση της οθόνης' }).press('Enter');
  await expect(dialog.getByText('Διαλέξτε τις λέξεις που βλέπετε στην οθόνη.')).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await dialog.getByRole('radio', { name: words }).press('Space');
  await dialog.getByLabel(/^Πολυκατοικία/).selectOption({ label: 'Κηφισίας 148' });
  await dialog.getByLabel(/^Όνομα/).fill('Είσοδος Κυψέλης');
  await page.keyboard.press('Enter');
  await expect(dialog.getByText('Επιβεβαιώθηκε')).toBeVisible();
  await dialog.getByRole('button', { name: 'Τέλος' }).press('Enter');
  await expect(page.getByText('Καμία συσκευή δεν περιμένει.')).toBeVisible();

  // The label is its screen's from now on, and the way back does not lead to it again.
  await page.goto(label);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Είσοδος Κυψέλης');
  await expect(page).toHaveURL(/\/screens\/[0-9a-f-]{36}$/);

  await page.goto(`${demo.run.office}/batches`);
  const row = page.getByRole('row', { name: /Κυψέλη/ });
  await expect(row).toContainText('1 από 10');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await row.getByRole('link').press('Enter');
  await page.getByRole('button', { name: /^Συνδέθηκε/ }).press('Enter');
  await expect(page).toHaveURL(/state=claimed/);
  const devices = page.getByRole('table', { name: 'Συσκευές της παρτίδας' });
  await expect(devices.getByRole('row')).toHaveCount(2);
  await devices.getByRole('button', { name: `Ανάκληση: ${batch.number}-001` }).press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Ανάκληση' }).press('Enter');
  await expect(page.getByText('Η οθόνη Είσοδος Κυψέλης ανακλήθηκε.')).toBeVisible();
  await page.goto(label);
  await expect(page.getByText('Η συσκευή ανακλήθηκε και δεν είναι πια οθόνη σας.')).toBeVisible();
  await page.context().close();
});

test('wrong words connect nothing; a serial can be removed, a batch revoked and that undone by Ctrl-Z', async ({ browser }) => {
  test.setTimeout(90_000);
  const page = await signedIn(browser);
  const serials = [randomBytes(8).toString('hex'), randomBytes(8).toString('hex')];
  const { batch, token } = await aBatch(page, 'Πατήσια', serials);
  const words = await powerOn(serials[0] ?? '', token);
  await page.goto(`${demo.run.office}/batches/${batch.id}`);
  await page.getByRole('button', { name: `Σύνδεση: ${batch.number}-001` }).click();
  const dialog = page.getByRole('dialog');
  // `all` waits for nothing.
  await expect(dialog.getByRole('radio')).toHaveCount(3);
  for (const radio of await dialog.getByRole('radio').all()) {
    if ((await radio.getAttribute('value')) === words) continue;
    await radio.check();
    break;
  }
  await dialog.getByLabel(/^Πολυκατοικία/).selectOption({ label: 'Κηφισίας 148' });
  await dialog.getByRole('button', { name: 'Σύνδεση της οθόνης' }).click();
  await expect(dialog.getByRole('alert')).toContainText('Οι λέξεις δεν ήταν αυτές της οθόνης');
  await dialog.getByRole('button', { name: 'Κλείσιμο' }).last().click();
  const first = page.getByRole('row', { name: new RegExp(`${batch.number}-001`) });
  await expect(first).toContainText('Δεν έχει έρθει');

  // One that has not come is given its place beforehand, without words.
  await first.getByRole('button', { name: `Ορισμός θέσης: ${batch.number}-001` }).click();
  await expect(dialog.getByRole('radio')).toHaveCount(0);
  await dialog.getByLabel(/^Πολυκατοικία/).selectOption({ label: 'Κηφισίας 148' });
  await dialog.getByRole('button', { name: 'Αποθήκευση' }).click();
  await expect(first).toContainText('Συνδέεται μόλις έρθει');

  await page.getByRole('button', { name: `Αφαίρεση: ${batch.number}-002` }).click();
  await dialog.getByRole('button', { name: 'Αφαίρεση' }).click();
  await expect(page.getByRole('row', { name: new RegExp(`${batch.number}-002`) })).toHaveCount(0);

  await page.getByRole('button', { name: 'Ανάκληση παρτίδας' }).click();
  await expect(dialog).toContainText('1 συσκευή που δεν έχει συνδεθεί');
  await dialog.getByRole('button', { name: 'Ανάκληση παρτίδας' }).click();
  await expect(page.getByText('Η παρτίδα Πατήσια ανακλήθηκε.')).toBeVisible();
  await expect(page.getByText(/^Η ανάκληση αναιρείται έως/)).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.keyboard.press('Control+z');
  await expect(page.getByText('Η παρτίδα Πατήσια ισχύει ξανά.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Ανάκληση παρτίδας' })).toBeVisible();
  await page.context().close();
});

test('on a phone, a label of another office says so and shows nothing', async ({ browser }) => {
  const page = await signedIn(browser, { width: 390, height: 844 });
  const { batch } = await aBatch(page, 'Γκύζη', []);
  await page.goto(`${demo.run.office}/screens?device=${batch.number}-001&batch=00000000`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Αυτή η ετικέτα δεν είναι του γραφείου σας');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.getByRole('link', { name: 'Αναζήτηση στις οθόνες' }).click();
  await expect(page.getByRole('searchbox', { name: 'Αναζήτηση οθόνης' })).toHaveValue(`${batch.number}-001`);
  // One of before labels said whose they are is looked for by its number.
  await page.goto(`${demo.run.office}/screens?device=${batch.number}-001`);
  await expect(page.getByText('Δεν έχει οριστεί ακόμη ποια συσκευή είναι αυτή.', { exact: false })).toBeVisible();
  await page.context().close();
});

async function signedIn(browser: Browser, viewport = { width: 1440, height: 900 }): Promise<Page> {
  const page = await (await browser.newContext({ locale: 'el-GR', viewport })).newPage();
  await logIn(page, demo.run);
  return page;
}

/** A batch whose devices wait for a building, as the provisioning program makes one. */
async function aBatch(page: Page, name: string, serials: readonly string[]): Promise<{ batch: DeviceBatch; token: string }> {
  const send = async (method: 'POST' | 'PUT', path: string, data: object): Promise<unknown> => {
    const csrf: unknown = await (await page.request.get(`${demo.run.cloud}/api/csrf`)).json();
    const headers = { 'x-csrf-token': String(Reflect.get(Object(csrf), 'csrfToken')) };
    const reply = await page.request.fetch(`${demo.run.cloud}/${path}`, { method, headers, data });
    expect(reply.ok(), await reply.text()).toBe(true);
    return reply.json();
  };
  const batch = DeviceBatch.parse(
    await send('POST', 'api/kiosk/device-batches', { name, size: 10, serials, buildingId: null, lastsDays: 30 }),
  );
  const token = bootTokenOf(batch.id, randomBytes(32).toString('base64url'));
  const tokenSha256 = createHash('sha256').update(token).digest('hex');
  await send('PUT', `api/kiosk/device-batches/${batch.id}/boot-token`, { tokenSha256, replace: false });
  return { batch, token };
}

/** A machine starts from a card of the batch; answers the words that its screen shows. */
async function powerOn(serial: string, bootToken: string): Promise<string> {
  const device = await claimingDevice(serial);
  const reply = await fetch(`${demo.run.cloud}/api/kiosk/claims`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...device.request, bootToken }),
  });
  ClaimRequestReply.parse(await reply.json());
  return wordPairOf(device.keyThumbprint).el;
}
