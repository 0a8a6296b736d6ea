import { expect, type Page } from '@playwright/test';

/** Signed in as somebody who may: a new programme with a scene of one widget, as it is before anything is chosen for it. */
export async function addProgrammeWith(page: Page, office: string, name: string, widget: RegExp): Promise<void> {
  await page.goto(`${office}/programmes`);
  await page.getByRole('button', { name: 'Νέο πρόγραμμα' }).first().click();
  await page.getByLabel(/^Όνομα/).fill(name);
  await page.getByRole('radio', { name: 'Πίνακα ανακοινώσεων' }).check();
  await page.getByRole('button', { name: 'Δημιουργία' }).click();
  await expect(page.getByRole('heading', { name })).toBeVisible();
  await page.getByRole('button', { name: 'Νέα σκηνή' }).click();
  await page.getByRole('menuitem', { name: 'Σκηνή με στοιχεία' }).click();
  await page.getByRole('button', { name: 'Προσθήκη στοιχείου' }).click();
  await page.getByRole('menuitem', { name: widget }).click();
}
