import { existsSync, writeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { ReleaseRoot } from '@concierge/contract/release/root.ts';
import { z } from 'zod';
import { bootRelease } from '../boot-chooser.ts';
import { createReleases } from '../releases.ts';

// A device's life in fast motion, until it is killed: start, prove the release or give it up, install the next one, let it start, start again. Everything is the
// product's own; the parent serves the offers and bundles. Says on standard output what happened, each line before anything else is done.

const [folder = '', base = '', pauseAt = ''] = process.argv.slice(2);
const baseUrl = new URL(base);
const Offer = z.object({ roots: z.array(z.string()), timestamp: z.string(), manifest: z.string() });
const root = ReleaseRoot.parse(await ask('root'));
const silent = (): undefined => undefined;

// The trial's own timer keeps no process alive.
setInterval(() => undefined, 60_000);
// Usually written at the end of a process, which this one does not live to see.
flushCompileCache();
say('ready');
for (;;) await liveOnce();

async function liveOnce(): Promise<void> {
  const running = bootRelease(folder, 0);
  // Every third release is a bad one: it shows nothing, and is given up soon.
  const bad = running !== null && running.sequence % 3 === 0;
  const judged = Promise.withResolvers<string>();
  const releases = createReleases({
    folder,
    running,
    device: { arch: 'arm64', shell: 'chromium', wireVersion: 1, builtInSequence: 0 },
    builtInVersion: '0.1.0',
    builtInRoot: root,
    clock: () => ({ nowMs: Date.now(), trusted: true }),
    monotonicMs: () => performance.now(),
    random: Math.random,
    logger: { info: silent, warn: silent, error: silent },
    onChange: () => judged.resolve('committed'),
    onRolledBack: () => judged.resolve('rolled-back'),
    onStep(step) {
      if (step === pauseAt) pause();
    },
    installLimits: {
      reserveBytes: 0,
      download: { silenceMs: 5_000, fruitlessRequests: 50, totalMs: 60_000, backOff: { baseMs: 1, capMs: 5, stableAfterMs: 1_000 } },
    },
    trialLimits: { screenWithinMs: bad ? 2 : 60_000, displayWithinMs: 0, cloudWithinMs: 60_000 },
  });
  releases.start();
  const { onTrial, rolledBack, running: runs } = releases.report();
  if (onTrial) {
    if (!bad) for (const evidence of ['cacheOpened', 'painted', 'cloudReached'] as const) releases.shown(evidence);
    const verdict = await judged.promise;
    say(`${verdict} ${runs.sequence}`);
    if (verdict === pauseAt) pause();
  } else {
    const next = Math.max(runs.sequence, rolledBack?.sequence ?? 0) + 1;
    const offered = await releases.offer(Offer.parse(await ask(`offer/${next}`)), new URL('bundles/', baseUrl));
    say(`${offered.ok ? offered.value : offered.error} ${next}`);
    if (offered.ok) {
      releases.letStart();
      if (pauseAt === 'allowed') pause();
    }
    // On a busy machine the two milliseconds of a bad release are over before anybody asks after it; the life after this one starts without it.
    if (!offered.ok && !['failed-before', 'disk-full', 'on-trial'].includes(offered.error))
      throw new Error(`release ${next}: ${offered.error}`);
  }
  releases.stop();
}

async function ask(path: string): Promise<unknown> {
  return (await fetch(new URL(path, baseUrl))).json();
}

function say(line: string): void {
  writeSync(1, `${line}\n`);
}

/** Nothing happens any more until it is killed, or told to go on by a file. */
function pause(): void {
  say('paused');
  const nothing = new Int32Array(new SharedArrayBuffer(4));
  while (!existsSync(`${folder}.go-on`)) Atomics.wait(nothing, 0, 0, 20);
}
