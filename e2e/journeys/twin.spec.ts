import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { pino } from 'pino';
import { type Agent, createAgent } from '../../kiosk/agent/agent.ts';
import { logIn, type RunningDemo, removeDemo, startDemo } from './demo.ts';

test.use({ actionTimeout: 10_000 });

let demo: RunningDemo;
let copy: string;
let second: Agent;
test.beforeAll(async () => {
  test.setTimeout(180_000);
  demo = await startDemo();
  const health = async (): Promise<unknown> => (await fetch(`${demo.run.kiosk}healthz`)).json();
  await expect.poll(health, { timeout: 60_000 }).toMatchObject({ phase: 'running', link: 'online' });
  // Somebody has copied the disk of the lobby's screen: neither machine has a serial of its own.
  copy = mkdtempSync(join(tmpdir(), 'concierge-twin-'));
  cpSync(join(demo.dataFolder, 'kiosk/identity'), join(copy, 'identity'), { recursive: true });
  second = createAgent({
    dataDir: copy,
    rendererDir: join(copy, 'no-renderer'),
    shell: 'none',
    demo: true,
    port: null,
    brokerUrl: demo.run.broker,
    cloudUrl: demo.run.cloud,
    logger: pino({ level: 'silent' }),
    backOff: { baseMs: 300, capMs: 600, stableAfterMs: 60_000 },
  });
  await second.start();
});
test.afterAll(async () => {
  await second.stop();
  await removeDemo(demo);
  rmSync(copy, { recursive: true, force: true });
});

test('the office is told that two devices go by one identity, what to do, and says when it is settled', async ({ browser }) => {
  test.setTimeout(120_000);
  const page = await (await browser.newContext({ locale: 'el-GR', viewport: { width: 390, height: 844 } })).newPage();
  await logIn(page, demo.run);
  await page.goto(`${demo.run.office}/screens?alert=twin`);
  const found = page.getByRole('link', { name: 'Είσοδος Αλκμάνος' });
  await expect(found).toBeVisible({ timeout: 60_000 });
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await found.click();
  await expect(page.getByText('Κάποιος αντέγραψε την κάρτα ή τον δίσκο της')).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(390);

  await second.stop();
  const settled = page.getByRole('button', { name: 'Τακτοποιήθηκε: Δύο συσκευές με την ίδια ταυτότητα' });
  await settled.focus();
  await page.keyboard.press('Enter');
  await expect(settled).toBeHidden();
  const past = page.locator('section', { has: page.getByRole('heading', { name: 'Παλιότερες ειδοποιήσεις' }) });
  await expect(past).toContainText('Δύο συσκευές με την ίδια ταυτότητα');
  await page.context().close();
});
