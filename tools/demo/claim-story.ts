import type { Browser } from 'playwright-core';
import { scanQrCode } from './browser.ts';
import { type RunFile, readRunFile } from './run-file.ts';
import { officeOf, scene, step, tellStory, until } from './story-steps.ts';

/** As the glass names it, in either language. */
const building = /Σόλωνος 71|71 Solonos|Solonos 71/;

/** A screen from the shelf becomes a building's and leaves it again, told against the running demo: the code on its glass, the words, its building. */
await tellStory(tell);

async function tell(demo: RunFile, chrome: Browser): Promise<void> {
  const lobby = await chrome.newPage({ viewport: { width: 1080, height: 1920 } });
  // While one language fades into the other both are there: what comes is the last.
  const code = await step('A new screen shows a code', async () => {
    await lobby.goto(demo.newKiosk);
    await scene(lobby, /./);
    if ((await lobby.locator('.lobby').first().getAttribute('data-scene')) !== 'unclaimed')
      throw new Error(
        'the new screen of this demo belongs to a building already: decommission it in the office, or start over with npm start -- --reset',
      );
    return (await lobby.locator('.unclaimed-code').last().textContent({ timeout: 20_000 })) ?? '';
  });
  await step('The code for phones leads to the same', async () => {
    const url = await scanQrCode(lobby);
    if (url === null || !url.includes(code.replace('-', ''))) throw new Error(`the picture says ${url ?? 'nothing'}`);
  });
  const office = await step('The manager logs in and opens «Οθόνες»', async () => {
    const page = await officeOf(demo, chrome);
    await page
      .getByRole('link', { name: /^Οθόνες/ })
      .first()
      .click();
    await page.getByRole('button', { name: 'Προσθήκη οθόνης' }).first().click();
    return page;
  });
  const dialog = office.getByRole('dialog');
  const enteredAtMs = performance.now();
  await step('… types the code', async () => {
    await dialog.getByLabel(/^Κωδικός της οθόνης/).fill(code.toLowerCase());
    await dialog.getByRole('button', { name: 'Συνέχεια' }).click();
    await dialog.getByText('Ποιες λέξεις δείχνει η οθόνη;').waitFor();
  });
  await step('… chooses the words on the glass and the place', async () => {
    const words = (await lobby.locator('.unclaimed-pair[lang="el"]').last().textContent()) ?? '';
    await dialog.getByRole('radio', { name: words }).check();
    await dialog.getByLabel(/^Πολυκατοικία/).selectOption({ label: 'Σόλωνος 71' });
    await dialog.getByLabel(/^Θέση/).fill('δίπλα στα γραμματοκιβώτια');
    await dialog.getByRole('button', { name: 'Σύνδεση της οθόνης' }).click();
    return words;
  });
  await step('The screen shows its building, counted from the code', async () => {
    await lobby.locator('.lobby:not([data-scene="unclaimed"])', { hasText: building }).waitFor({ timeout: 30_000 });
    return `${((performance.now() - enteredAtMs) / 1_000).toFixed(1)} s from the code to the building on the glass`;
  });
  await step('… and the office has seen it come', async () => {
    await dialog.getByText('Δείχνει την πολυκατοικία').waitFor({ timeout: 20_000 });
    await dialog.getByRole('button', { name: 'Τέλος' }).click();
    await office.getByText('δίπλα στα γραμματοκιβώτια').waitFor();
  });
  const row = office.getByRole('row', { name: /δίπλα στα γραμματοκιβώτια/ });
  await step('«Ποια είναι;» — the glass and the office show the same words', async () => {
    await row.getByRole('button', { name: /^Εντολές/ }).click();
    await dialog.getByRole('button', { name: 'Ποια είναι;' }).click();
    const words = (await lobby.locator('.identity [lang="el"]').textContent({ timeout: 10_000 })) ?? '';
    await dialog.getByText(`έδειξε «${words}»`).waitFor({ timeout: 10_000 });
    return words;
  });
  await step('It restarts when it is asked to, and shows its building again', async () => {
    const before = readRunFile()?.pids.newKiosk;
    await dialog.getByRole('button', { name: 'Επανεκκίνηση', exact: true }).click();
    await until(20_000, 'another process has taken its place', async () => {
      const now = readRunFile()?.pids.newKiosk ?? null;
      return now !== null && now !== before;
    });
    await lobby.locator('.lobby', { hasText: building }).waitFor({ timeout: 20_000 });
    await lobby.locator('.identity').waitFor({ state: 'detached', timeout: 20_000 });
    await office.keyboard.press('Escape');
  });
  await step('The manager decommissions it: it wipes itself, and is new again', async () => {
    await row.getByRole('button', { name: /^Απόσυρση/ }).click();
    await dialog.getByRole('button', { name: 'Απόσυρση', exact: true }).click();
    await lobby.locator('.unclaimed-code').last().waitFor({ timeout: 20_000 });
    await office.getByText('δίπλα στα γραμματοκιβώτια').waitFor({ state: 'detached', timeout: 20_000 });
    return (await lobby.locator('.unclaimed-code').last().textContent()) ?? '';
  });
}
