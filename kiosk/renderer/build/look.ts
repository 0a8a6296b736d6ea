/**
 * Photographs the built screen in every sample state and size, one picture for each scene of its first round and of the one in which the sides
 * are changed, and fails when the layout is at fault: `node kiosk/renderer/build/look.ts <folder> [sample…]`, after a build.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { SAMPLES } from '../samples.ts';
import { launchChromium } from './find-chromium.ts';
import { openSampleScreen, sampleWithCode, scenesInRound } from './sample-screen.ts';

const SIZES = [
  { name: 'portrait', width: 1080, height: 1920 },
  { name: 'landscape', width: 1920, height: 1080 },
  { name: '4k', width: 3840, height: 2160 },
] as const;
/** The first round, and the third, when the sides have changed. */
const ROUNDS_WITH_PICTURES = [0, 2];
/** Of the fullest sample the beginning shows it all; the layout of the rest is checked without a picture. */
const MOST_PICTURES = 14;

const [folder, ...wanted] = process.argv.slice(2);
if (folder === undefined) throw new Error('say into which folder the pictures go');
mkdirSync(folder, { recursive: true });
const samples = SAMPLES.filter((name) => wanted.length === 0 || wanted.includes(name));

const faults: string[] = [];
const browser = await launchChromium();
try {
  const page = await browser.newPage();
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => faults.push(message.text()));
  const screen = await openSampleScreen(page);
  for (const { name, ...size } of SIZES) {
    for (const sample of samples) {
      const state = sampleWithCode(sample);
      const inRound = scenesInRound(state, size);
      await screen.show(state, size);
      for (let scene = 0, pictures = 0; scene < 3 * inRound && pictures < MOST_PICTURES; scene += 1) {
        if (scene > 0) await screen.nextScene();
        for (const fault of await screen.layoutFaults()) faults.push(`${name} ${sample}, scene ${scene + 1}: ${fault}`);
        if (!ROUNDS_WITH_PICTURES.includes(Math.floor(scene / inRound))) continue;
        pictures += 1;
        await page.screenshot({ path: join(folder, `${name}-${sample}-${String(scene + 1).padStart(2, '0')}.png`) });
      }
    }
  }
} finally {
  await browser.close();
}
for (const fault of faults) console.error(fault);
console.log(`${samples.length} samples in ${SIZES.length} sizes, ${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;
