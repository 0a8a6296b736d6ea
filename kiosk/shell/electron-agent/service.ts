import type { Agent } from '@concierge/kiosk-agent/agent.ts';
import { type AgentStart, type FromAgent, ToAgent } from './messages.ts';

/** The agent's end of the wire to Electron's main process. */
export interface AgentPort {
  postMessage(message: FromAgent): void;
  onMessage(listener: (message: unknown) => void): void;
}

const PICTURE_WITHIN_MS = 20_000;

/** Serves one agent over the port, until it is told to stop. `exit` ends the process; whoever started it decides about another. */
export function serveAgent(deps: {
  port: AgentPort;
  createAgent(start: AgentStart, takePicture: () => Promise<Uint8Array<ArrayBuffer>>): Agent;
  exit(code: number, reason: unknown): void;
}): void {
  const { port, exit } = deps;
  let agent: Agent | null = null;
  let hearPicture: ((jpeg: string | null) => void) | null = null;

  port.onMessage((raw) => {
    const message = ToAgent.safeParse(raw);
    // Both ends are one build: what cannot be read is a bug, and guessing would hide it.
    if (!message.success) return exit(1, message.error);
    switch (message.data.kind) {
      case 'start':
        return start(message.data.start);
      case 'painted':
        return agent?.painted(message.data.frame);
      case 'picture':
        return hearPicture?.(message.data.jpeg);
      case 'stop':
        return stop();
    }
  });

  function start(options: AgentStart): void {
    if (agent !== null) return exit(1, 'started twice');
    // From the first moment: a card may take its time until the cache is open.
    setInterval(() => port.postMessage({ kind: 'alive' }), options.aliveEveryMs).unref();
    const started = deps.createAgent(options, takePicture);
    agent = started;
    started.start().then(
      () => started.screen.subscribe((state) => port.postMessage({ kind: 'state', state })),
      (error: unknown) => exit(1, error),
    );
  }

  /** Main sees the glass. One at a time: its answer does not say to which question. */
  async function takePicture(): Promise<Uint8Array<ArrayBuffer>> {
    if (hearPicture !== null) throw new Error('a picture is being taken already');
    let timer: NodeJS.Timeout | undefined;
    try {
      const jpeg = await new Promise<string | null>((resolve) => {
        hearPicture = resolve;
        timer = setTimeout(() => resolve(null), PICTURE_WITHIN_MS);
        port.postMessage({ kind: 'picture-wanted' });
      });
      if (jpeg === null) throw new Error('the shell could not take a picture');
      return new Uint8Array(Buffer.from(jpeg, 'base64'));
    } finally {
      clearTimeout(timer);
      hearPicture = null;
    }
  }

  function stop(): void {
    (agent?.stop() ?? Promise.resolve()).then(
      () => exit(0, 'asked to stop'),
      (error: unknown) => exit(1, error),
    );
  }
}
