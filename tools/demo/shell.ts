import { join } from 'node:path';
import { presentChromium } from '../verify/programs.ts';
import { type Supervised, supervise } from './supervisor.ts';

/**
 * The demo's lobby screen has the shell of the appliance in front of it, without a window: so the office can ask for a picture of the glass, and see it. Whoever wants to look at the screen
 * opens its page in a browser of their own. It starts after everything else and nothing waits for it. Resolves with null where there is none, having said why.
 */
export async function startDemoShell(demo: {
  root: string;
  data: string;
  logs: string;
  pageUrl: string;
  pictureSocket: string | undefined;
  onRestarted(): void;
  /** Told before it runs, so that whoever stops the demo in this moment stops it too. */
  onMade(shell: Supervised): void;
  say(line: string): void;
}): Promise<Supervised | null> {
  const without = (why: string): null => {
    demo.say(
      `The lobby screen has no shell: ${why} Everything else works; a picture of the screen, asked for in the office, is answered “not done”.`,
    );
    return null;
  };
  if (process.platform === 'win32') return without('Windows has no sockets in folders.');
  if (demo.pictureSocket === undefined) return without(`the path of the demo's folder is too long for a socket (${demo.data}).`);
  const program = await presentChromium();
  if (program === null) return without('no Chromium was found. Install chromium, or set CONCIERGE_CHROMIUM to the program.');
  const environment = {
    CONCIERGE_KIOSK_URL: demo.pageUrl,
    CONCIERGE_SHELL_DATA: join(demo.data, 'shell'),
    CONCIERGE_AGENT: 'elsewhere',
    CONCIERGE_GLASS: 'none',
    CONCIERGE_PICTURE_SOCKET: demo.pictureSocket,
    CONCIERGE_CHROMIUM: program,
  };
  const shell = supervise({
    name: 'shell',
    entry: join(demo.root, 'kiosk/shell/chromium/main.ts'),
    environment: () => environment,
    logFile: join(demo.logs, 'shell.log'),
    onRestarted: demo.onRestarted,
    say: demo.say,
  });
  demo.onMade(shell);
  await shell.start();
  return shell;
}
