import type { PaintedFrame, ScreenState } from '@concierge/contract/kiosk/screen.ts';
import type { Logger } from 'pino';
import { type AgentStart, FromAgent, type ToAgent } from '../electron-agent/messages.ts';

/** The agent in a process of its own, kept alive. The screen goes on without it and says so. */
export interface AgentHost {
  start(): void;
  painted(frame: PaintedFrame): void;
  /** The last state it told, with the time counted on; null before the first. */
  current(): ScreenState | null;
  /** Asks it to stop; takes two seconds at most. */
  stop(): Promise<void>;
}

/** The part of Electron's utility process that is used here. */
export interface AgentProcess {
  postMessage(message: ToAgent): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  kill(): boolean;
}

export const RESTART_MS = { first: 1_000, most: 60_000 } as const;
/** A process that lived this long was well: its end is a new trouble and no loop. */
export const WELL_AFTER_MS = 300_000;
/** Without an agent for so long, nobody knows whether the building has a connection. */
export const LOST_AFTER_MS = 10_000;
const STOP_WITHIN_MS = 2_000;

export function createAgentHost(deps: {
  fork(): AgentProcess;
  settings: AgentStart;
  onState(state: ScreenState): void;
  logger: Logger;
}): AgentHost {
  const { logger } = deps;
  let child: AgentProcess | null = null;
  let startedMs = 0;
  let restartMs: number = RESTART_MS.first;
  let last: { state: ScreenState; arrivedMs: number } | null = null;
  let lostTimer: NodeJS.Timeout | undefined;
  let restartTimer: NodeJS.Timeout | undefined;
  let stopping = false;
  let gone: (() => void) | null = null;

  function start(): void {
    const process = deps.fork();
    child = process;
    startedMs = performance.now();
    process.on('message', (raw) => {
      if (process === child) receive(raw);
    });
    process.on('exit', (code) => {
      if (process === child) exited(code);
    });
    process.postMessage({ kind: 'start', start: deps.settings });
  }

  function receive(raw: unknown): void {
    const message = FromAgent.safeParse(raw);
    if (!message.success) {
      logger.error({ error: message.error }, 'the agent said what nobody understands');
      return;
    }
    clearTimeout(lostTimer);
    lostTimer = undefined;
    tell(message.data.state);
  }

  function tell(state: ScreenState): void {
    last = { state, arrivedMs: performance.now() };
    deps.onState(state);
  }

  function exited(code: number): void {
    child = null;
    gone?.();
    if (stopping) return;
    lostTimer ??= setTimeout(lost, LOST_AFTER_MS);
    if (performance.now() - startedMs >= WELL_AFTER_MS) restartMs = RESTART_MS.first;
    logger.error({ code, restartMs }, 'the agent ended; it is started again');
    restartTimer = setTimeout(start, restartMs);
    restartMs = Math.min(RESTART_MS.most, restartMs * 2);
  }

  function lost(): void {
    const state = current();
    if (state !== null) tell({ ...state, link: 'offline' });
  }

  function current(): ScreenState | null {
    return last === null ? null : { ...last.state, nowMs: last.state.nowMs + (performance.now() - last.arrivedMs) };
  }

  return {
    start,
    painted: (frame) => child?.postMessage({ kind: 'painted', frame }),
    current,
    async stop() {
      stopping = true;
      clearTimeout(restartTimer);
      clearTimeout(lostTimer);
      const process = child;
      if (process === null) return;
      const ended = new Promise<void>((resolve) => {
        gone = resolve;
      });
      process.postMessage({ kind: 'stop' });
      const kill = setTimeout(() => process.kill(), STOP_WITHIN_MS - 500);
      const giveUp = setTimeout(() => gone?.(), STOP_WITHIN_MS);
      await ended;
      clearTimeout(kill);
      clearTimeout(giveUp);
    },
  };
}
