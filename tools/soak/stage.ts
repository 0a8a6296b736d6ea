import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as realSleep } from 'node:timers/promises';
import { createTestAuthority, type TestAuthority } from '@concierge/kiosk-agent/testing/authority.ts';
import { availableBrokers, type TestBroker } from '@concierge/kiosk-agent/testing/brokers.ts';
import { createTestSigner, type TestSigner } from '@concierge/kiosk-agent/testing/documents.ts';
import { claimDirectory, temporaryDirectory } from '@concierge/kiosk-agent/testing/kiosk.ts';
import { freePort } from '@concierge/testing/free-port.ts';
import { z } from 'zod';
import { BUILDING_SCENES } from './invariants/age-true.ts';
import { allInvariants } from './invariants/all.ts';
import type { Tolerance } from './invariants/invariant.ts';
import { BLANK_LIMIT_MS, ONE_COLOUR_SHARE } from './invariants/never-blank.ts';
import { createWatch, type Watch } from './invariants/watch.ts';
import { AgentGone, type AgentProcess, startAgentProcess } from './kiosk/agent-process.ts';
import type { Glass } from './kiosk/glass.ts';
import type { GlassReading } from './kiosk/reading.ts';
import type { Random } from './random.ts';
import { createSoakTime, type SoakTime } from './time/soak-time.ts';
import { type Attacker, createAttacker } from './world/attacker.ts';
import { type Gate, openGate } from './world/gate.ts';
import { type CloudHabits, createSoakCloud, ordinaryHabits, type SoakCloud } from './world/soak-cloud.ts';
import { createTruth, type Truth } from './world/truth.ts';

