import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

const STOP_WITHIN_MS = 15_000;

/** A process of the bench that is spoken to by messages. */
export interface Child {
  readonly pid: number;
  /** The next message it sends. Throws when it ends instead. */
  answer(): Promise<unknown>;
  /** Sends the order and waits for the next message. */
  ask(order: object): Promise<unknown>;
  stop(): Promise<void>;
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>;
}

/** Starts a TypeScript file as a process. Its standard output is thrown away, so that the bench's own lines stay readable. */
export function startChild(
  entry: string,
  options: { environment?: Readonly<Record<string, string | undefined>>; nodeOptions?: readonly string[] } = {},
): Child {
  const child = fork(entry, [], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, ...options.environment },
    execArgv: [...(options.nodeOptions ?? [])],
  });
  if (child.pid === undefined) throw new Error(`${entry} could not be started`);
  const answer = () => nextMessage(child, entry);
  return {
    pid: child.pid,
    answer,
    ask(order) {
      const answered = answer();
      child.send(order);
      return answered;
    },
    stop: () => end(child),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function nextMessage(child: ChildProcess, entry: string): Promise<unknown> {
  const settled = new AbortController();
  const message = once(child, 'message', { signal: settled.signal }).then(([first]: unknown[]) => first);
  const gone = once(child, 'exit', { signal: settled.signal }).then(([code]) => {
    throw new Error(`${entry} ended with ${String(code)}`);
  });
  try {
    return await Promise.race([message, gone]);
  } finally {
    settled.abort();
    // The one that lost is refused by the abort; nobody waits for it any more.
    message.catch(() => undefined);
    gone.catch(() => undefined);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await ended;
  clearTimeout(impatience);
}
