import { expect, it } from 'vitest';
import { clockPage, serveStaticPages } from './clock-page.ts';

it('compares the kiosk with a page of less than a kilobyte, asked for nothing else', async () => {
  expect(Buffer.byteLength(clockPage)).toBeLessThanOrEqual(1_024);
  const pages = await serveStaticPages();
  try {
    const reply = await fetch(pages.clockUrl);
    expect([reply.status, await reply.text()]).toEqual([200, clockPage]);
    expect((await fetch(new URL('/favicon.ico', pages.clockUrl))).status).toBe(404);
    // No second request of its own: an icon given as data, no style sheet, no script file.
    expect(clockPage).not.toMatch(/(?:src|href)="(?!data:)/);
  } finally {
    await pages.stop();
  }
});
