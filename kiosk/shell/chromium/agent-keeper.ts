import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { agentNodeOptions } from '@concierge/kiosk-agent/launch.ts';
import type { Logger } from 'pino';
import { z } from 'zod';
import { readAgentHealth } from './agent-health.ts';

/**
 * Starts the agent beside this shell and keeps it alive: one that ends is started again, one that hangs is killed first. The page learns of both
 * through its stream from the agent, which breaks, and says that nobody is connected.
 */
export interface AgentKeeper {
  start(): void;
  /** Asks it to stop; takes two seconds at most. */
  stop(): Promise<void>;
}

export interface KeeperPatience {
  readonly askEveryMs: number;
  /** Questions in a row without an answer after which it hangs. They are counted, not timed: a machine that slept asked nothing meanwhile. */
  readonly hungAfterAsks: number;
  /** The same until its first answer: a small board starts slowly. */
  readonly firstAnswerWithinAsks: number;
  readonly restartMs: { readonly first: number; readonly most: number };
  /** A process that lived this long was well: its end is a new trouble and no loop. */
  readonly wellAfterMs: number;
}

/** An answer is waited for three seconds: four questions take about half a minute, far longer than a slow card holds the agent up. */
export const DEFAULT_KEEPER_PATIENCE: KeeperPatience = {
  askEveryMs: 5_000,
  hungAfterAsks: 4,
  firstAnswerWithinAsks: 24,
  restartMs: { first: 1_000, most: 60_000 },
  wellAfterMs: 300_000,
};

const STOP_WITHIN_MS = 2_000;
/** Looked for when it is needed: an image, where systemd keeps the agent, has no such package. */
const agentMain = (): string => fileURLToPath(import.meta.resolve('@concierge/kiosk-agent/main.ts'));
const Ready = z.object({ url: z.string() });

export function createAgentKeeper(deps: {
  pageUrl: string;
  /** The agent's settings, as its own process reads them. */
  environment: Readonly<Record<string, string | undefined>>;
  patience?: KeeperPatience;
  logger: Logger;
}): AgentKeeper {
  const { pageUrl, logger } = deps;
  const patience = deps.patience ?? DEFAULT_KEEPER_PATIENCE;
  const { port } = new URL(pageUrl);
  let child: ChildProcess | null = null;
  let startedMs = 0;
  let restartMs = patience.restartMs.first;
  let answered = false;
  let unanswered = 0;
  let restartTimer: NodeJS.Timeout | undefined;
  let askTimer: NodeJS.Timeout | undefined;
  let stopping = false;

  function launch(): void {
    answered = false;
    unanswered = 0;
    startedMs = performance.now();
    const started = spawn(process.execPath, [...agentNodeOptions, agentMain()], {
      // Its channel to us lets it end with us, however we end.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...deps.environment, CONCIERGE_KIOSK_PORT: port === '' ? '80' : port, CONCIERGE_SHELL: 'chromium' },
    });
    child = started;
    started.on('message', (message) => {
      const ready = Ready.safeParse(message);
      if (!ready.success) return;
      hear();
      // The browser shows one address; an agent that had to move to another port is of no use to it.
      if (ready.data.url !== pageUrl) replace(started, `the agent's page is ${ready.data.url}`);
    });
    started.once('error', (error) => logger.error({ error: error.message }, 'the agent could not be started'));
    // Not `exit`: a program that could not be started at all closes too.
    started.once('close', (code, signal) => {
      if (child === started) ended(signal ?? code);
    });
  }

  function hear(): void {
    answered = true;
    unanswered = 0;
  }

  function replace(process: ChildProcess, why: string): void {
    logger.error({ why }, 'the agent is replaced');
    process.kill('SIGKILL');
  }

  function ended(what: string | number | null): void {
    child = null;
    if (stopping) return;
    if (performance.now() - startedMs >= patience.wellAfterMs) restartMs = patience.restartMs.first;
    logger.error({ what, restartMs }, 'the agent ended; it is started again');
    restartTimer = setTimeout(launch, restartMs);
    restartMs = Math.min(patience.restartMs.most, restartMs * 2);
  }

  async function ask(): Promise<void> {
    const asked = child;
    const health = await readAgentHealth(pageUrl);
    if (asked === null || asked !== child) return;
    if (health.kind === 'unreachable') unanswered += 1;
    else hear();
    const limit = answered ? patience.hungAfterAsks : patience.firstAnswerWithinAsks;
    // Asked on after that, too: a process that waits for its disk dies only when the disk answers.
    if (unanswered >= limit) replace(asked, `${unanswered} questions without an answer`);
  }

  function keepAsking(): void {
    askTimer = setTimeout(() => {
      ask().then(
        () => {
          if (!stopping) keepAsking();
        },
        (error: unknown) => logger.fatal({ error }, 'the agent is no longer watched'),
      );
    }, patience.askEveryMs);
  }

  return {
    start() {
      launch();
      keepAsking();
    },
    async stop() {
      stopping = true;
      clearTimeout(restartTimer);
      clearTimeout(askTimer);
      const leaving = child;
      if (leaving === null) return;
      const gone = new Promise<void>((resolve) => leaving.once('close', () => resolve()));
      leaving.kill('SIGTERM');
      const kill = setTimeout(() => leaving.kill('SIGKILL'), STOP_WITHIN_MS);
      await gone;
      clearTimeout(kill);
    },
  };
}
