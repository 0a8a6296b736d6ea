import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { samplePicture } from '../../kiosk/renderer/widgets/sample-picture.ts';
import { logIn, type RunningDemo, removeDemo, startDemo } from './demo.ts';
import { addProgrammeWith } from './new-programme.ts';

test.use({ actionTimeout: 10_000, locale: 'el-GR', viewport: { width: 1440, height: 1000 } });

let demo: RunningDemo;
test.beforeAll(async () => {
  test.setTimeout(120_000);
  demo = await startDemo();
});
test.afterAll(async () => removeDemo(demo));

const picture = { name: 'Λόφοι.png', mimeType: 'image/png', buffer: Buffer.from(samplePicture.base64, 'base64') };
const saved = (page: Page) => page.getByText('Το σχέδιο αποθηκεύτηκε');
const library = (page: Page) => page.getByRole('dialog', { name: 'Εικόνες του γραφείου' });

test('a manager adds a picture, arranges it, publishes, and the lobby paints it', async ({ browser, context }) => {
  test.setTimeout(120_000);
  const lobby = await browser.newPage({ viewport: { width: 1080, height: 1920 } });
  await lobby.goto(demo.run.kiosk);
  const page = await context.newPage();
  await logIn(page, demo.run);
  await addProgrammeWith(page, demo.run.office, 'Με εικόνα', /^Εικόνα/);
  // Without a picture there is nothing to save, and nothing breaks.
  await expect(page.getByText('1 σημείο θέλει διόρθωση πριν αποθηκευτεί το σχέδιο.')).toBeVisible();
  await expect(page.locator('.canvas .widget-image[data-waiting]')).toBeVisible();

  await page.getByRole('button', { name: 'Επιλογή εικόνας' }).click();
  await expect(library(page).getByText('Δεν υπάρχουν ακόμη εικόνες')).toBeVisible();
  await library(page)
    .locator('input[type=file]')
    .setInputFiles({ ...picture, name: 'Κείμενο.png', buffer: Buffer.from('no picture') });
  await expect(library(page).getByText('Δεν προστέθηκε: Κείμενο.png.')).toBeVisible();
  await expect(library(page).getByText('Γίνονται δεκτές εικόνες JPEG, PNG και WebP')).toBeVisible();
  await library(page).locator('input[type=file]').setInputFiles(picture);
  await expect(library(page)).toBeHidden();
  await expect(saved(page)).toBeVisible();
  await expect(page.getByRole('group', { name: 'Εικόνα' }).getByText('Λόφοι.png')).toBeVisible();
  const preview = page.locator('.canvas .widget-image img');
  await expect.poll(async () => preview.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)).toBe(192);
  expect((await new AxeBuilder({ page }).exclude('.canvas [inert]').analyze()).violations).toEqual([]);

  await page.getByRole('button', { name: 'Οθόνες', exact: true }).click();
  await page.getByRole('dialog').getByRole('checkbox').first().check();
  await page.getByRole('dialog').getByRole('button', { name: 'Αποθήκευση' }).click();
  await page.getByRole('button', { name: 'Δημοσίευση', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Δημοσίευση' }).click();
  await expect(page.getByText('Δημοσίευση 1 · 1 οθόνη')).toBeVisible();
  const painted = lobby.locator(`img[src="/media/${samplePicture.media.sha256}"]`);
  await expect(painted).toBeVisible({ timeout: 60_000 });
  await expect.poll(async () => painted.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)).toBe(192);
  await lobby.close();
});

