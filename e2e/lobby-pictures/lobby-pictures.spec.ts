import { readFile } from 'node:fs/promises';
import type { Language } from '@concierge/contract/text.ts';
import { expect, type Page, test } from '@playwright/test';
import { openSampleScreen, type SampleScreen, sampleWithCode } from '../../kiosk/renderer/build/sample-screen.ts';
import type { SampleName } from '../../kiosk/renderer/samples.ts';
import { buildWeb } from '../../tools/demo/web-build.ts';
import { halfSize, largestTileDifference } from './half-size.ts';

// The screen's scenes against pictures that somebody has looked at. After a change that is meant:
// `npx playwright test e2e/lobby-pictures --update-snapshots`, and look at the pictures before they are committed.

const PORTRAIT = { width: 1080, height: 1920 };
const LANDSCAPE = { width: 1920, height: 1080 };

interface Picture {
  readonly name: string;
  readonly sample: SampleName;
  readonly size: typeof PORTRAIT;
  readonly language?: Language;
  /** Counted from 1 through the rounds; from the third round on the sides are changed. */
  readonly scene?: number;
}

const TODAY: Picture = { name: 'portrait-today', sample: 'typical', size: PORTRAIT };
const JOIN: Picture = { name: 'portrait-join', sample: 'typical', size: PORTRAIT, scene: 5 };
const FULLEST: Picture = { name: 'portrait-overflowing', sample: 'overflowing', size: PORTRAIT };
const PICTURES: readonly Picture[] = [
  TODAY,
  { name: 'portrait-announcement', sample: 'typical', size: PORTRAIT, scene: 2 },
  JOIN,
  { name: 'portrait-empty-english', sample: 'empty', size: PORTRAIT, language: 'en' },
  FULLEST,
  { name: 'portrait-urgent', sample: 'urgent', size: PORTRAIT },
  { name: 'portrait-night', sample: 'night', size: PORTRAIT },
  { name: 'portrait-safe', sample: 'safe', size: PORTRAIT },
  { name: 'landscape-today-offline', sample: 'offline', size: LANDSCAPE },
  { name: 'landscape-announcement-sides-changed', sample: 'typical', size: LANDSCAPE, scene: 12 },
  { name: 'landscape-overflowing', sample: 'overflowing', size: LANDSCAPE, scene: 2 },
  { name: 'landscape-urgent-long', sample: 'urgentLong', size: LANDSCAPE },
  { name: 'landscape-evening-english', sample: 'evening', size: LANDSCAPE, language: 'en' },
  { name: 'portrait-identifying', sample: 'identifying', size: PORTRAIT },
  { name: 'portrait-unclaimed', sample: 'unclaimed', size: PORTRAIT },
  { name: 'landscape-unclaimed', sample: 'unclaimed', size: LANDSCAPE },
  { name: 'portrait-clock-unknown', sample: 'clockUnknown', size: PORTRAIT },
  // Every widget stands in one of these.
  { name: 'portrait-arranged-today', sample: 'arranged', size: PORTRAIT },
  { name: 'portrait-arranged-house', sample: 'arranged', size: PORTRAIT, scene: 2 },
  { name: 'landscape-arranged-today-english', sample: 'arrangedEnglish', size: LANDSCAPE },
  { name: 'landscape-arranged-house', sample: 'arranged', size: LANDSCAPE, scene: 2 },
  { name: 'portrait-picture', sample: 'arranged', size: PORTRAIT, scene: 3 },
  { name: 'landscape-picture', sample: 'arranged', size: LANDSCAPE, scene: 3 },
  { name: 'portrait-film', sample: 'film', size: PORTRAIT },
  { name: 'landscape-film', sample: 'film', size: LANDSCAPE },
  { name: 'portrait-weather-payment', sample: 'arranged', size: PORTRAIT, scene: 4 },
  { name: 'landscape-weather-payment-english', sample: 'arrangedEnglish', size: LANDSCAPE, scene: 4 },
  { name: 'portrait-advertisement', sample: 'arranged', size: PORTRAIT, scene: 5 },
  { name: 'landscape-advertisement-english', sample: 'arrangedEnglish', size: LANDSCAPE, scene: 5 },
];

