import type { Page } from 'playwright-core';
import { sampleCommands, sampleFoundClaim, sampleLog, samplePicture } from '../samples/claims.ts';
import { sampleDeviceRelease, sampleFleetRelease, sampleGroups } from '../samples/releases.ts';
import { sampleDetail, sampleDevice, sampleDevices } from '../samples/screens.ts';
import { answer, click, clicks, failed, nothing, outage, type Places, refusal, type Shot } from '../shot.ts';

/** The fleet, one screen of it, and everything that is done with one. */
export function screenShots({ full, large }: Places): Shot[] {
  const devices = /\/api\/kiosk\/devices(\?|$)/;
  const fleet = /\/api\/kiosk\/fleet(\?|$)/;
  const noScreens = {
    total: 0,
    states: { trouble: 0, offline: 0, new: 0, leaving: 0, well: 0 },
    alerts: {},
    versions: [],
    rings: [],
    standings: {},
  };
  const openScreen = (name: RegExp) => async (page: Page) => {
    await page.getByRole('table').getByRole('link', { name }).first().click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
  };
  const nowMs = Date.now();
  const samples = sampleDevices([full, large], nowMs);
  const list = '/office/screens';
  const page = `${list}/${samples[0]?.id}`;
  const withSamples = (open: Page) => answer(open, devices, { items: samples, nextCursor: null });
  const withDetail =
    (...release: Parameters<typeof sampleDeviceRelease>) =>
    async (open: Page) => {
      await answer(open, /\/api\/kiosk\/devices\/[^/]+$/, sampleDetail([full, large], nowMs));
      await answer(open, /\/api\/kiosk\/devices\/[^/]+\/history/, {
        from: new Date(nowMs - 86_400_000).toISOString(),
        to: new Date(nowMs).toISOString(),
        stepSeconds: 300,
        points: [],
      });
      await answer(open, /\/api\/kiosk\/devices\/[^/]+\/release$/, sampleDeviceRelease(...release));
    };
  const withRollout = async (open: Page) => {
    await withSamples(open);
    await answer(open, /\/api\/kiosk\/fleet\/release/, sampleFleetRelease(nowMs));
    await answer(open, fleet, sampleGroups.counts);
    await answer(open, /\/api\/kiosk\/fleet\/groups\?.*by=ring/, { items: sampleGroups.ring });
    await answer(open, /\/api\/kiosk\/fleet\/groups\?.*by=state/, { items: sampleGroups.state });
  };
  const found = async (open: Page) => answer(open, /\/api\/kiosk\/claims\/lookup/, sampleFoundClaim(nowMs));
  const confirmed = async (open: Page) => {
    await found(open);
    await answer(open, /\/api\/kiosk\/claims\/[^/]+\/confirm/, sampleDevice([full, large], nowMs));
    await answer(open, /\/api\/kiosk\/devices\/[^/]+$/, sampleDetail([full, large], nowMs));
  };
  const typeCode = async (open: Page) => {
    await open.getByLabel(/^(Κωδικός της οθόνης|Code of the screen)/).fill('KMNS-TVXZ');
    await clicks(/^(Συνέχεια|Continue)$/)(open);
  };
  const fillPlace = async (open: Page) => {
    const dialog = open.getByRole('dialog');
    await dialog.getByRole('radio').first().check();
    await dialog.getByLabel(/^(Πολυκατοικία|Building)/).selectOption({ index: 1 });
    await clicks(/^(Σύνδεση της οθόνης|Connect the screen)$/)(open);
  };
  const commands = /^(Εντολές|Commands)/;
  const commandList = async (open: Page) => {
    await answer(open, /\/commands$/, { items: sampleCommands(nowMs) });
    await open.route(/\/commands\/[^/]+\/result$/, (route) =>
      route.request().url().includes('00000000000c')
        ? route.fulfill({ contentType: 'text/plain; charset=utf-8', body: sampleLog })
        : route.fulfill({ contentType: 'image/png', body: samplePicture() }),
    );
  };
  return [
    { name: 'screens', path: '/office/screens', as: 'manager' },
    { name: 'screens-choices', path: '/office/screens?by=building', as: 'manager' },
    {
      name: 'screens-trouble',
      path: '/office/screens',
      as: 'manager',
      before: withSamples,
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
    { name: 'screens-release', path: list, as: 'manager', before: withRollout },
    {
      name: 'screens-release-why',
      path: list,
      as: 'manager',
      before: withRollout,
      act: async (open) => open.getByText(/^(Γιατί|Why)$/).click(),
    },
    { name: 'screens-by-ring', path: `${list}?by=ring`, as: 'manager', before: withRollout },
    { name: 'screens-by-state', path: `${list}?by=state`, as: 'manager', before: withRollout },
    {
      name: 'screens-waiting-devices',
      path: list,
      as: 'manager',
      before: (open) => answer(open, /expected-devices/, { ...nothing, waiting: 3, open: 9 }),
    },
    { name: 'screen-page-release-failed', path: page, as: 'manager', before: withDetail('failed', nowMs) },
    { name: 'screen-page-release-night', path: page, as: 'manager', before: withDetail('waiting', nowMs) },
    { name: 'claim-code', path: `${list}?add=true`, as: 'manager' },
    {
      name: 'claim-code-fault',
      path: `${list}?add=true`,
      as: 'manager',
      async act(open) {
        await open.getByLabel(/^(Κωδικός της οθόνης|Code of the screen)/).fill('KMN');
        await clicks(/^(Συνέχεια|Continue)$/)(open);
      },
    },
    {
      name: 'claim-code-unknown',
      path: `${list}?add=true`,
      as: 'manager',
      before: (open) => answer(open, /\/claims\/lookup/, refusal('claim-code-unknown', 404), 404),
      act: typeCode,
    },
    { name: 'claim-words', path: `${list}?add=true`, as: 'manager', before: found, act: typeCode },
    {
      name: 'claim-words-unfilled',
      path: `${list}?add=true`,
      as: 'manager',
      before: found,
      async act(open) {
        await typeCode(open);
        await clicks(/^(Σύνδεση της οθόνης|Connect the screen)$/)(open);
      },
    },
    {
      name: 'claim-words-wrong',
      path: `${list}?add=true`,
      as: 'manager',
      async before(open) {
        await found(open);
        await answer(open, /\/confirm$/, refusal('claim-words-wrong', 409), 409);
      },
      async act(open) {
        await typeCode(open);
        await fillPlace(open);
      },
    },
    {
      name: 'claim-arrival',
      path: `${list}?add=true`,
      as: 'manager',
      before: confirmed,
      async act(open) {
        await typeCode(open);
        await fillPlace(open);
      },
    },
    { name: 'screen-decommission', path: list, as: 'manager', before: withSamples, act: click(/^(Απόσυρση|Decommission)/) },
    {
      name: 'screen-revoke',
      path: list,
      as: 'manager',
      before: (open) =>
        answer(open, devices, {
          items: samples.slice(0, 1).map((device) => ({ ...device, leaving: true, state: 'leaving' })),
          nextCursor: null,
        }),
      act: click(/^(Ανάκληση|Revoke)/),
    },
    {
      name: 'screen-move',
      path: list,
      as: 'manager',
      before: withSamples,
      async act(open) {
        await click(/^(Ρυθμίσεις|Settings)/)(open);
        const building = open.getByRole('dialog').getByLabel(/^(Πολυκατοικία|Building)/);
        await building.selectOption(large === (await building.inputValue()) ? full : large);
      },
    },
    {
      name: 'screen-commands',
      path: list,
      as: 'manager',
      async before(open) {
        await withSamples(open);
        await commandList(open);
      },
      act: click(commands),
    },
    {
      name: 'screen-reboot',
      path: list,
      as: 'manager',
      async before(open) {
        await withSamples(open);
        await commandList(open);
      },
      act: clicks(commands, /^(Επανεκκίνηση συσκευής|Restart the device)$/),
    },
    {
      name: 'screen-screenshot',
      path: list,
      as: 'manager',
      async before(open) {
        await withSamples(open);
        await commandList(open);
      },
      act: clicks(commands, /^(Προβολή: Φωτογραφία|Show: Picture)/),
    },
    {
      name: 'screen-log',
      path: list,
      as: 'manager',
      async before(open) {
        await withSamples(open);
        await commandList(open);
      },
      act: clicks(commands, /^(Προβολή: Ημερολόγιο|Show: Log)/),
    },
  ];
}
