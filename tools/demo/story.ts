import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { scanQrCode } from './browser.ts';
import { type RunFile, readRunFile } from './run-file.ts';
import { officeOf, scene, step, tellStory, until } from './story-steps.ts';

/**
 * The main job, told in a real browser against the running demo: an urgent announcement reaches the lobby, the lobby is cut off and catches up, a phone proves presence
 * and the same link is refused later. Each step prints what was seen and how long it took; the first that fails ends the story with exit code 1.
 */
const { values: flags } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
await tellStory(tell);

async function tell(demo: RunFile, chrome: Browser): Promise<void> {
  const title = `Διακοπή νερού ${new Date().toLocaleTimeString('el-GR', { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false })}`;
  const lobby = await chrome.newPage({ viewport: { width: 1080, height: 1920 } });
  await step('The lobby screen shows the building', async () => {
    await lobby.goto(demo.kiosk);
    await scene(lobby, /overview|announcement|urgent|join/);
  });

  const office = await step('The manager logs in to the office', async () => {
    const page = await officeOf(demo, chrome);
    await page.getByRole('link', { name: 'Αλκμάνος 22' }).first().click();
    await page.getByRole('heading', { name: 'Αλκμάνος 22' }).first().waitFor();
    return page;
  });

  await step('An urgent announcement takes the lobby screen over, counted from the click', async () => {
    await office.getByRole('button', { name: 'Νέα ανακοίνωση' }).first().click();
    const dialog = office.getByRole('dialog');
    await dialog.getByLabel('Τίτλος (ελληνικά)').fill(title);
    await dialog.getByLabel(/^Επείγουσα ανακοίνωση/).check();
    const shown = lobby.locator('.lobby[data-scene="urgent"]', { hasText: title }).waitFor({ timeout: 10_000 });
    const clickedMs = performance.now();
    await dialog.getByRole('button', { name: 'Δημοσίευση ως επείγουσας' }).click();
    await shown;
    return `${Math.round(performance.now() - clickedMs)} ms from the click to the screen`;
  });

  const link = await step('A phone scans the QR code on the screen', async () => {
    for (let attempt = 0; attempt < 40; attempt += 1) {
      const text = await scanQrCode(lobby);
      if (text !== null) return text;
      await sleep(250);
    }
    throw new Error('no QR code could be read in the picture of the screen');
  });
  const scannedAtMs = Date.now();
  await step('… and lands on the join page with a proven presence', async () => {
    const phone = await chrome.newPage({ viewport: { width: 390, height: 844 }, locale: 'el-GR' });
    await phone.goto(link);
    await phone.getByRole('heading', { name: 'Αλκμάνος 22' }).waitFor();
    if (phone.url().includes(link.split('/').at(-1) ?? '?')) throw new Error('the code stays in the address bar');
    await phone.close();
  });

  await step('The cloud and its broker are stopped: the screen says so and keeps showing', async () => {
    process.kill(demo.pids.launcher, 'SIGUSR2');
    await lobby.getByText('Χωρίς σύνδεση').waitFor({ timeout: 30_000 });
    await lobby.getByText(title).first().waitFor();
  });
  try {
    await step('The kiosk is killed while the cloud is away: it comes back from its cache', async () => {
      const before = readRunFile()?.pids.kiosk;
      if (before === null || before === undefined) throw new Error('the demo names no kiosk process');
      process.kill(before, 'SIGKILL');
      await until(
        20_000,
        'the kiosk is back',
        async () =>
          (await fetch(`${demo.kiosk}healthz`).then(
            (reply) => reply.ok,
            () => false,
          )) && readRunFile()?.pids.kiosk !== before,
      );
      await lobby.goto(demo.kiosk);
      await lobby.locator('.lobby[data-scene="urgent"]', { hasText: title }).waitFor({ timeout: 10_000 });
      return (
        (await lobby
          .getByText(/δεδομένα/i)
          .first()
          .textContent({ timeout: 10_000 })) ?? ''
      );
    });
  } finally {
    process.kill(demo.pids.launcher, 'SIGUSR2');
  }
  await step('The cloud comes back: the screen catches up by itself', async () => {
    await lobby.getByText('Χωρίς σύνδεση').waitFor({ state: 'detached', timeout: 120_000 });
  });
  await step('The manager withdraws the announcement: the lobby is calm again', async () => {
    await office.getByRole('link', { name: 'Ανακοινώσεις', exact: true }).click();
    await office
      .getByRole('button', { name: `Απόσυρση: ${title}` })
      .first()
      .click({ timeout: 30_000 });
    await lobby.locator('.lobby[data-scene="urgent"]', { hasText: title }).waitFor({ state: 'detached', timeout: 30_000 });
  });

  if (flags.quick) {
    console.log('  – Not shown with --quick: that the scanned link is refused minutes later.');
    return;
  }
  await step('The same link a few minutes later is refused, kindly', async () => {
    const waitMs = 155_000 - (Date.now() - scannedAtMs);
    if (waitMs > 0) {
      console.log(`    (waiting ${Math.round(waitMs / 1000)} s for the code to run out)`);
      await sleep(waitMs);
    }
    const phone = await chrome.newPage({ viewport: { width: 390, height: 844 }, locale: 'el-GR' });
    await phone.goto(link);
    await phone.getByText(/έληξε/).first().waitFor();
    await phone.close();
  });
}
