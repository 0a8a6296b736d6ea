/**
 * Photographs every screen of the three webs against a running cloud with demo data, in two sizes, both languages, light and dark, and lets axe read each one:
 * `node tools/look/web-screens.ts <base URL> <folder> <manager e-mail> <password> <resident e-mail> <password> [part of a picture's name]`. It changes nothing: states that the demo
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
import { sampleConnectReply, sampleDevices, samplePlan } from './web-samples.ts';

const [base = '', folder = '', email = '', password = '', residentEmail = '', residentPassword = '', wanted = ''] = process.argv.slice(2);
if (residentPassword === '') throw new Error('say base URL, folder, manager e-mail and password, resident e-mail and password');

const sizes = [
  { size: 'desk', width: 1440, height: 900 },
  { size: 'phone', width: 390, height: 844 },
] as const;
const looks = sizes.flatMap((size) =>
  (['el', 'en'] as const).flatMap((language) => (['light', 'dark'] as const).map((theme) => ({ ...size, language, theme }))),
);

interface Shot {
  readonly name: string;
  readonly path: string;
  readonly as: 'manager' | 'resident' | 'nobody';
  before?(page: Page): Promise<void>;
  act?(page: Page): Promise<void>;
}

const answer = async (page: Page, url: RegExp, body: unknown, status = 200): Promise<void> => {
  await page.route(url, (route) =>
    route.fulfill({ status, contentType: status === 200 ? 'application/json' : 'application/problem+json', body: JSON.stringify(body) }),
  );
};
const outage = { type: 'urn:concierge:problem:unavailable', title: '', status: 503, code: 'unavailable' };
const refusal = (code: string, status: number) => ({ type: `urn:concierge:problem:${code}`, title: '', status, code });
const nothing = { items: [], nextCursor: null };
const devices = /\/api\/kiosk\/devices/;
const fleet = /\/api\/kiosk\/fleet/;
const noScreens = { total: 0, states: { trouble: 0, offline: 0, new: 0, leaving: 0, well: 0 }, alerts: {}, versions: [] };
const connect = /\/api\/kiosk\/connect/;
const token = `/j/${'A'.repeat(58)}`;

const browser = await openBrowser();
mkdirSync(folder, { recursive: true });
const faults: string[] = [];
let pictures = 0;
try {
  const shots = shotsOf(await buildingIdsOf(await cookiesOf(email, password)));
  for (const look of looks) {
    const label = `${look.size}-${look.language}-${look.theme}`;
    const taken = shots.filter((shot) => `${shot.name} ${label}`.includes(wanted));
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

/** The screens and their states. `full` is a building with few apartments and a screen, `large` the one with most apartments. */
function shotsOf({ full, large }: { full: string; large: string }): Shot[] {
  const office = '/office/buildings';
  const home = `${office}/${full}`;
  const apartments = /\/api\/buildings\/[^/]+\/apartments/;
  const announcements = /\/api\/announcements/;
  const buildings = /\/api\/buildings(\?|$)/;
  const click = (name: RegExp) => async (page: Page) => page.getByRole('button', { name }).first().click();
  // An outage is asked again a few times before it is told.
  const failed = async (page: Page) => page.getByRole('button', { name: /^(Δοκιμάστε ξανά|Try again)$/ }).waitFor({ timeout: 20_000 });
  const openScreen = (name: RegExp) => async (page: Page) => {
    await page.getByRole('table').getByRole('link', { name }).first().click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
  };
  const newOne = /^(Νέ[αο] |New )/;
  const save = /^(Αποθήκευση|Save)$/;
  const titleInGreek = /^(Τίτλος \(ελληνικά\)|Title \(Greek\))/;

  return [
    { name: 'login', path: '/office/login', as: 'nobody' },
    { name: 'login-ended', path: '/office/login?ended=true', as: 'nobody' },
    { name: 'login-unfilled', path: '/office/login', as: 'nobody', act: click(/^(Σύνδεση|Sign in)$/) },
    {
      name: 'login-refused',
      path: '/office/login',
      as: 'nobody',
      before: (page) => answer(page, /\/api\/users\/token/, refusal('wrong-credentials', 401), 401),
      async act(page) {
        await page.getByLabel('E-mail', { exact: true }).fill('maria@example.gr');
        await page.getByLabel(/^(Κωδικός|Password)$/).fill('όχι αυτός');
        await click(/^(Σύνδεση|Sign in)$/)(page);
      },
    },
    { name: 'buildings', path: office, as: 'manager' },
    { name: 'buildings-empty', path: office, as: 'manager', before: (page) => answer(page, buildings, nothing) },
    { name: 'buildings-outage', path: office, as: 'manager', before: (page) => answer(page, buildings, outage, 503), act: failed },
    { name: 'buildings-no-match', path: `${office}?q=Ουαλικό`, as: 'manager' },
    { name: 'buildings-actions', path: office, as: 'manager', act: click(/^(Ενέργειες|Actions): /) },
    {
      name: 'building-archive',
      path: office,
      as: 'manager',
      async act(page) {
        await click(/^(Ενέργειες|Actions): /)(page);
        await page.getByRole('menuitem', { name: /^(Αρχειοθέτηση|Archive)$/ }).click();
      },
    },
    { name: 'building-new', path: `${office}?add=true`, as: 'manager', act: click(/^(Δημιουργία|Create)/) },
    { name: 'building-home', path: home, as: 'manager' },
    { name: 'building-unknown', path: `${office}/01900000-0000-7000-8000-000000000099`, as: 'manager' },
    { name: 'announcements', path: `${home}/announcements`, as: 'manager' },
    { name: 'announcements-expired', path: `${home}/announcements?state=expired`, as: 'manager' },
    { name: 'announcements-empty', path: `${home}/announcements`, as: 'manager', before: (page) => answer(page, announcements, nothing) },
    {
      name: 'announcement-urgent-later',
      path: `${home}/announcements?add=true`,
      as: 'manager',
      async act(page) {
        const dialog = page.getByRole('dialog');
        await dialog.getByLabel(titleInGreek).fill('Διακοπή ηλεκτροδότησης λόγω αντικατάστασης μετασχηματιστή');
        await dialog.getByLabel(/^(Επείγουσα|Urgent)/).check();
        await dialog.getByText(/^(Αργότερα|Later)$/).click();
      },
    },
    {
      name: 'announcement-conflict',
      path: `${home}/announcements`,
      as: 'manager',
      before: (page) => answer(page, /\/api\/announcements\/[^?]+$/, refusal('version-conflict', 409), 409),
      async act(page) {
        await click(/^(Επεξεργασία|Edit): /)(page);
        await click(save)(page);
      },
    },
    { name: 'apartments', path: `${office}/${large}/apartments`, as: 'manager' },
    {
      name: 'apartments-below',
      path: `${office}/${large}/apartments`,
      as: 'manager',
      async act(page) {
        await page.getByRole('button', { name: /^Α1$/ }).focus();
        await page.keyboard.press('End');
      },
    },
    { name: 'apartments-empty', path: `${home}/apartments`, as: 'manager', before: (page) => answer(page, apartments, { items: [] }) },
    {
      name: 'apartments-outage',
      path: `${home}/apartments`,
      as: 'manager',
      before: (page) => answer(page, apartments, outage, 503),
      act: failed,
    },
    { name: 'apartment-new', path: `${home}/apartments`, as: 'manager', act: click(newOne) },
    { name: 'apartment-open', path: `${home}/apartments`, as: 'manager', act: click(/^Α1/) },
    {
      name: 'apartment-delete',
      path: `${home}/apartments`,
      as: 'manager',
      async act(page) {
        await click(/^Α1/)(page);
        await click(/^(Διαγραφή|Delete)$/)(page);
      },
    },
    {
      name: 'occupancy-new',
      path: `${home}/apartments`,
      as: 'manager',
      async act(page) {
        await click(/^Α1/)(page);
        await click(/^(Προσθήκη ιδιοκτήτη|Add an? owner)/)(page);
        await page.getByRole('dialog').last().getByRole('button', { name: save }).click();
      },
    },
    { name: 'weights', path: `${home}/weights`, as: 'manager' },
    {
      name: 'weights-wrong',
      path: `${home}/weights`,
      as: 'manager',
      act: async (page) => page.getByLabel(/^Α1 κατάστημα, (Γενικά|General)/).fill('121'),
    },
    {
      name: 'weights-none',
      path: `${office}/${large}/weights`,
      as: 'manager',
      before: (page) => answer(page, /\/weight-tables$/, { items: [] }),
    },
    { name: 'screens', path: '/office/screens', as: 'manager' },
    {
      name: 'screens-trouble',
      path: '/office/screens',
      as: 'manager',
      before: (page) => answer(page, devices, { items: sampleDevices([full, large], Date.now()), nextCursor: null }),
    },
    {
      name: 'screens-empty',
      path: '/office/screens',
      as: 'manager',
      async before(page) {
        await answer(page, devices, nothing);
        await answer(page, fleet, noScreens);
      },
    },
    { name: 'screens-outage', path: '/office/screens', as: 'manager', before: (page) => answer(page, devices, outage, 503), act: failed },
    { name: 'screens-no-match', path: '/office/screens?q=Ουαλικό', as: 'manager' },
    { name: 'screens-by-building', path: '/office/screens?by=building', as: 'manager' },
    { name: 'screen-page', path: '/office/screens', as: 'manager', act: openScreen(/Βικτωρίας/) },
    {
      name: 'screen-page-week',
      path: '/office/screens',
      as: 'manager',
      async act(page) {
        await openScreen(/Βικτωρίας/)(page);
        await page.getByText(/^(7 ημέρες|7 days)$/).click();
        await page.getByRole('slider').first().focus();
        await page.keyboard.press('ArrowLeft');
      },
    },
    { name: 'screen-page-offline', path: '/office/screens', as: 'manager', act: openScreen(/ανελκυστήρες/) },
    {
      name: 'screen-page-unknown',
      path: '/office/screens/01900000-0000-7000-8000-000000000099',
      as: 'manager',
      // The refusal is what is looked at.
      before: async () => undefined,
    },
    { name: 'screens-thresholds', path: '/office/screens', as: 'manager', act: click(/^(Όρια ειδοποιήσεων|Alert thresholds)$/) },
    { name: 'screen-settings', path: '/office/screens', as: 'manager', act: click(/^(Ρυθμίσεις|Settings)/) },
    { name: 'plan', path: '/office/plan', as: 'manager' },
    {
      name: 'plan-basic',
      path: '/office/plan',
      as: 'manager',
      before: (page) => answer(page, /\/api\/plan$/, samplePlan('basic', Date.now())),
    },
    { name: 'plan-grace', path: office, as: 'manager', before: (page) => answer(page, /\/api\/plan$/, samplePlan('grace', Date.now())) },
    { name: 'plan-outage', path: '/office/plan', as: 'manager', before: (page) => answer(page, /\/api\/plan$/, outage, 503), act: failed },
    {
      name: 'search',
      path: home,
      as: 'manager',
      async act(page) {
        await page.keyboard.press('Control+k');
        await page.getByRole('combobox').fill('Α');
      },
    },
    {
      name: 'user-menu',
      path: office,
      as: 'manager',
      async act(page) {
        const menu = page.getByRole('button', { name: /^(Άνοιγμα μενού|Open the menu)$/ });
        if (await menu.isVisible()) await menu.click();
        await page.locator('.user-button:visible').click();
      },
    },
    { name: 'office-as-resident', path: office, as: 'resident' },
    { name: 'no-such-page', path: '/office/nothing/here', as: 'manager' },
    { name: 'resident-login', path: '/resident/login', as: 'nobody' },
    { name: 'resident-home', path: '/resident', as: 'resident' },
    { name: 'resident-quiet', path: '/resident', as: 'resident', before: (page) => answer(page, announcements, nothing) },
    {
      name: 'resident-outage',
      path: '/resident',
      as: 'resident',
      before: (page) => answer(page, /\/api\/buildings/, outage, 503),
      act: failed,
    },
    { name: 'join-proven', path: token, as: 'nobody', before: (page) => answer(page, connect, sampleConnectReply(full, Date.now())) },
    { name: 'join-refused', path: token, as: 'nobody', before: (page) => answer(page, connect, refusal('presence-expired', 410), 410) },
    { name: 'public', path: `/public/${full}`, as: 'nobody' },
    {
      name: 'public-unknown',
      path: `/public/${full}`,
      as: 'nobody',
      before: (page) => answer(page, /\/api\/public-info\//, refusal('not-found', 404), 404),
    },
  ];
}

/** The buildings with the fewest and with the most apartments. */
async function buildingIdsOf(cookies: Cookie[]): Promise<{ full: string; large: string }> {
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
