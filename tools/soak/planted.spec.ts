import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Scene } from '@concierge/contract/mqtt/scenes.ts';
import { expect, test } from '@playwright/test';
import { type BuiltRenderer, buildRenderer } from '../../bench/kiosk-page/renderer.ts';
import { growthOf } from './invariants/memory-flat.ts';
import { type Glass, openGlass } from './kiosk/glass.ts';
import { createRandom } from './random.ts';
import { createStage, MOST_PAINT_TIMEOUTS, PAINT_TIMEOUTS, type Stage, type StageOptions } from './stage.ts';

// The whole soak on the real page and the real agent, with a violation planted in it: what it does not see here, it would not see in a run.

test.describe.configure({ timeout: 120_000 });

let renderer: BuiltRenderer;
let glass: Glass;
let compileCacheDir: string;
let world: Stage | null = null;

test.beforeAll(async () => {
  renderer = await buildRenderer();
  glass = await openGlass();
  compileCacheDir = await mkdtemp(join(tmpdir(), 'concierge-soak-compiled-'));
});
test.afterEach(async () => {
  await world?.stop();
  world = null;
});
test.afterAll(async () => {
  await glass.stop();
  await renderer.remove();
  await rm(compileCacheDir, { recursive: true, force: true });
});

/** A building on the glass, with nothing wrong so far. */
async function shown(change: Partial<StageOptions> = {}): Promise<Stage> {
  const startTrueMs = Date.UTC(2027, 0, 11, 8);
  const made = await createStage({ startTrueMs, random: createRandom(3), glass, rendererDir: renderer.folder, compileCacheDir, ...change });
  world = made;
  await made.startAgent();
  await made.loadGlass();
  await made.passUntil('the building is shown', made.showsBuilding, 60_000);
  await made.pass(20_000);
  expect(made.watch.violations()).toEqual([]);
  return made;
}

const broken = ({ watch }: Stage): string[] => watch.violations().map(({ invariant }) => invariant);

test('a text that nobody signed is seen though it is gone before the next look', async () => {
  const made = await shown();
  await made.glass.evaluate(`{
    const lie = document.body.appendChild(document.createElement('p'));
    lie.textContent = 'X00042 Ψέμα';
    setTimeout(() => lie.remove(), 20);
  }`);
  await made.pass(4_000);
  expect(broken(made)).toEqual(['never unsigned']);
});

test('a page that can no longer be read is seen after five seconds, and its picture too', async () => {
  const made = await shown();
  await made.glass.evaluate(`document.documentElement.style.opacity = '0'; document.querySelector('#lobby').style.visibility = 'hidden'`);
  await made.pass(3_000);
  expect(broken(made)).toEqual([]);
  await made.pass(4_000);
  expect(broken(made)).toEqual(['never blank']);
  await made.lookAtPixels();
  expect(made.watch.violations().at(-1)?.says).toContain('of the pixels have one colour');
});

test('frames that are never made are seen, beyond a few', async () => {
  const made = await shown();
  await made.glass.evaluate(`window.requestAnimationFrame = () => 0; setInterval(() => { document.title += '.'; }, 1_000)`);
  for (let times = 0; times < 10 && broken(made).length === 0; times += 1) await made.pass(2_000);
  expect(broken(made)).toContain('painted');
  expect(made.counts().get(PAINT_TIMEOUTS)).toBeGreaterThan(MOST_PAINT_TIMEOUTS);
});

test('a header whose clock stands still is seen', async () => {
  const made = await shown();
  await made.glass.evaluate(`setInterval(() => { document.querySelector('.header-clock').textContent = '07:00'; }, 100)`);
  await made.pass(5_000);
  expect(broken(made)).toEqual(['clock right']);
});

test('an announcement that stays after its end is seen', async () => {
  const made = await shown();
  await made.leap(40 * 3_600_000);
  const marks = Array.from({ length: 9 }, (_, index) => `N0000${index + 1}`);
  const ended = marks.find((mark) => (made.truth.statement(mark)?.expiresAtMs ?? Number.POSITIVE_INFINITY) < made.time.trueMs());
  expect(ended).toBeDefined();
  await made.glass.evaluate(`document.body.append('${ended}')`);
  await made.pass(5_000);
  expect(broken(made)).toContain('statements hold');
});

test('an age told wrong is seen', async () => {
  const made = await shown();
  made.gate.set('shut');
  await made.leap(5 * 3_600_000);
  await made.pass(10_000);
  expect(broken(made)).toEqual([]);
  await made.glass.evaluate(
    `setInterval(() => { document.querySelector('.foot-status').textContent = 'Χωρίς σύνδεση · δεδομένα πριν από 2 ώρες'; }, 100)`,
  );
  await made.pass(5_000);
  expect(broken(made)).toEqual(['age true']);
});

test('a code that stays after its end is seen', async () => {
  const made = await shown();
  await made.passUntil('a code is shown', () => (made.reading()?.codes.length ?? 0) > 0, 60_000);
  await made.glass.evaluate(`document.body.append(document.querySelector('svg.qr-code').cloneNode(true))`);
  await made.pass(45_000);
  expect(broken(made)).toContain('code in force');
});

test('a text of an arrangement that was replaced is seen', async () => {
  const made = await shown();
  const first = (): Scene | undefined =>
    made.truth
      .arrangements()
      .at(-1)
      ?.configuration?.list.scenes.find(({ view }) => view.kind === 'layout');
  while (first() === undefined) await made.cloud.arrange(made.time.trueMs());
  const old = first()?.name.el ?? '';
  await made.cloud.arrange(made.time.trueMs());
  const newest = made.truth.arrangements().at(-1)?.sequence ?? 0;
  await made.passUntil('the new arrangement is held', () => made.truth.reportedScenes() === newest, 60_000);
  await made.glass.evaluate(`setInterval(() => { if (!document.body.innerText.includes('${old}')) document.body.append('${old}'); }, 100)`);
  await made.pass(8_000);
  expect(broken(made)).toContain('arranged replaced');
});

test('an agent that ends by itself is seen', async () => {
  const made = await shown();
  process.kill(made.agent().pid, 'SIGKILL');
  await made.pass(4_000);
  expect(broken(made)).toEqual(['agent lives']);
});

test('a page and an agent that forget nothing are seen to grow', async () => {
  const leaky = join(import.meta.dirname, 'testing/leaky-agent.ts');
  const made = await shown({ agentPreloads: [leaky] });
  await made.glass.evaluate(`{
    const kept = [];
    setInterval(() => kept.push(Array.from({ length: 1_024 }, () => Math.random())), 5_000);
  }`);
  const page = [];
  const agent = [];
  for (let sample = 1; sample <= 6; sample += 1) {
    await made.pass(120_000);
    const hours = made.time.nowMs() / 3_600_000;
    page.push({ hours, kilobytes: (await made.glass.memory()).heapKilobytes });
    agent.push({ hours, kilobytes: (await made.agent().heapBytes()) / 1_024 });
  }
  // The bounds of a short run: sixty times those of a day.
  expect(growthOf(page, { name: 'page', mostKilobytesPerHour: 1_700 })).toMatchObject({ grew: true });
  expect(growthOf(agent, { name: 'agent', mostKilobytesPerHour: 850 })).toMatchObject({ grew: true });
});