/** One scenario's world: a building's cloud, a broker with an attacker in it, a line that can be cut, the agent, the glass, and the watch over it. */
export interface Stage {
  readonly time: SoakTime;
  readonly random: Random;
  readonly truth: Truth;
  readonly cloud: SoakCloud;
  readonly attacker: Attacker;
  readonly gate: Gate;
  readonly broker: TestBroker;
  readonly brokerName: string;
  readonly watch: Watch;
  readonly glass: Glass;
  readonly dataDir: string;
  agent(): AgentProcess;
  startAgent(): Promise<void>;
  killAgent(): Promise<void>;
  /** Loads the page from the agent, as a shell does after a start. */
  loadGlass(): Promise<void>;
  /** Lets time pass, evenly: everything that is due in it happens in its order. */
  pass(durationMs: number): Promise<void>;
  /** Lets time pass until it holds, at most that long; a scenario in which it does not is told so. */
  passUntil(what: string, holds: () => boolean, withinMs: number): Promise<boolean>;
  /** The time is at once another: both programs stood still meanwhile. */
  leap(durationMs: number): Promise<void>;
  /** How often the attacker publishes something, by the true time; 0 never. */
  attackEvery(periodMs: number): void;
  /** What the agent says of itself to a shell. */
  health(): Promise<{ readonly phase: string; readonly contentSequence: number }>;
  tolerate(tolerance: Tolerance): void;
  /** Whether a scene of the building is on the glass, and the device told what it holds. */
  showsBuilding(): boolean;
  /** What was on the glass last. */
  reading(): GlassReading | null;
  /** Takes a picture of the glass and looks whether anything is on it. */
  lookAtPixels(): Promise<void>;
  count(what: string, by?: number): void;
  counts(): ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

export interface StageOptions {
  readonly startTrueMs: number;
  readonly random: Random;
  readonly glass: Glass;
  readonly rendererDir: string;
  readonly habits?: Partial<CloudHabits>;
  readonly broker?: 'aedes' | 'mosquitto';
  /** Where the agent's disk is, and how a program is run there; a plain folder otherwise. */
  readonly disk?: { readonly path: string; command(program: readonly string[]): readonly [string, ...string[]] };
  readonly agentPreloads?: readonly string[];
  readonly compileCacheDir: string;
}

export const ARRANGED_CAME = 'times an arranged scene came';
export const PAINT_TIMEOUTS = 'frames that were not painted within three real seconds';
/** In a whole scenario. */
export const MOST_PAINT_TIMEOUTS = 5;
/** Nothing that matters happens between two looks further apart: the agent says every four seconds that it lives. */
const CRUISE_MS = 4_000;
/** While bytes are on their way the time goes slowly, or a handshake of some milliseconds would take simulated minutes. */
const ATTENTIVE = { stepMs: 200, realMs: 3, forMs: 60 } as const;
const MOVING_MS = 450;
/** Valid now, by which OpenSSL judges, and at any time of the scenarios. */
const VALIDITY = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2046-01-01T00:00:00Z') };
const START_PAGE_WITHIN_MS = BLANK_LIMIT_MS;
const Health = z.object({ phase: z.string(), contentSequence: z.int() });

export async function createStage(options: StageOptions): Promise<Stage> {
  const { random, glass } = options;
  const folder = temporaryDirectory();
  const authority: TestAuthority = await (await createTestAuthority()).dated(VALIDITY);
  const signer: TestSigner = await createTestSigner();
  const maker = availableBrokers().find(({ name }) => name === (options.broker ?? 'aedes')) ?? availableBrokers()[0];
  if (maker === undefined) throw new Error('no broker can run here');
  const broker = await maker.create(authority);
  await broker.start();
  const gate = await openGate(Number(new URL(broker.url).port));
  const brokerUrl = `mqtts://localhost:${gate.port}`;
  const time = createSoakTime(options.startTrueMs);
  const truth = createTruth();
  const cloud = createSoakCloud({
    authority,
    signer,
    truth,
    random: random.fork('cloud'),
    habits: { ...ordinaryHabits, ...options.habits },
  });
  const attacker = await createAttacker({ authority, signer, history: (kind) => cloud.history(kind), random: random.fork('attacker') });
  await cloud.join(broker);
  await attacker.join(broker);

  const claimDir = join(folder.path, 'kiosk');
  mkdirSync(claimDir);
  await claimDirectory(claimDir, { authority, signer, brokerUrl });
  const dataDir = options.disk?.path ?? claimDir;
  if (options.disk !== undefined) {
    // Copied by a program on the disk: a mount of another namespace is not seen from here.
    const [program, ...rest] = options.disk.command(['cp', '-r', join(claimDir, 'identity'), dataDir]);
    const { status, stderr } = spawnSync(program, rest);
    if (status !== 0) throw new Error(`the claim could not be copied: ${stderr.toString()}`);
  }
  const port = await freePort();

  let tolerance: Tolerance = { clockErrorMs: 0 };
  const watch = createWatch(allInvariants(truth, () => tolerance));
  const counts = new Map<string, number>();
  const count = (what: string, by = 1): void => void counts.set(what, (counts.get(what) ?? 0) + by);

  let agent: AgentProcess | null = null;
  let glassReady = false;
  let animating = false;
  let current: GlassReading | null = null;
  let attackPeriodMs = 0;
  let nextAttackMs = Number.POSITIVE_INFINITY;
  let attentiveUntilMs = 0;
  let agentDueMs = 0;
  let eventsHeard = 0;
  /** Those whose end was wanted, or is told already. */
  const killed = new WeakSet<AgentProcess>();
  /** What the broker still remembers of the agent before this one. */
  let staleReport: unknown = null;

  const attend = (): void => {
    attentiveUntilMs = performance.now() + ATTENTIVE.forMs;
  };

  async function worldUntil(trueMs: number): Promise<void> {
    if (await cloud.work(trueMs)) attend();
    if (trueMs < nextAttackMs) return;
    nextAttackMs = trueMs + attackPeriodMs * (0.3 + random.next());
    // It was told the time since it began, or has never been without.
    await attacker.attack(trueMs, tolerance.clockErrorMs === 0 && truth.reportedConfirmationMs() !== null);
    count('lies published');
    attend();
  }

  /** Everything goes on to that moment: the world, the page, then the agent, whose words the page hears at the same moment. */
  async function tick(counterMs: number, leap: boolean): Promise<void> {
    const facts = time.factsAt(counterMs);
    await worldUntil(time.trueAt(counterMs));
    const answer = glassReady ? await glass.goOn(facts, leap) : null;
    const asked = agent;
    let hasNews = false;
    if (asked !== null && !asked.alive() && !killed.has(asked)) {
      killed.add(asked);
      watch.report('agent lives', `the agent ended by itself\n${asked.log().slice(-500)}`);
    }
    if (asked !== null && asked.alive()) {
      const reached = await asked.goOn(facts, leap).catch((error: unknown) => {
        // It may have been killed in the middle; one that ended by itself is a finding.
        if (!(error instanceof AgentGone)) throw error;
        if (!killed.has(asked)) watch.report('agent lives', error.message.slice(0, 600));
        killed.add(asked);
        return null;
      });
      agentDueMs = reached?.nextDueMs ?? Number.POSITIVE_INFINITY;
      hasNews = glassReady && reached !== null && reached.events > 0 && reached.events !== eventsHeard;
      if (hasNews && reached !== null && !(await glass.hear(reached.events))) count('times the page was not waited for any longer');
      eventsHeard = reached?.events ?? 0;
    }
    time.advanceTo(counterMs);
    if (gate.line() === 'open') truth.noteLineOpen();
    hearDevice();
    if (answer === null) return;
    if (!answer.isPainted) notePaintTimeout();
    // What the page has just heard may have begun a movement that its answer does not know of.
    animating = answer.animating || hasNews;
    for (const reading of answer.readings) see(reading, null);
    if (current !== null) see({ ...current, atMs: counterMs }, answer.characters);
  }

  /** A few are the machine's; more, and what the rules say of the glass was not seen on one. */
  function notePaintTimeout(): void {
    count(PAINT_TIMEOUTS);
    if (counts.get(PAINT_TIMEOUTS) === MOST_PAINT_TIMEOUTS + 1)
      watch.report('painted', `more than ${MOST_PAINT_TIMEOUTS} frames with what had changed were not made within three real seconds`);
  }

  function see(reading: GlassReading, characters: number | null): void {
    if (current !== null && reading.scene !== current.scene) {
      count('changes of scene');
      if (reading.scene === 'layout') count(ARRANGED_CAME);
    }
    current = reading;
    watch.look({ atMs: reading.atMs, trueMs: time.trueAt(reading.atMs), reading, characters });
  }

  function hearDevice(): void {
    if (agent === null || !cloud.connected()) return;
    const reported = cloud.heard().reported();
    if (reported !== null && reported !== staleReport)
      truth.noteReported(reported.contentSequence, reported.desiredSequence, reported.scenesSequence, reported.factsSequence);
  }

  async function pass(durationMs: number): Promise<void> {
    const endMs = time.nowMs() + durationMs;
    while (time.nowMs() < endMs) await step(endMs);
  }

  async function step(endMs: number): Promise<void> {
    const realMs = performance.now();
    const attentive = realMs < attentiveUntilMs || realMs - gate.lastAskedMs() < ATTENTIVE.forMs;
    const untilDutyMs = Math.max(1, Math.min(cloud.nextDutyMs(), nextAttackMs) - time.trueMs());
    const agentWaitsMs = agent === null ? CRUISE_MS : Math.max(1, agentDueMs - time.nowMs());
    const paceMs = attentive ? ATTENTIVE.stepMs : animating ? MOVING_MS : CRUISE_MS;
    const stepMs = Math.min(paceMs, agentWaitsMs, untilDutyMs, endMs - time.nowMs());
    await tick(time.nowMs() + stepMs, false);
    if (attentive) await realSleep(ATTENTIVE.realMs);
  }

  return {
    time,
    random,
    truth,
    cloud,
    attacker,
    gate,
    broker,
    brokerName: maker.name,
    watch,
    glass,
    dataDir,
    agent() {
      if (agent === null) throw new Error('no agent runs');
      return agent;
    },
    async startAgent() {
      truth.forgetReported();
      agent = await startAgentProcess(
        {
          dataDir,
          rendererDir: options.rendererDir,
          port,
          brokerUrl,
          compileCacheDir: options.compileCacheDir,
          command: (program) => options.disk?.command(program) ?? [process.execPath, ...program.slice(1)],
          ...(options.agentPreloads === undefined ? {} : { preloads: options.agentPreloads }),
        },
        time.factsAt(time.nowMs()),
      );
      // It tells nothing before time passes; what is there now was told by the one before.
      staleReport = cloud.connected() ? cloud.heard().reported() : null;
      agentDueMs = 0;
      count('starts of the agent');
    },
    async killAgent() {
      if (agent !== null) killed.add(agent);
      await agent?.kill();
      agent = null;
      truth.forgetReported();
    },
    async loadGlass() {
      if (agent === null) throw new Error('no agent serves the page');
      const tookMs = await glass.load(agent.url, time.factsAt(time.nowMs()));
      glassReady = true;
      current = null;
      counts.set(
        'slowest page until text was seen, real ms',
        Math.max(counts.get('slowest page until text was seen, real ms') ?? 0, Math.round(tookMs)),
      );
      if (tookMs > START_PAGE_WITHIN_MS)
        watch.report('never blank', `the page showed nothing for ${Math.round(tookMs)} real ms after it was loaded`);
      attend();
    },
    pass,
    async passUntil(what, holds, withinMs) {
      const endMs = time.nowMs() + withinMs;
      while (!holds()) {
        if (time.nowMs() >= endMs) {
          watch.report('comes back', `waited ${Math.round(withinMs / 1_000)} s in vain until ${what}`);
          return false;
        }
        await step(Math.min(endMs, time.nowMs() + CRUISE_MS));
      }
      return true;
    },
    async leap(durationMs) {
      // What changes at this very moment is given its time first; a leap would make it look as if it had stood.
      for (let tries = 0; tries < 10; tries += 1) {
        await pass(500);
        if (!watch.standing()) break;
      }
      await tick(time.nowMs() + durationMs, true);
      count('leaps');
    },
    attackEvery(periodMs) {
      attackPeriodMs = periodMs;
      nextAttackMs = periodMs === 0 ? Number.POSITIVE_INFINITY : time.trueMs() + periodMs * random.next();
    },
    async health() {
      if (agent === null) throw new Error('no agent runs');
      return Health.parse(await (await fetch(new URL('/healthz', agent.url))).json());
    },
    tolerate(next) {
      tolerance = next;
    },
    showsBuilding: () => truth.reportedContent() !== null && BUILDING_SCENES.has(current?.scene ?? null),
    reading: () => current,
    async lookAtPixels() {
      const share = await glass.commonestColourShare();
      count('pictures of the glass');
      if (share > ONE_COLOUR_SHARE) watch.report('never blank', `${(share * 100).toFixed(2)} % of the pixels have one colour`);
    },
    count,
    counts: () => counts,
    async stop() {
      await agent?.kill();
      await attacker.leave();
      await cloud.leave();
      await gate.stop();
      await broker.stop();
      folder[Symbol.dispose]();
    },
  };
}
