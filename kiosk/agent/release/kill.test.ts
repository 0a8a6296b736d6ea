import { cpSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '@concierge/testing/seeded-random.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../testing/kiosk.ts';
import { bootRelease } from './boot-chooser.ts';
import { MAX_STARTS } from './boot-rules.ts';
import { type InstallStep, installSteps } from './installer.ts';
import { createSlotStore } from './slots.ts';
import { hashesBelow } from './testing/bundles.ts';
import { type DeviceLife, startLife } from './testing/device-life.ts';
import { expectedFiles, type ReleaseCloud, startReleaseCloud } from './testing/release-cloud.ts';

/** `npm run verify -- --long` has all of them; twelve minutes have room for a tenth, at other moments each time. */
const IS_LONG = process.env['CONCIERGE_LONG'] !== undefined;
const KILLS = IS_LONG ? 200 : 20;
const LANES = 2;
/** `RELEASE_KILL_SEED=… npx vitest run kiosk/agent/release/kill.test.ts` repeats the same points. */
const seed = Number(process.env['RELEASE_KILL_SEED'] ?? Math.floor(Math.random() * 1e9));

let cloud: ReleaseCloud;
let compiled: ReturnType<typeof temporaryDirectory>;
/** How long this machine takes now, from nothing to a proven release. */
let oneLifeMs: number;
let withReleaseOne: ReturnType<typeof temporaryDirectory>;
beforeAll(async () => {
  cloud = await startReleaseCloud();
  compiled = temporaryDirectory();
  withReleaseOne = temporaryDirectory();
  const life = live(withReleaseOne.path, 'committed');
  await life.until(/^ready$/);
  const readyMs = performance.now();
  await life.until(/^paused$/);
  oneLifeMs = performance.now() - readyMs;
  await life.kill();
});
afterAll(async () => {
  withReleaseOne[Symbol.dispose]();
  compiled[Symbol.dispose]();
  await cloud.stop();
});

function live(folder: string, pauseAt?: InstallStep | 'allowed' | 'committed'): DeviceLife {
  return startLife({ folder, cloudUrl: cloud.url, compiled: compiled.path, ...(pauseAt === undefined ? {} : { pauseAt }) });
}

/** The device starts again after a cut: what it starts must be whole, and as new as what was proven. Returns the sequence, 0 for what came with it. */
function startAgain(folder: string, provenSequence: number, where: string): { sequence: number; onTrial: boolean } {
  const chosen = bootRelease(folder, 0);
  if (chosen === null) {
    expect(provenSequence, where).toBe(0);
    return { sequence: 0, onTrial: false };
  }
  expect(chosen.sequence, where).toBeGreaterThanOrEqual(provenSequence);
  expect(hashesBelow(join(folder, 'slots', chosen.slot, 'files')), `${where}: release ${chosen.sequence}`).toEqual(
    expectedFiles(chosen.sequence),
  );
  expect(chosen.program).toBe(join(folder, 'slots', chosen.slot, 'files/agent.mjs'));
  // It shows itself, as it would if it were really started: this is about cuts, not about releases that prove nothing.
  if (!chosen.onTrial) createSlotStore(folder).forgetUnprovenStarts();
  return { sequence: chosen.sequence, onTrial: chosen.onTrial };
}

function expectSane(folder: string, where: string): void {
  const names = readdirSync(folder).filter(
    (name) => !['boot.json', 'starts.json', 'download', 'slots'].includes(name.replace(/\.partial$/, '')),
  );
  expect(names, where).toEqual([]);
  const below = (name: string): string[] => (existsSync(join(folder, name)) ? readdirSync(join(folder, name)) : []);
  expect(below('download').length, where).toBeLessThanOrEqual(1);
  for (const slot of below('slots')) expect(['a', 'b'], where).toContain(slot);
}

/** The number behind the last line that begins with a word; 0 when there is none. */
function last(lines: readonly string[], word: string): number {
  return Number(lines.findLast((line) => line.startsWith(`${word} `))?.split(' ')[1] ?? 0);
}

/** No start that is not proven is repeated for ever. */
function expectTrialsToEnd(folder: string, proven: number, where: string): void {
  const starts = Array.from({ length: MAX_STARTS + 1 }, () => startAgain(folder, proven, where));
  expect(starts.at(-1)?.onTrial, where).toBe(false);
}

async function expectNextInstall(folder: string, where: string): Promise<void> {
  const again = live(folder);
  await again.until(/^committed /);
  await again.kill();
  startAgain(folder, last(again.lines, 'committed'), where);
}

describe('a cut at any moment', () => {
  it(`leaves a release that is whole, at ${KILLS} random moments (seed ${seed})`, async () => {
    const reached = new Set<string>();
    // A machine that is busier than it was at the beginning needs longer for one life, so the moments spread until about one life in four is a whole one.
    let spreadMs = 1.2 * oneLifeMs;
    async function lane(number: number): Promise<void> {
      using directory = temporaryDirectory();
      const folder = directory.path;
      const random = seededRandom(seed + number);
      let proven = 0;
      for (let round = 0; round < KILLS / LANES; round += 1) {
        const lifeMs = random() * spreadMs;
        const where = `seed ${seed}, lane ${number}, kill ${round} after ${lifeMs.toFixed(1)} ms`;
        const life = live(folder);
        await life.until(/^ready$/);
        await sleep(lifeMs);
        await life.kill();
        const committed = last(life.lines, 'committed');
        spreadMs *= committed > 0 ? 0.65 : 1.15;
        proven = Math.max(proven, committed);
        for (const line of life.lines) reached.add(line.split(' ')[0] ?? '');
        expectSane(folder, where);
        // What is started may have been committed a moment before it could be said.
        const { sequence, onTrial } = startAgain(folder, proven, where);
        if (!onTrial) proven = Math.max(proven, sequence);
        if (round % 10 === 9) expectTrialsToEnd(folder, proven, where);
      }
      await expectNextInstall(folder, `seed ${seed}, lane ${number}, after all kills`);
    }
    await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)));
    // Otherwise the moments were all in the same place and proved little. A few moments need not hit the same release three times, which a rollback takes.
    expect([...reached].sort()).toEqual(expect.arrayContaining(['committed', 'ready', ...(IS_LONG ? ['rolled-back'] : []), 'waiting']));
  }, 300_000);

  const planted = [...installSteps, 'allowed' as const].map((step) => ({ step, proven: 1 }));
  it.each([...planted, { step: 'unpacked', proven: 0 } as const, { step: 'allowed', proven: 0 } as const])(
    'after the step $step, with release $proven running, leaves that, or the next one when it may start, and a spare slot that serves again',
    async ({ step, proven }) => {
      using directory = temporaryDirectory();
      const folder = directory.path;
      if (proven === 1) cpSync(withReleaseOne.path, folder, { recursive: true });
      const life = live(folder, step);
      await life.until(/^paused$/);
      await life.kill();
      expectSane(folder, step);
      const allowed = step === 'allowed';
      const started = startAgain(folder, proven, step);
      expect(started).toEqual({ sequence: allowed ? proven + 1 : proven, onTrial: allowed });
      await expectNextInstall(folder, step);
    },
  );
});
