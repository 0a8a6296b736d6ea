import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from './browser.ts';
import { type RunFile, readRunFile } from './run-file.ts';

/** Tells a story against the running demo in a real browser. The first step that fails ends it with exit code 1. */
export async function tellStory(tell: (demo: RunFile, chrome: Browser) => Promise<void>): Promise<void> {
  const demo = readRunFile();
  if (demo === null) {
    console.error('The demo does not run. Start it in another terminal with: npm start');
    process.exitCode = 1;
    return;
  }
  const chrome = await openBrowser();
  try {
    await tell(demo, chrome);
  } catch (error) {
    console.error(`\n  ✗ ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  } finally {
    await chrome.close();
  }
}

/** The office as its first manager sees it after logging in. */
export async function officeOf(demo: RunFile, chrome: Browser): Promise<Page> {
  const manager = demo.logins[0];
  if (manager === undefined) throw new Error('the demo names no log-in');
  const page = await chrome.newPage({ viewport: { width: 1440, height: 900 }, locale: 'el-GR' });
  await page.goto(manager.url);
  await page.getByLabel('E-mail', { exact: true }).fill(manager.email);
  await page.getByLabel('Κωδικός', { exact: true }).fill(manager.password);
  await page.getByRole('button', { name: 'Σύνδεση', exact: true }).click();
  await page.waitForURL((url) => !url.pathname.endsWith('/login'));
  return page;
}

/** Runs one step and prints it with its time, and with what it returned when that is worth reading. */
export async function step<Value>(name: string, work: () => Promise<Value>): Promise<Value> {
  const startedMs = performance.now();
  let value: Value;
  try {
    value = await work();
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(2);
  console.log(`  ✓ ${seconds.padStart(7)} s  ${name}${typeof value === 'string' && !value.startsWith('http') ? ` — ${value}` : ''}`);
  return value;
}

export async function scene(page: Page, wanted: RegExp): Promise<void> {
  await until(15_000, 'the screen paints', async () =>
    wanted.test((await page.locator('.lobby').first().getAttribute('data-scene')) ?? ''),
  );
}

export async function until(timeoutMs: number, what: string, holds: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`waited ${timeoutMs / 1000} s in vain until ${what}`);
    await sleep(100);
  }
}
