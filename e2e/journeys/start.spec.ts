import { createServer } from 'node:net';
import { freePort } from '@concierge/testing/free-port.ts';
import { expect, test } from '@playwright/test';
import pg from 'pg';
import { emptyFolder, readRun, removeDemo, startAgain, startDemo } from './demo.ts';

test.describe.configure({ mode: 'serial' });

test('npm start: one command, a clean stop, and a warm start that loses nothing', async () => {
  test.setTimeout(180_000);
  const first = await startDemo({ shell: true, dataFolder: emptyFolder() });
  await expect.poll(() => first.output(), { timeout: 30_000 }).toContain('The lobby screen has its shell');
  const { pids } = readRun(first.dataFolder);
  for (const address of [
    `${first.run.cloud}/readyz`,
    `${first.run.cloud}/metrics`,
    `${first.run.cloud}/api/openapi.json`,
    first.run.docs,
    first.run.kiosk,
    first.run.outbox,
    first.run.office,
    first.run.publicInfo,
  ]) {
    expect((await fetch(address)).status, address).toBe(200);
  }
  // The kiosk has got its building before we stop: after the restart it must not need the network for it.
  await expect
    .poll(async (): Promise<unknown> => (await fetch(`${first.run.kiosk}healthz`)).json(), { timeout: 20_000 })
    .toMatchObject({ phase: 'running' });
  const marker = await query(
    first.run.database,
    "update building set name_en = 'Kept across a restart' where name_el = 'Αλκμάνος 22' returning id",
  );
  expect(marker).toHaveLength(1);

  expect(await first.interrupt()).toBe(0);
  expect(pids.shell, 'the shell came after the rest').not.toBeNull();
  for (const pid of [pids.launcher, pids.cloud, pids.kiosk, pids.newKiosk, pids.shell])
    expect(alive(pid), `process ${pid} lives on`).toBe(false);
  await expect(fetch(first.run.kiosk)).rejects.toThrow();

  const second = await startDemo({ shell: true, dataFolder: first.dataFolder });
  try {
    expect(await query(second.run.database, "select from building where name_en = 'Kept across a restart'")).toHaveLength(1);
    expect(second.output()).not.toContain('Filled the empty database');
    const health = async (): Promise<unknown> => (await fetch(`${second.run.kiosk}healthz`)).json();
    await expect.poll(health, { timeout: 20_000 }).toMatchObject({ phase: 'running', link: 'online' });
  } finally {
    await removeDemo(second);
  }
});

test('a taken port is named and the next free one used; a second start of the same data is refused', async () => {
  test.setTimeout(120_000);
  const port = await freePort();
  const squatter = createServer().listen(port, '127.0.0.1');
  const demo = await startDemo({ shell: true, port });
  try {
    expect(demo.output()).toContain(`Port ${port} for the cloud and web is taken`);
    expect(new URL(demo.run.cloud).port).not.toBe(String(port));
    const again = await startAgain(demo.dataFolder);
    expect(again.exitCode).toBe(1);
    expect(again.output).toContain(`The demo already runs (process ${demo.run.pids.launcher})`);
  } finally {
    await removeDemo(demo);
    squatter.close();
  }
});

test('a machine without a Chromium and without a display has the demo all the same, and is told what it lacks', async () => {
  test.setTimeout(120_000);
  const demo = await startDemo({ shell: true, environment: { CONCIERGE_CHROMIUM: '/nowhere/chromium', DISPLAY: '', WAYLAND_DISPLAY: '' } });
  try {
    await expect.poll(() => demo.output(), { timeout: 20_000 }).toContain('The lobby screen has no shell: no Chromium was found.');
    expect(demo.run.pids.shell).toBeNull();
    const health = async (): Promise<unknown> => (await fetch(`${demo.run.kiosk}healthz`)).json();
    await expect.poll(health, { timeout: 20_000 }).toMatchObject({ phase: 'running', link: 'online' });
  } finally {
    await removeDemo(demo);
  }
});

test('any process of the demo may be killed: it is back by itself', { tag: '@long' }, async () => {
  test.setTimeout(120_000);
  const demo = await startDemo({ shell: true });
  const untilItShows = () =>
    expect
      .poll(async (): Promise<unknown> => (await fetch(`${demo.run.kiosk}healthz`)).json(), { timeout: 60_000 })
      .toMatchObject({ phase: 'running', link: 'online' });
  try {
    // The kiosk may be killed at any moment, also while its token is on the way: the one that comes back has the key of the first and is given the same place.
    for (const which of ['kiosk', 'cloud'] as const) {
      const pid = demo.run.pids[which];
      if (pid === null) throw new Error(`no ${which}`);
      process.kill(pid, 'SIGKILL');
      await expect.poll(() => demo.output().includes(`The ${which} is back.`), { timeout: 40_000 }).toBe(true);
    }
    await untilItShows();
    expect((await fetch(`${demo.run.cloud}/readyz`)).status).toBe(200);
  } finally {
    await removeDemo(demo);
  }
});

test('a lobby screen says offline while its agent hangs, and is itself again when it goes on', { tag: '@long' }, async ({ page }) => {
  test.setTimeout(120_000);
  const demo = await startDemo({ shell: true });
  const { kiosk } = demo.run.pids;
  if (kiosk === null) throw new Error('no kiosk');
  try {
    const health = async (): Promise<unknown> => (await fetch(`${demo.run.kiosk}healthz`)).json();
    await expect.poll(health, { timeout: 20_000 }).toMatchObject({ phase: 'running', link: 'online' });
    await page.goto(demo.run.kiosk);
    const building = page.locator('.header-name');
    await expect(building).toBeVisible();
    const shown = await building.textContent();
    const offline = page.getByText(/Χωρίς σύνδεση|Offline/);
    await expect(offline).toBeHidden();
    // Its processes and sockets stand, as those of a hung program do: only its silence tells.
    process.kill(kiosk, 'SIGSTOP');
    await expect(offline).toBeVisible({ timeout: 15_000 });
    await expect(building).toHaveText(shown ?? '');
    process.kill(kiosk, 'SIGCONT');
    await expect(offline).toBeHidden({ timeout: 15_000 });
  } finally {
    process.kill(kiosk, 'SIGCONT');
    await removeDemo(demo);
  }
});

function alive(pid: number | null): boolean {
  if (pid === null) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}