/**
 * Letters half a pixel aside differ in up to 46 of 518,400 pixels, and no real change in fewer than 270: the last tests show both. What is too
 * pale to count as a pixel, but large, is seen in the mean of a tile.
 */
const TOLERANCE = { threshold: 0.2, maxDiffPixelRatio: 0.0003 };
const MOST_TILE_DIFFERENCE = 3;

// A recording of every step would take longer than the steps; what failed is told by the picture of the difference.
test.use({ trace: 'off', screenshot: 'off' });

let page: Page;
let screen: SampleScreen;

test.beforeAll(async ({ browser }) => {
  // Where the stamped build is current this takes no time.
  test.setTimeout(180_000);
  await buildWeb(() => {});
  page = await browser.newPage();
  screen = await openSampleScreen(page);
});
test.afterAll(() => page.close());

async function show({ sample, size, language, scene = 1 }: Picture): Promise<void> {
  const state = sampleWithCode(sample);
  await screen.show(language === undefined ? state : { ...state, display: { ...state.display, language } }, size);
  for (let passed = 1; passed < scene; passed += 1) await screen.nextScene();
}

async function compare({ name }: Picture): Promise<void> {
  const picture = halfSize(await page.screenshot());
  expect(picture).toMatchSnapshot(`${name}.png`, TOLERANCE);
  const golden = await readFile(test.info().snapshotPath(`${name}.png`));
  expect(largestTileDifference(picture, golden), 'colour of an area').toBeLessThan(MOST_TILE_DIFFERENCE);
}

for (const picture of PICTURES) {
  test(picture.name, async () => {
    await show(picture);
    await compare(picture);
  });
}

/** The page's policy forbids style elements; what a script does to a sheet it allows. */
function restyle(css: string): Promise<unknown> {
  return page.evaluate(
    `{ const sheet = new CSSStyleSheet(); sheet.replaceSync(${JSON.stringify(css)}); document.adoptedStyleSheets = [sheet]; }`,
  );
}

const CHANGES: readonly (readonly [name: string, picture: Picture, css: string])[] = [
  ['the code of the foot is missing', TODAY, '.qr-code { visibility: hidden }'],
  ['the code of the join scene is missing', JOIN, '.qr-code { visibility: hidden }'],
  ['the header stands 12 pixels lower', TODAY, '.lobby-header { transform: translateY(12px) }'],
  ['the header stands 3 pixels lower', TODAY, '.lobby-header { transform: translateY(3px) }'],
  ['titles have another weight', TODAY, '.lobby h1 { font-weight: 500 }'],
  ['texts have another weight', JOIN, '.lobby { --weight-text: 520 }'],
  ['another family', JOIN, '.lobby { --font-text: sans-serif }'],
  ['another ground', TODAY, '.lobby { --ground: #ffffff }'],
  ['another accent', TODAY, '.lobby { --accent: #a32d1a }'],
  ['muted words have the colour of a line', TODAY, '.lobby { --ink-muted: #8a9299 }'],
  ['a pictogram is missing', TODAY, '.overview-list li:first-child .pictogram { visibility: hidden }'],
  ['the day is missing', TODAY, '.header-day { visibility: hidden }'],
];

test('what is only drawn a little differently passes', async () => {
  // A part of a pixel to the side, and every edge of every letter falls on other pixels.
  for (const picture of [TODAY, FULLEST]) {
    await show(picture);
    await restyle('.lobby-stage { translate: 0.4px 0.3px }');
    await compare(picture);
  }
});

test('what really changes fails', async () => {
  // Comparing would write the changed pictures down.
  test.skip(['all', 'changed'].includes(test.info().config.updateSnapshots), 'skipped: the pictures are being made anew');
  let shown: Picture | null = null;
  for (const [name, picture, css] of CHANGES) {
    if (shown !== picture) await show(picture);
    shown = picture;
    await restyle(css);
    await expect(compare(picture), name).rejects.toThrow(/ratio .* of all image pixels\) are different|colour of an area/);
  }
});
