import type { Logger } from 'pino';
import {
  climb,
  type Ladder,
  type LadderLimits,
  type LadderMemory,
  type Moment,
  memoryOf,
  nextLookMs,
  openLadder,
  type ScreenEvent,
  type Step,
} from './ladder.ts';
import type { LadderMemoryFile } from './ladder-memory.ts';

/** Watches one screen and takes the steps of the ladder on it. */
export interface SickScreen {
  start(): void;
  /** A frame was painted, now or at the given monotonic time. */
  painted(atMonotonicMs?: number): void;
  crashed(what: string): void;
  /** Nobody can tell whether the screen paints. */
  excused(): void;
  stop(): void;
}

/** What a shell can do to its screen. `unavailable`: not on this machine; the ladder goes on at once. */
export type Steps = Readonly<Record<Step, () => 'taken' | 'unavailable' | Promise<'taken' | 'unavailable'>>>;

/** These end the process or the machine. A loop of them that nobody remembers would never end, so each wants its memory on disk first. */
const needsMemory: ReadonlySet<Step> = new Set(['relaunch', 'restart-compositor', 'reboot']);

/** Timers hold 31 bits. */
const LONGEST_TIMER_MS = 2_000_000_000;

export const systemMoment = (): Moment => ({ monotonicMs: performance.now(), wallMs: Date.now() });

export function createSickScreen(deps: {
  steps: Steps;
  memory: LadderMemoryFile;
  limits: LadderLimits;
  moment(): Moment;
  logger: Logger;
}): SickScreen {
  const { limits, logger, memory, moment } = deps;
  let ladder: Ladder | null = null;
  let saved: LadderMemory | null = null;
  let timer: NodeJS.Timeout | undefined;
  /** While a step is taken, its own noise (a page that goes, a browser that ends) is not a new fault. */
  let acting = false;

  function happen(event: ScreenEvent): void {
    if (ladder === null || acting) return;
    const climbed = climb(ladder, event, limits);
    ladder = climbed.ladder;
    const remembered = remember(memoryOf(ladder));
    if (climbed.take === null) return arm(ladder);
    act(climbed.take, remembered).catch((error: unknown) => logger.fatal({ error }, 'the ladder itself failed'));
  }

  async function act(step: Step, remembered: boolean): Promise<void> {
    acting = true;
    const outcome = needsMemory.has(step) && !remembered ? 'unavailable' : await taken(step);
    acting = false;
    if (ladder === null) return;
    if (outcome === 'taken') return arm(ladder);
    logger.warn({ step }, 'this step for a sick screen is not available here');
    happen({ kind: 'unavailable', at: moment() });
  }

  async function taken(step: Step): Promise<'taken' | 'unavailable'> {
    logger.error({ step, attempt: ladder?.attempts }, 'the screen is sick');
    try {
      return await deps.steps[step]();
    } catch (error) {
      logger.error({ step, error }, 'a step for the sick screen failed');
      return 'unavailable';
    }
  }

  /** Whether the disk holds it. A frame a minute changes nothing worth writing, so a card is spared. */
  function remember(current: LadderMemory): boolean {
    if (JSON.stringify(current) === JSON.stringify(saved)) return true;
    try {
      memory.save(current);
      saved = current;
      return true;
    } catch (error) {
      logger.error({ error }, 'the ladder cannot be remembered');
      return false;
    }
  }

  function arm(current: Ladder): void {
    clearTimeout(timer);
    const delayMs = Math.max(0, nextLookMs(current) - moment().monotonicMs);
    timer = setTimeout(() => happen({ kind: 'looked', at: moment() }), Math.min(LONGEST_TIMER_MS, Math.ceil(delayMs)));
  }

  return {
    start() {
      saved = memory.load();
      ladder = openLadder(saved, moment(), limits);
      arm(ladder);
    },
    painted(atMonotonicMs) {
      const at = moment();
      happen({ kind: 'painted', at: { ...at, monotonicMs: atMonotonicMs ?? at.monotonicMs } });
    },
    crashed(what) {
      if (ladder === null || acting) return;
      logger.error({ what }, 'the screen crashed');
      happen({ kind: 'crashed', at: moment() });
    },
    excused: () => happen({ kind: 'excused', at: moment() }),
    stop() {
      clearTimeout(timer);
      ladder = null;
    },
  };
}
