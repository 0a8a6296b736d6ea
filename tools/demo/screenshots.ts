import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from './browser.ts';
import { type RunFile, readRunFile } from './run-file.ts';

/**
 * Makes the pictures in docs/screenshots from the running demo: the lobby in both orientations, the office and the phone, in Greek and English. With `--all FOLDER` each page and dialog of
 * the webs in every state instead, at a desk and on a phone, for somebody to look at (tools/look); a part of a picture's name after it makes only those.
 */
const folder = join(import.meta.dirname, '../../docs/screenshots');
const run = readRunFile();
if (run === null) {
  console.error('The demo does not run. Start it in another terminal with: npm start');
  process.exit(1);
}
const everything = process.argv.indexOf('--all');
if (everything >= 0) process.exit(await lookAtEverything(run, process.argv[everything + 1], process.argv[everything + 2]));
mkdirSync(folder, { recursive: true });
const browser = await openBrowser();
try {
  await newScreen(run, browser);
  await lobby(run, browser);
  await office(run, browser);
  await phone(run, browser);
} finally {
  await browser.close();
}

/** The exit code: 1 where axe, the console or a sideways scroll bar has something to say. */
async function lookAtEverything(demo: RunFile, into: string | undefined, only = ''): Promise<number> {
  const logins = [demo.logins[0], demo.logins.find(({ url }) => url.includes('/resident'))];
  if (into === undefined || logins.some((login) => login === undefined)) throw new Error('say a folder after --all, while the demo runs');
  const people = logins.flatMap((login) => [login?.email ?? '', login?.password ?? '']);
  const program = join(import.meta.dirname, '../look/web-screens.ts');
  const child = spawn(process.execPath, [program, demo.cloud.replace(/\/$/, ''), into, ...people, only], { stdio: 'inherit' });
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}

async function lobby(demo: RunFile, chrome: Browser): Promise<void> {
  for (const [name, width, height] of [
    ['kiosk-portrait', 1080, 1920],
    ['kiosk-landscape', 1920, 1080],
  ] as const) {
    const page = await chrome.newPage({ viewport: { width, height } });
    await page.goto(demo.kiosk);
    await page.locator('.lobby[data-scene="overview"]').waitFor({ timeout: 120_000 });
    await picture(page, `${name}-el`);
    await page.locator('.lobby[data-scene="join"]').waitFor({ timeout: 180_000 });
    await picture(page, `${name}-join`);
    await page.close();
  }
}

/** The second screen of the demo, while it belongs to nobody. */
async function newScreen(demo: RunFile, chrome: Browser): Promise<void> {
  const page = await chrome.newPage({ viewport: { width: 1080, height: 1920 } });
  await page.goto(demo.newKiosk);
  await page.locator('.unclaimed-code').last().waitFor({ timeout: 20_000 });
  await picture(page, 'kiosk-portrait-new');
  await page.close();
}

async function office(demo: RunFile, chrome: Browser): Promise<void> {
  const manager = demo.logins[0];
  if (manager === undefined) throw new Error('the demo names no log-in');
  const page = await chrome.newPage({ viewport: { width: 1440, height: 900 }, locale: 'el-GR' });
  await page.goto(manager.url);
  await page.getByLabel('E-mail', { exact: true }).waitFor();
  await picture(page, 'office-login-el');
  await page.getByLabel('E-mail', { exact: true }).fill(manager.email);
  await page.getByLabel('Κωδικός', { exact: true }).fill(manager.password);
  await page.getByRole('button', { name: 'Σύνδεση', exact: true }).click();
  await page.getByRole('link', { name: 'Αλκμάνος 22' }).first().click();
  await page.getByRole('heading', { name: 'Αλκμάνος 22' }).first().waitFor();
  for (const [link, name] of [
    ['Αρχική', 'office-building-el'],
    ['Ανακοινώσεις', 'office-announcements-el'],
    ['Διαμερίσματα', 'office-apartments-el'],
    ['Χιλιοστά', 'office-weights-el'],
    ['Οθόνες', 'office-screens-el'],
  ] as const) {
    await page
      .getByRole('link', { name: new RegExp(`^${link}`) })
      .first()
      .click();
    await picture(page, name);
  }
  await page
    .getByRole('link', { name: 'Υπόγειο', exact: false })
    .or(page.getByRole('row').nth(1).getByRole('link').first())
    .first()
    .click();
  await page.getByRole('heading', { level: 1 }).waitFor();
  await picture(page, 'office-screen-el');
  await page.goto(`${demo.office}/screens?add=true`);
  await page.getByRole('dialog').waitFor();
  await picture(page, 'office-claim-el');
  await editor(demo, page);
  await page.close();
}

/** A programme of its own, which is taken away again. */
async function editor(demo: RunFile, page: Page): Promise<void> {
  await page.goto(`${demo.office}/programmes?add=true`);
  await page.getByLabel(/^Όνομα/).fill('Είσοδος');
  await page.getByRole('radio', { name: 'Πίνακα με χρήσιμα και τηλέφωνα' }).check();
  await page.getByRole('button', { name: 'Δημιουργία' }).click();
  await page.getByRole('button', { name: 'Χρήσιμα', exact: true }).click();
  await page.getByRole('button', { name: /^Κείμενο, στήλη/ }).click();
  await picture(page, 'office-editor-el');
  await page.goto(`${demo.office}/programmes`);
  await page.getByRole('button', { name: 'Ενέργειες: Είσοδος' }).click();
  await page.getByRole('menuitem', { name: 'Διαγραφή' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Διαγραφή' }).click();
  await page.getByText('Το πρόγραμμα Είσοδος διαγράφηκε.').waitFor();
}

async function phone(demo: RunFile, chrome: Browser): Promise<void> {
  const state: unknown = await fetch(`${demo.kiosk}screen/events`).then(async (reply) => {
    const reader = reply.body?.getReader();
    let text = '';
    while (reader !== undefined && !text.includes('\n\n')) text += new TextDecoder().decode((await reader.read()).value);
    await reader?.cancel();
    return JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1));
  });
  const url = /"url":"([^"]+)"/.exec(JSON.stringify(state))?.[1];
  if (url === undefined) throw new Error('the kiosk shows no code');
  for (const locale of ['el-GR', 'en-GB'] as const) {
    const page = await chrome.newPage({ viewport: { width: 390, height: 844 }, locale });
    await page.goto(url);
    await page.getByRole('heading', { level: 1 }).waitFor();
    // The pages begin in Greek, whatever the phone speaks; what is chosen once holds for both.
    if (locale === 'en-GB') await page.getByRole('button', { name: 'English' }).click();
    await picture(page, `join-${locale.slice(0, 2)}`);
    await page.goto(demo.publicInfo);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await picture(page, `public-${locale.slice(0, 2)}`);
    await page.close();
  }
}

async function picture(page: Page, name: string): Promise<void> {
  // Cross-fades and the last requests settle; nothing on these pages moves at rest.
  await page.waitForTimeout(900);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  console.log(`  docs/screenshots/${name}.png`);
}
