import type { Page } from '@playwright/test';

/** Goes on with Tab until the control with this text has the focus; a page without it ends the test. */
export async function tabUntil(page: Page, text: string): Promise<void> {
  for (let step = 0; step < 60; step += 1) {
    await page.keyboard.press('Tab');
    const focused = (await page.locator(':focus').textContent()) ?? '';
    if (focused.trim() === text) return;
  }
  throw new Error(`no Tab leads to ${text}`);
}
