/**
 * Photographs every screen of the three webs against a running cloud with demo data, in two sizes, both languages, light and dark, and lets axe read each one:
 * `node tools/look/web-screens.ts <base URL> <folder> <manager e-mail> <password> <resident e-mail> <password> ['parts of a picture’s name']`. It changes nothing: states that the demo
 * data does not have (empty lists, an outage, a proven scan, screens in trouble) are given as replies to the browser. It ends with 1 where axe, the console or a sideways scroll bar
 * has something to say.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { BuildingPage } from '@concierge/contract/http/buildings.ts';
import { CsrfReply } from '@concierge/contract/http/users.ts';
import type { BrowserContext, Cookie, Page } from 'playwright-core';
import { openBrowser } from '../demo/browser.ts';
import type { Places, Shot } from './shot.ts';
import { batchShots } from './shots/batches.ts';
import { buildingShots } from './shots/buildings.ts';
import { peopleShots } from './shots/people.ts';
import { planShots } from './shots/plan.ts';
import { programmeShots } from './shots/programmes.ts';
import { screenShots } from './shots/screens.ts';

const [base = '', folder = '', email = '', password = '', residentEmail = '', residentPassword = '', wanted = ''] = process.argv.slice(2);
if (residentPassword === '') throw new Error('say base URL, folder, manager e-mail and password, resident e-mail and password');

const sizes = [
  { size: 'desk', width: 1440, height: 900 },
  { size: 'phone', width: 390, height: 844 },
] as const;
const looks = sizes.flatMap((size) =>
  (['el', 'en'] as const).flatMap((language) => (['light', 'dark'] as const).map((theme) => ({ ...size, language, theme }))),
);

const browser = await openBrowser();
mkdirSync(folder, { recursive: true });
const faults: string[] = [];
let pictures = 0;
try {
  const places = await placesOf(await cookiesOf(email, password));
  const shots = [
    ...buildingShots(places),
    ...screenShots(places),
    ...batchShots(places),
    ...programmeShots(places),
    ...planShots(),
    ...peopleShots(places),
  ];
  for (const look of looks) {
    const label = `${look.size}-${look.language}-${look.theme}`;
    const taken = shots.filter((shot) => wanted.split(' ').every((part) => `${shot.name} ${label}`.includes(part)));
    if (taken.length === 0) continue;
    // Log-ins are made anew for every look: access ends after minutes, and a renewed one in one context would end the copies in the others.
    const signedIn = { manager: await cookiesOf(email, password), resident: await cookiesOf(residentEmail, residentPassword), nobody: [] };
    for (const shot of taken) {
      const context = await browser.newContext({
        viewport: { width: look.width, height: look.height },
        locale: look.language === 'el' ? 'el-GR' : 'en-GB',
        hasTouch: look.size === 'phone',
        reducedMotion: 'reduce',
        serviceWorkers: 'block',
      });
      await context.addCookies(signedIn[shot.as]);
      await context.addInitScript(
        ({ language, theme }) => {
          localStorage.setItem('concierge-language', language);
          localStorage.setItem('concierge-theme', theme);
        },
        { language: look.language, theme: look.theme },
      );
      await photograph(context, shot, label, look.size === 'phone');
      await context.close();
    }
  }
} finally {
  await browser.close();
}
for (const fault of faults) console.error(fault);
console.log(`${pictures} pictures, ${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;

/** The buildings with the fewest and with the most apartments. */
async function placesOf(cookies: Cookie[]): Promise<Places> {
  const context = await browser.newContext();
  await context.addCookies(cookies);
  const reply = await context.request.get(`${base}/api/buildings?limit=200`);
  const bySize = BuildingPage.parse(await reply.json())
    .items.filter((building) => building.apartmentCount > 0)
    .sort((left, right) => left.apartmentCount - right.apartmentCount);
  await context.close();
  const [full, large] = [bySize[0], bySize.at(-1)];
  if (full === undefined || large === undefined) throw new Error('there is no building with apartments to photograph');
  return { full: full.id, large: large.id };
}

async function cookiesOf(login: string, secret: string): Promise<Cookie[]> {
  const context = await browser.newContext();
  const { csrfToken } = CsrfReply.parse(await (await context.request.get(`${base}/api/csrf`)).json());
  const reply = await context.request.post(`${base}/api/users/token`, {
    headers: { 'x-csrf-token': csrfToken },
    data: { email: login, password: secret },
  });
  if (!reply.ok()) throw new Error(`${login} could not log in: ${reply.status()} ${await reply.text()}`);
  const cookies = await context.cookies();
  await context.close();
  return cookies;
}

async function photograph(context: BrowserContext, shot: Shot, label: string, phone: boolean): Promise<void> {
  const picture = `${shot.name}-${label}`;
  const page = await context.newPage();
  const fault = (words: string) => faults.push(`${picture}: ${words}`);
  page.on('pageerror', (error) => fault(error.message));
  page.on('console', (message) => {
    // The browser itself reports every refused reply; where the shot asked for the refusal, that is no news.
    const expected = message.text().startsWith('Failed to load resource') && (shot.before !== undefined || shot.as !== 'manager');
    if (message.type() === 'error' && !expected) fault(message.text());
  });
  try {
    await shot.before?.(page);
    await page.goto(`${base}${shot.path}`);
    await page
      .locator('h1:visible, [role="dialog"]:visible, .light-empty:visible, .light-title:visible')
      .first()
      .waitFor({ timeout: 10_000 });
    await settled(page);
    await shot.act?.(page);
    await settled(page);
    const sideways = await page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    if (sideways > 0) fault(`scrolls sideways by ${sideways} px`);
    const unread = await page.getByText(/^(Δεν μπορέσαμε να διαβάσουμε|This could not be read)/).count();
    if (unread > 0 && !shot.name.endsWith('-outage')) fault('says that something could not be read');
    const { violations } = await new AxeBuilder({ page }).analyze();
    for (const violation of violations) fault(`axe ${violation.id}: ${violation.nodes[0]?.html.slice(0, 160) ?? ''}`);
  } catch (problem) {
    fault(problem instanceof Error ? (problem.message.split('\n')[0] ?? '') : String(problem));
  }
  // A phone's pictures show the whole page, as a thumb would see it; an open dialog belongs to the window.
  const wholePage = phone && (await page.getByRole('dialog').count()) === 0;
  await page.screenshot({ path: join(folder, `${picture}.png`), fullPage: wholePage });
  pictures += 1;
}

/** The live connection never ends, so "no more requests" is no sign here: two pictures of the words, a moment apart, have to be the same. */
async function settled(page: Page): Promise<void> {
  let before = '';
  for (let looked = 0; looked < 20; looked += 1) {
    await page.waitForTimeout(150);
    const words = await page.locator('body').innerText();
    if (words === before) return;
    before = words;
  }
}
