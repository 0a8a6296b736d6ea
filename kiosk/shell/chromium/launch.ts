import type { Logger } from 'pino';
import { applianceSteps } from '../appliance-steps.ts';
import type { LadderLimits } from '../ladder.ts';
import type { LadderMemoryFile } from '../ladder-memory.ts';
import { createPictureDoor } from '../picture-door.ts';
import { safePage } from '../safe-page.ts';
import { createSickScreen, systemMoment } from '../sick-screen.ts';
import { readAgentHealth } from './agent-health.ts';
import { createBrowser } from './browser.ts';

/** Chromium on the agent's page, watched through the frames that the page reports to the agent. */
export interface ChromiumShell {
  start(): void;
  stop(): Promise<void>;
}

export interface ChromiumShellOptions {
  readonly program: string;
  readonly pageUrl: string;
  readonly profileDir: string;
  readonly limits: LadderLimits;
  /** How often the agent is asked. */
  readonly askEveryMs?: number;
  /** No window: for tests, and for machines without a screen. */
  readonly headless?: boolean;
  readonly runsAsRoot: boolean;
  /** Where the agent asks for a picture of the glass; without it nobody can. */
  readonly pictureSocket?: string | undefined;
  /** Where the appliance hears wishes; missing on a machine that is none. */
  readonly applianceDir?: string | undefined;
}

const ASK_EVERY_MS = 2_000;
/** A page that loads itself anew is away for a moment. */
const LINE_GONE_TIMES = 2;
/** An agent that is not there by then is not waited for in the dark. */
const AGENT_PATIENCE_MS = 15_000;
/** Ages come in whole seconds: two readings of one frame may differ by one, and a little for the way. */
const AGE_PRECISION_MS = 1_500;

const safeUrl = `data:text/html;base64,${Buffer.from(safePage).toString('base64')}`;

export function createChromiumShell(deps: { options: ChromiumShellOptions; memory: LadderMemoryFile; logger: Logger }): ChromiumShell {
  const { options, logger } = deps;
  const askEveryMs = options.askEveryMs ?? ASK_EVERY_MS;
  let showing: 'nothing' | 'page' | 'safe scene' = 'nothing';
  let openedMs = 0;
  /** The last frame of this browser that the ladder heard of. */
  let lastPaintedMs: number | null = null;
  let warnedOfOldAgent = false;
  /** Whether the page of this browser has had its line to the agent, and how many times in a row there was none. */
  let lineSeen = false;
  let lineGoneTimes = 0;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const browser = createBrowser({
    options: {
      program: options.program,
      profileDir: options.profileDir,
      agentHost: new URL(options.pageUrl).hostname,
      headless: options.headless ?? false,
      withoutSandbox: options.runsAsRoot,
    },
    onEnded(what) {
      showing = 'nothing';
      screen.crashed(what);
    },
    logger,
  });
  const pictureDoor =
    options.pictureSocket === undefined
      ? null
      : createPictureDoor({ socketPath: options.pictureSocket, take: () => browser.picture(), logger });
  const screen = createSickScreen({
    steps: {
      // Only a debugging port could reload the page from outside, and a port on a lobby screen is a door.
      reload: () => 'unavailable',
      relaunch: () => show('page'),
      ...applianceSteps(options.applianceDir),
      'safe-scene': () => show('safe scene'),
    },
    memory: deps.memory,
    limits: options.limits,
    moment: systemMoment,
    logger,
  });

  async function show(what: 'page' | 'safe scene'): Promise<'taken'> {
    if (stopped) return 'taken';
    await browser.open(what === 'page' ? options.pageUrl : safeUrl);
    openedMs = performance.now();
    lastPaintedMs = null;
    lineSeen = false;
    lineGoneTimes = 0;
    showing = what;
    return 'taken';
  }

  /** The agent first: a browser that meets nobody would show an error page. */
  async function begin(): Promise<void> {
    const givenUpMs = performance.now() + AGENT_PATIENCE_MS;
    while (!stopped && (await readAgentHealth(options.pageUrl)).kind === 'unreachable') {
      if (showing === 'nothing' && performance.now() > givenUpMs)
        await show('safe scene').catch((error: unknown) => logger.error({ error }, 'the safe scene could not be shown yet'));
      await pause();
    }
    if (stopped) return;
    screen.start();
    await show('page').catch((error: unknown) => screen.crashed(`chromium did not start: ${String(error)}`));
    await watch();
  }

  async function watch(): Promise<void> {
    while (!stopped) {
      await pause();
      if (stopped) return;
      const health = await readAgentHealth(options.pageUrl);
      const nowMs = performance.now();
      // Without the agent the page shows what it has; another browser would show less.
      if (health.kind === 'unreachable' || health.kind === 'resting') screen.excused();
      else if (health.kind === 'says nothing of frames') excuseOldAgent();
      else if (health.paintedAgeMs !== null) tellPainted(nowMs - health.paintedAgeMs);
      if (health.kind === 'answers' && health.listeners !== null && showing === 'page') noticeDeadPage(health.listeners);
    }
  }

  /** A page whose process died leaves its browser running, which tells nobody: it shows an error, and the next frame would be missed minutes later. The agent knows at once: the page's line is cut. */
  function noticeDeadPage(listeners: number): void {
    lineSeen ||= listeners > 0;
    lineGoneTimes = lineSeen && listeners === 0 ? lineGoneTimes + 1 : 0;
    if (lineGoneTimes < LINE_GONE_TIMES) return;
    lineSeen = false;
    screen.crashed('the page is gone');
  }

  /**
   * Each frame is told once: a browser that crashed would look well again through the age of its last frame. The first one of a browser may
   * seem a little older than the browser.
   */
  function tellPainted(paintedMs: number): void {
    if (lastPaintedMs === null ? paintedMs < openedMs - AGE_PRECISION_MS : paintedMs <= lastPaintedMs + AGE_PRECISION_MS) return;
    lastPaintedMs = paintedMs;
    screen.painted(paintedMs);
  }

  function excuseOldAgent(): void {
    if (!warnedOfOldAgent) logger.warn('this agent does not say when the page painted: only a browser that ends is noticed');
    warnedOfOldAgent = true;
    screen.excused();
  }

  function pause(): Promise<void> {
    return new Promise((resolve) => {
      timer = setTimeout(resolve, askEveryMs);
    });
  }

  return {
    start() {
      if (options.runsAsRoot) logger.warn('running as root: Chromium has no sandbox. Run the screen as a user of its own.');
      pictureDoor?.open();
      begin().catch((error: unknown) => logger.fatal({ error }, 'the screen could not be shown'));
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      screen.stop();
      pictureDoor?.close();
      await browser.close();
    },
  };
}
