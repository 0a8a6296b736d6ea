import jsqr from 'jsqr';
import { type Browser, chromium, type Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { findChromium } from '../verify/programs.ts';

/** A headless Chromium, found or installed as `npm test` does; throws with what to install when there is none. */
export async function openBrowser(): Promise<Browser> {
  const program = await findChromium();
  if (!program.ok) throw new Error(program.error);
  return chromium.launch({
    executablePath: program.value,
    chromiumSandbox: process.getuid?.() !== 0,
    args: ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

/** What a phone's camera reads on the page: the text of the QR code in a picture of it; null when there is none. */
export async function scanQrCode(page: Page): Promise<string | null> {
  const { width, height, data } = PNG.sync.read(await page.screenshot());
  const decode = typeof jsqr === 'function' ? jsqr : jsqr.default;
  return decode(new Uint8ClampedArray(data), width, height)?.data ?? null;
}
