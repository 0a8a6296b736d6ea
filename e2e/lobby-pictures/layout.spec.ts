import { expect, test } from '@playwright/test';
import { openSampleScreen, sampleWithCode, scenesInRound } from '../../kiosk/renderer/build/sample-screen.ts';
import { SAMPLES } from '../../kiosk/renderer/samples.ts';
import { buildWeb } from '../../tools/demo/web-build.ts';

// What must hold in every scene of every sample, size and language, said by the page's own layout and without a picture. The contrast of every
// pair of colours that carries text is checked in shared/design/tokens.test.ts.

const SIZES = [
  { name: 'portrait', width: 1080, height: 1920, everyScene: true },
  { name: 'landscape', width: 1920, height: 1080, everyScene: true },
  // The same units as landscape, twice as fine.
  { name: '4k', width: 3840, height: 2160, everyScene: false },
] as const;
/** In the language it is written in, the sample that tests the layout is seen to its end; what repeats it, in its beginning. */
const MOST_SCENES = { ofAll: 60, ofRest: 5, of4k: 2 } as const;

test.use({ trace: 'off', screenshot: 'off' });

for (const { name, everyScene, ...size } of SIZES) {
  test(`${name}: no text leaves its place, lies on another, is too small, badly broken or in the wrong language`, async ({ page }) => {
    test.setTimeout(180_000);
    await buildWeb(() => {});
    const screen = await openSampleScreen(page);
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => complaints.push(message.text()));
    let seen = 0;
    for (const language of ['el', 'en'] as const) {
      for (const sample of SAMPLES) {
        const state = { ...sampleWithCode(sample), display: { language, widthMm: null } };
        const most = !everyScene
          ? MOST_SCENES.of4k
          : sample === 'overflowing' && language === 'el'
            ? MOST_SCENES.ofAll
            : MOST_SCENES.ofRest;
        const scenes = Math.min(most, scenesInRound(state, size));
        await screen.show(state, size);
        for (let scene = 1; scene <= scenes; scene += 1) {
          if (scene > 1) await screen.nextScene();
          for (const fault of await screen.layoutFaults()) complaints.push(`${sample} ${language}, scene ${scene}: ${fault}`);
          seen += 1;
        }
      }
    }
    expect(complaints).toEqual([]);
    expect(seen).toBeGreaterThan(SAMPLES.length * 2);
  });
}

test('the faults it looks for are found', async ({ page }) => {
  await buildWeb(() => {});
  const screen = await openSampleScreen(page);
  const state = sampleWithCode('typical');
  const faultsWith = async (css: string) => {
    await screen.show(state, { width: 1080, height: 1920 });
    await page.evaluate(
      `{ const sheet = new CSSStyleSheet(); sheet.replaceSync(${JSON.stringify(css)}); document.adoptedStyleSheets = [sheet]; }`,
    );
    return screen.layoutFaults();
  };
  expect(await faultsWith('')).toEqual([]);
  expect((await faultsWith('.overview h1 { width: 150px; overflow-wrap: normal }')).join()).toContain('leaves its own box');
  expect((await faultsWith('.lobby .header-name { white-space: nowrap; font-size: 180px }')).join()).toContain('leaves its room');
  expect((await faultsWith('.overview-words { margin-top: 500px }')).join()).toMatch(/leaves its room|lies on/);
  expect((await faultsWith('.lobby-header { transform: translateY(-60px) }')).join()).toContain('leaves the screen');
  expect((await faultsWith('.overview-list { margin-top: -120px }')).join()).toContain('lies on «');
  expect((await faultsWith('.overview-words { transform: translateY(300px) }')).join()).toContain('lies on a horizon');
  expect((await faultsWith('.foot-reason { font-size: 20px }')).join()).toContain('under the smallest step');
  expect((await faultsWith('.overview h1 { width: 150px }')).join()).toContain('is broken inside a syllable');
  await screen.show({ ...state, display: { language: 'en', widthMm: null } }, { width: 1080, height: 1920 });
  await page.evaluate('document.querySelector(".header-name").textContent = "Αγίας Λαύρας 14"');
  expect((await screen.layoutFaults()).join()).toContain('is marked as en');
});
