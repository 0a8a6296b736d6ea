import { resultMaxBytes } from '@concierge/contract/http/command-results.ts';
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
  onMessage(listener: (message: unknown) => void): void;
  onExit(listener: (code: number) => void): void;
  /** As SIGKILL does: a process that is stopped or hangs must not survive it. */
  kill(): void;
}

/** How long a silent agent is waited for. */
export interface AgentPatience {
  /** The agent says that it lives this often, and its silence is counted in steps of this length. */
  readonly aliveEveryMs: number;
  /** Silent for so long, nobody knows whether the building has a connection. */
  readonly lostAfterMs: number;
  /** Silent for so long it hangs, and is replaced. Far above what a slow card may hold it up for. */
  readonly hungAfterMs: number;
  /** Until its first word: a small board starts slowly. */
  readonly firstWordWithinMs: number;
}

export const DEFAULT_PATIENCE: AgentPatience = {
  aliveEveryMs: 2_000,
  lostAfterMs: 10_000,
  hungAfterMs: 40_000,
  firstWordWithinMs: 120_000,
};
export const RESTART_MS = { first: 1_000, most: 60_000 } as const;
/** A process that lived this long was well: its end is a new trouble and no loop. */
export const WELL_AFTER_MS = 300_000;
const STOP_WITHIN_MS = 2_000;

interface Told {
  readonly state: ScreenState;
  readonly arrivedMs: number;
}

export function createAgentHost(deps: {
  fork(): AgentProcess;
  settings: Omit<AgentStart, 'aliveEveryMs'>;
  patience?: AgentPatience;
  onState(state: ScreenState): void;
  /** A JPEG of the glass, which the agent was asked for. */
  takePicture(): Promise<Buffer>;
  logger: Logger;
}): AgentHost {
  const { logger } = deps;
  const patience = deps.patience ?? DEFAULT_PATIENCE;
  let child: AgentProcess | null = null;
  let startedMs = 0;
  let restartMs: number = RESTART_MS.first;
  /** What the screen was told last. */
  let last: Told | null = null;
  /** What this process told last; null before its first state. */
  let own: Told | null = null;
  let heardOfThisOne = false;
  /**
   * Since any agent said a word, and since this one did. Counted by our own steps and not by a clock: when the whole machine slept, or this
   * process itself hung, a clock would blame the agent for the time in which nobody could hear it.
   */
  let silentMs = 0;
  let ownSilentMs = 0;
  let lost = false;
  let killed = false;
  let listening: NodeJS.Timeout | undefined;
  let restartTimer: NodeJS.Timeout | undefined;
  let stopping = false;
  let gone: (() => void) | null = null;

  function fork(): void {
    const process = deps.fork();
    child = process;
    own = null;
    ownSilentMs = 0;
    heardOfThisOne = false;
    killed = false;
    startedMs = performance.now();
    process.onMessage((raw) => {
      if (process === child) receive(raw);
    });
    process.onExit((code) => {
      if (process === child) exited(code);
    });
    process.postMessage({ kind: 'start', start: { ...deps.settings, aliveEveryMs: patience.aliveEveryMs } });
  }

  function receive(raw: unknown): void {
    const message = FromAgent.safeParse(raw);
    if (!message.success) {
      logger.error({ error: message.error }, 'the agent said what nobody understands');
      return;
    }
    silentMs = 0;
    ownSilentMs = 0;
    heardOfThisOne = true;
    if (message.data.kind === 'picture-wanted') takePicture();
    if (message.data.kind === 'state') own = { state: message.data.state, arrivedMs: performance.now() };
    // After a silence its last state counts again. A new process has to tell one first: what the old one knew may be over.
    if (own !== null && (lost || message.data.kind === 'state')) {
      lost = false;
      tell(countedOn(own));
    }
  }

  function takePicture(): void {
    const asking = child;
    deps.takePicture().then(
      (picture) => {
        const fits = picture.length > 0 && picture.length <= resultMaxBytes.screenshot;
        if (asking === child) asking?.postMessage({ kind: 'picture', jpeg: fits ? picture.toString('base64') : null });
      },
      (error: unknown) => {
        logger.warn({ error }, 'no picture of the glass could be taken');
        if (asking === child) asking?.postMessage({ kind: 'picture', jpeg: null });
      },
    );
  }

  function tell(state: ScreenState): void {
    last = { state, arrivedMs: performance.now() };
    deps.onState(state);
  }

  function listen(): void {
    silentMs += patience.aliveEveryMs;
    ownSilentMs += patience.aliveEveryMs;
    if (silentMs >= patience.lostAfterMs && !lost) {
      lost = true;
      if (last !== null) tell({ ...countedOn(last), link: 'offline' });
    }
    const patienceMs = heardOfThisOne ? patience.hungAfterMs : patience.firstWordWithinMs;
    if (child === null || killed || ownSilentMs < patienceMs) return;
    killed = true;
    logger.error({ silentMs: ownSilentMs }, 'the agent hangs; it is replaced');
    child.kill();
  }

  function exited(code: number): void {
    child = null;
    gone?.();
    if (stopping) return;
    if (performance.now() - startedMs >= WELL_AFTER_MS) restartMs = RESTART_MS.first;
    logger.error({ code, restartMs }, 'the agent ended; it is started again');
    restartTimer = setTimeout(fork, restartMs);
    restartMs = Math.min(RESTART_MS.most, restartMs * 2);
  }

  return {
    start() {
      fork();
      listening = setInterval(listen, patience.aliveEveryMs);
    },
    painted: (frame) => child?.postMessage({ kind: 'painted', frame }),
    current: () => (last === null ? null : countedOn(last)),
    async stop() {
      stopping = true;
      clearTimeout(restartTimer);
      clearInterval(listening);
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

/** A state with its time counted on to this moment. */
function countedOn({ state, arrivedMs }: Told): ScreenState {
  return { ...state, nowMs: state.nowMs + (performance.now() - arrivedMs) };
}