test('the library: by keyboard, what is in use stays, what is not can go', async ({ page }) => {
  await logIn(page, demo.run);
  await page.goto(`${demo.run.office}/programmes`);
  await page.getByRole('link', { name: 'Με εικόνα' }).click();
  await page.getByRole('button', { name: 'Νέα σκηνή', exact: true }).first().click();
  await page.keyboard.press('Escape');
  await page
    .getByRole('list')
    .getByRole('button', { name: /^Νέα σκηνή/ })
    .first()
    .click();
  const box = page.getByRole('group', { name: 'Διάταξη της σκηνής' }).getByRole('button', { name: /^Εικόνα,/ });
  await box.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Άλλη εικόνα' }).focus();
  await page.keyboard.press('Enter');
  const pick = library(page).getByRole('button', { name: 'Λόφοι.png, 192 επί 128' });
  await expect(pick).toHaveAttribute('aria-pressed', 'true');
  await expect(library(page).getByText(/από 1.024 MB/)).toBeVisible();
  expect((await new AxeBuilder({ page }).include('[role=dialog]').analyze()).violations).toEqual([]);
  await library(page).getByRole('button', { name: 'Διαγραφή: Λόφοι.png' }).press('Enter');
  await page.getByRole('dialog', { name: 'Διαγραφή της εικόνας' }).getByRole('button', { name: 'Διαγραφή' }).press('Enter');
  await expect(page.getByText('Κάποιο πρόγραμμα το δείχνει.')).toContainText('«Με εικόνα»');
  await page.getByRole('button', { name: 'Άκυρο' }).press('Enter');

  // Dropped from the desktop: many at once, and none of them is chosen by itself. Written as text, because this file is typed without a DOM.
  const dropped = await page.evaluateHandle(`(async () => {
    const files = new DataTransfer();
    for (const [name, text] of ${JSON.stringify([
      ['a.png', samplePicture.base64],
      ['b.png', DOT],
    ])})
      files.items.add(new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], name, { type: 'image/png' }));
    // What this browser's own encoders write, one of them larger than any glass.
    for (const [name, type, width, height] of [['photo.jpg', 'image/jpeg', 320, 200], ['wide.png', 'image/png', 5_000, 500]]) {
      const canvas = Object.assign(document.createElement('canvas'), { width, height });
      const drawing = canvas.getContext('2d');
      const pixels = drawing.createImageData(width, height);
      // Like a photograph no two pixels are alike: such a PNG is much larger than what is made of it.
      for (let at = 0; at < pixels.data.length; at += 1) pixels.data[at] = at % 4 === 3 ? 255 : Math.random() * 256;
      drawing.putImageData(pixels, 0, 0);
      files.items.add(new File([await new Promise((resolve) => canvas.toBlob(resolve, type))], name, { type }));
    }
    return files;
  })()`);
  await library(page).locator('.media-drop').dispatchEvent('drop', { dataTransfer: dropped });
  await expect(library(page).getByRole('button', { name: 'wide.png, 3840 επί 384' })).toBeVisible();
  await expect(library(page).getByRole('button', { name: 'photo.jpg, 320 επί 200' })).toBeVisible();
  await expect(library(page).locator('.word-alert, [role=alert]')).toHaveCount(0);
  for (const [name, width] of [
    ['wide.png', 3840],
    ['photo.jpg', 320],
  ] as const) {
    const shown = library(page)
      .getByRole('button', { name: new RegExp(`^${name},`) })
      .locator('img');
    await shown.scrollIntoViewIfNeeded();
    await expect.poll(async () => shown.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)).toBe(width);
  }
  await expect(library(page).getByRole('button', { name: 'b.png, 1 επί 1' })).toBeVisible();

  // More than may wait: what is left behind is named.
  const tooMany = await page.evaluateHandle(`(() => {
    const files = new DataTransfer();
    for (let index = 0; index < 22; index += 1) files.items.add(new File(['no picture'], index + '.txt', { type: 'text/plain' }));
    return files;
  })()`);
  await library(page).locator('.media-drop').dispatchEvent('drop', { dataTransfer: tooMany });
  await expect(library(page).getByText('Δεν στάλθηκαν 2 αρχεία: 20.txt, 21.txt.')).toBeVisible();
  await expect(library(page).getByText('Δεν προστέθηκε: 19.txt.')).toBeVisible();
  await expect(library(page).getByText(/ · 4 από 500 αρχεία/)).toBeVisible();
  await library(page).getByRole('button', { name: 'Διαγραφή: b.png' }).press('Enter');
  await page.getByRole('dialog', { name: 'Διαγραφή της εικόνας' }).getByRole('button', { name: 'Διαγραφή' }).press('Enter');
  await expect(pick).toBeVisible();
  await expect(library(page).getByRole('button', { name: 'b.png, 1 επί 1' })).toBeHidden();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Άλλη εικόνα' })).toBeFocused();
});

test('whoever goes back to a publication is told which of its files are gone, and where', async ({ page }) => {
  await logIn(page, demo.run);
  await page.goto(`${demo.run.office}/programmes`);
  await page.getByRole('link', { name: 'Με εικόνα' }).click();
  await page.getByRole('button', { name: 'Νέα σκηνή', exact: true }).first().click();
  const box = page.getByRole('group', { name: 'Διάταξη της σκηνής' }).getByRole('button', { name: /^Εικόνα,/ });
  await box.click();
  await page.getByRole('button', { name: 'Άλλη εικόνα' }).click();
  await library(page)
    .getByRole('button', { name: /^photo.jpg/ })
    .click();
  await expect(saved(page)).toBeVisible();
  await page.getByRole('button', { name: 'Δημοσίευση', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Δημοσίευση' }).click();
  await expect(page.getByText('Δημοσίευση 2 · 1 οθόνη')).toBeVisible();
  await page.getByRole('button', { name: 'Άλλη εικόνα' }).click();
  await library(page).getByRole('button', { name: 'Διαγραφή: Λόφοι.png' }).click();
  await page.getByRole('dialog', { name: 'Διαγραφή της εικόνας' }).getByRole('button', { name: 'Διαγραφή' }).click();
  await expect(library(page).getByRole('button', { name: /^photo.jpg/ })).toBeVisible();
  await expect(library(page).getByRole('button', { name: /^Λόφοι.png/ })).toBeHidden();
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Ιστορικό' }).click();
  await page.getByRole('button', { name: 'Επιστροφή σε αυτήν: Δημοσίευση 1' }).click();
  await expect(page.getByText('Από τη βιβλιοθήκη λείπει πια 1 αρχείο της.')).toBeVisible();
  await expect(page.getByText('Νέα σκηνή: Ένα αρχείο δεν υπάρχει πια στη βιβλιοθήκη. Διαλέξτε άλλο.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Δημοσίευση', exact: true })).toBeDisabled();
  await expect(box).toHaveAccessibleName(/θέλει διόρθωση$/);
  // Whoever comes later is told the same.
  await page.reload();
  await expect(page.getByText('Το σχέδιο αποθηκεύτηκε· 1 σημείο θέλει διόρθωση πριν δημοσιευτεί.')).toBeVisible();
  await expect(page.getByText('Νέα σκηνή: Ένα αρχείο δεν υπάρχει πια στη βιβλιοθήκη. Διαλέξτε άλλο.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Δημοσίευση', exact: true })).toBeDisabled();
  await page.getByRole('button', { name: /^Νέα σκηνή θέλει διόρθωση/ }).click();
  await expect(box).toHaveAccessibleName(/θέλει διόρθωση$/);
  await box.click();
  await page.getByRole('button', { name: 'Άλλη εικόνα' }).click();
  await library(page)
    .getByRole('button', { name: /^wide.png/ })
    .click();
  await expect(saved(page)).toBeVisible();
  await expect(page.getByText('Ένα αρχείο δεν υπάρχει πια')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Δημοσίευση', exact: true })).toBeEnabled();
});

/** One grey pixel. */
const DOT = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==';
