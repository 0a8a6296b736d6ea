/**
 * Measures the advance widths of Commissioner in a browser and writes generated/advance-widths.ts, from which the screen decides sizes and
 * page breaks without laying anything out. Run it after an update of the font: `node kiosk/renderer/build/measure-type.ts`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { launchChromium } from './find-chromium.ts';

/** The title's weight: the widest we set, so estimates for lighter text err on the safe side. */
const WEIGHT = 620;
const CHARACTERS = [
  ...range(0x20, 0x7e),
  ...range(0xa0, 0xff),
  ...range(0x386, 0x3ce),
  '–',
  '—',
  '‘',
  '’',
  '“',
  '”',
  '…',
  '€',
  '•',
  '−',
].filter((character) => /\S/.test(character) || character === ' ');

const files = ['greek', 'latin'].map((subset) =>
  readFileSync(new URL(import.meta.resolve(`@fontsource-variable/commissioner/files/commissioner-${subset}-wght-normal.woff2`))).toString(
    'base64',
  ),
);

const browser = await launchChromium();
try {
  const page = await browser.newPage();
  const widths = await page.evaluate(
    async ({ files, characters, weight }) => {
      for (const file of files) {
        const face = new FontFace('Measured', `url(data:font/woff2;base64,${file})`, { weight: '100 900' });
        // Adding both under one name lets the browser fall from one to the other, as unicode-range does on the page.
        document.fonts.add(await face.load());
      }
      const context = document.createElement('canvas').getContext('2d');
      if (context === null) throw new Error('no canvas');
      context.font = `${weight} 1000px Measured`;
      return characters.map((character) => Math.round(context.measureText(character).width));
    },
    { files, characters: CHARACTERS, weight: WEIGHT },
  );
  const charactersByWidth = new Map<number, string>();
  for (const [index, character] of CHARACTERS.entries()) {
    const width = widths[index];
    if (width === undefined || width === 0) continue;
    // To the hundredth of the size, upwards: exact enough, and half the entries.
    const hundredths = Math.ceil(width / 10);
    charactersByWidth.set(hundredths, (charactersByWidth.get(hundredths) ?? '') + character);
  }
  const rows = [...charactersByWidth].sort(([a], [b]) => a - b).map(([width, text]) => `  [${width}, ${JSON.stringify(text)}],`);
  writeFileSync(
    new URL('../generated/advance-widths.ts', import.meta.url),
    `// Written by build/measure-type.ts: characters by their advance width in hundredths of the type size, weight ${WEIGHT}.\nexport const charactersByWidth: readonly (readonly [hundredths: number, characters: string])[] = [\n${rows.join('\n')}\n];\n`,
  );
  console.log(`measured ${CHARACTERS.length} characters`);
} finally {
  await browser.close();
}

function range(first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index));
}
