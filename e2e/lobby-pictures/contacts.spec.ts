import type { ScreenState } from '@concierge/contract/kiosk/screen.ts';
import type { Scene } from '@concierge/contract/mqtt/scenes.ts';
import { expect, test } from '@playwright/test';
import { openSampleScreen, type SampleScreen, sampleWithCode } from '../../kiosk/renderer/build/sample-screen.ts';
import { contactsForm } from '../../kiosk/renderer/widgets/contacts/form.ts';
import { buildWeb } from '../../tools/demo/web-build.ts';

// A number that misses a figure is another number: the page itself says how wide each one is.

test.use({ trace: 'off', screenshot: 'off' });

const SIZES = [
  { orientation: 'portrait', width: 1080, height: 1920 },
  { orientation: 'landscape', width: 1920, height: 1080 },
] as const;
type Size = (typeof SIZES)[number];
/** As nobody measured it, and small glass, on which type takes the most room. */
const WIDTHS_MM = [null, 200] as const;

function withNumbers(
  size: Size,
  widthMm: number | null,
  numbers: readonly string[],
  box = contactsForm.least[size.orientation],
): ScreenState {
  const state = sampleWithCode('typical');
  const contacts = numbers.map((number) => ({ name: { el: 'Συντηρητής ανελκυστήρα', en: null }, number }));
  const placement = {
    id: '0198c0de-0000-7000-8000-0000000d0001',
    widget: 'contacts',
    column: 0,
    row: 0,
    ...box,
    settings: { title: { el: 'Χρήσιμα τηλέφωνα', en: null }, contacts },
  };
  const scene: Scene = {
    id: '0198c0de-0000-7000-8000-0000000d0002',
    name: { el: 'Τηλέφωνα', en: null },
    view: { kind: 'layout', portrait: [placement], landscape: [placement] },
    durationSeconds: null,
    priority: 'normal',
    schedule: null,
    mostDataAgeHours: null,
  };
  return { ...state, display: { language: 'el', widthMm }, scenes: { sequence: 1, scenes: [scene], fallbackSceneId: null } };
}

/** The numbers that stand on the glass, and whether the widget says that something is missing. */
async function seen({ page }: SampleScreen): Promise<{ numbers: readonly string[]; hasHeading: boolean; isCut: boolean }> {
  return page.evaluate(`({
    numbers: [...document.querySelectorAll('.widget-contacts strong')].map((number) => number.textContent.replace(/\\s+/g, ' ')),
    hasHeading: document.querySelector('.widget-heading') !== null,
    isCut: document.querySelector('[data-cut]') !== null,
  })`);
}

for (const size of SIZES) {
  test(`${size.orientation}: a number stands whole in the narrowest box, at whatever size it takes`, async ({ page }) => {
    test.setTimeout(120_000);
    await buildWeb(() => {});
    const screen = await openSampleScreen(page);
    for (const widthMm of WIDTHS_MM) {
      for (const number of ['112', '210 123 4567', '+30 210 123 4567', '+302101234567', '00 30 210 1234567 890']) {
        await screen.show(withNumbers(size, widthMm, [number], { ...contactsForm.least[size.orientation], rows: 8 }), size);
        const what = `${number} on ${widthMm ?? 'any'} mm`;
        expect(await screen.layoutFaults(), what).toEqual([]);
        expect(await seen(screen), what).toEqual({ numbers: [number], hasHeading: true, isCut: false });
      }
    }
  });

  test(`${size.orientation}: what has no room is left out whole, and the widget says so`, async ({ page }) => {
    test.setTimeout(120_000);
    await buildWeb(() => {});
    const screen = await openSampleScreen(page);
    const eight = Array.from({ length: 8 }, (_, index) => `+30 210 123 456${index}`);
    for (const widthMm of WIDTHS_MM) {
      const { columns } = contactsForm.least[size.orientation];
      for (const box of [
        { columns, rows: 3 },
        { columns, rows: 8 },
        { columns: 12, rows: 8 },
      ]) {
        await screen.show(withNumbers(size, widthMm, eight, box), size);
        const what = `${box.columns} by ${box.rows} on ${widthMm ?? 'any'} mm`;
        expect(await screen.layoutFaults(), what).toEqual([]);
        const { numbers, hasHeading, isCut } = await seen(screen);
        expect(numbers, what).toEqual(eight.slice(0, numbers.length));
        expect(isCut, what).toBe(numbers.length < eight.length || !hasHeading);
        // Three rows of the smallest glass hold nothing that reads; the editor is told.
        if (widthMm === null || box.rows > 3) expect(numbers.length, what).toBeGreaterThan(0);
      }
    }
    // Nobody writes such a number in one piece; who does is told that it is broken where it has no space.
    await screen.show(withNumbers(size, 200, ['+30210123456789012345'], { columns: 4, rows: 8 }), size);
    expect((await seen(screen)).isCut).toBe(true);
    expect((await screen.layoutFaults()).filter((fault) => !fault.includes('is broken inside'))).toEqual([]);
  });
}
