import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { agentNodeOptions } from '@concierge/kiosk-agent/launch.ts';
import { z } from 'zod';
import type { AgentOrder, ClockFacts } from '../time/protocol.ts';

/** The real agent (kiosk/agent/main.ts) as a process, with nothing changed but its clocks. */
export interface AgentProcess {
  readonly url: string;
  readonly pid: number;
  readonly child: ChildProcess;
  /** Lets time pass in it; returns when, on the counter, its next timer is due, and how many events it has sent to the page that listens. */
  goOn(facts: ClockFacts, leap: boolean): Promise<{ readonly nextDueMs: number; readonly events: number }>;
  /** The heap in use, after a collection. */
  heapBytes(): Promise<number>;
  /** As a power cut would. */
  kill(): Promise<void>;
  alive(): boolean;
  log(): string;
}

export interface AgentPlace {
  readonly dataDir: string;
  readonly rendererDir: string;
  readonly port: number;
  readonly brokerUrl: string;
  /** Node's compiled code lasts from start to start, as on the appliance. */
  readonly compileCacheDir: string;
  /** The command line that runs a program where the agent's disk is. */
  command(program: readonly string[]): readonly [string, ...string[]];
  /** Loaded before the agent too; the tests plant faults by it. */
  readonly preloads?: readonly string[];
}

const main = fileURLToPath(import.meta.resolve('@concierge/kiosk-agent/main.ts'));
const preload = fileURLToPath(new URL('../time/agent-preload.ts', import.meta.url));
const Message = z.discriminatedUnion('soak', [
  z.object({ soak: z.literal('reached'), nextDueMs: z.number(), events: z.int() }),
  z.object({ soak: z.literal('memory'), heapBytes: z.number() }),
]);
const Ready = z.object({ ready: z.literal(true), url: z.string() });
const ANSWER_WITHIN_MS = 30_000;
const KEPT_LOG_CHARACTERS = 20_000;

export async function startAgentProcess(place: AgentPlace, clock: ClockFacts): Promise<AgentProcess> {
  const preloads = [preload, ...(place.preloads ?? [])].flatMap((file) => ['--import', file]);
  const [program, ...rest] = place.command([process.execPath, ...agentNodeOptions, ...preloads, main]);
  const child = spawn(program, rest, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: place.compileCacheDir,
      CONCIERGE_KIOSK_DATA: place.dataDir,
      CONCIERGE_KIOSK_PORT: String(place.port),
      CONCIERGE_RENDERER_DIR: place.rendererDir,
      CONCIERGE_BROKER_URL: place.brokerUrl,
      CONCIERGE_SHELL: 'chromium',
      CONCIERGE_LOG_LEVEL: 'info',
      SOAK_CLOCK: JSON.stringify(clock),
    },
  });
  const endWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  child.once('exit', () => process.off('exit', endWithUs));
  let log = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    log = (log + chunk).slice(-KEPT_LOG_CHARACTERS);
  });

  const { pid } = child;
  if (pid === undefined) throw new Error('the agent could not be started');
  const answers: ((message: unknown) => boolean)[] = [];
  child.on('message', (message) => {
    const taker = answers.findIndex((takes) => takes(message));
    if (taker >= 0) answers.splice(taker, 1);
  });
  /** The next message of a form; an agent that ends gives none. */
  function next<Form>(read: (message: unknown) => Form | null, what: string): Promise<Form> {
    return new Promise((resolve, reject) => {
      const give = (error: Error): void => {
        clearTimeout(impatience);
        child.off('exit', gone);
        reject(error);
      };
      const gone = (code: number | null): void => give(new AgentGone(`the agent ended (${code}) before it said ${what}\n${log}`));
      const impatience = setTimeout(
        () => give(new Error(`the agent did not say ${what} within ${ANSWER_WITHIN_MS} ms\n${log}`)),
        ANSWER_WITHIN_MS,
      );
      child.once('exit', gone);
      answers.push((message) => {
        const form = read(message);
        if (form === null) return false;
        clearTimeout(impatience);
        child.off('exit', gone);
        resolve(form);
        return true;
      });
    });
  }
  const order = (given: AgentOrder): void => void child.send(given, () => undefined);
  const ofKind =
    <Kind extends z.infer<typeof Message>['soak']>(kind: Kind) =>
    (message: unknown) => {
      const parsed = Message.safeParse(message);
      return parsed.success && parsed.data.soak === kind ? (parsed.data as Extract<z.infer<typeof Message>, { soak: Kind }>) : null;
    };

  const { url } = await next((message) => Ready.safeParse(message).data ?? null, 'that it is ready');
  return {
    url,
    pid,
    child,
    async goOn(facts, leap) {
      const reached = next(ofKind('reached'), 'how late it is');
      order({ soak: 'time', facts, leap });
      return await reached;
    },
    async heapBytes() {
      const told = next(ofKind('memory'), 'how large its heap is');
      order({ soak: 'memory' });
      return (await told).heapBytes;
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
    alive: () => child.exitCode === null && child.signalCode === null,
    log: () => log,
  };
}

/** The process ended while it was asked something: a scenario that kills it expects that. */
export class AgentGone extends Error {}
