import type { Agent } from '@concierge/kiosk-agent/agent.ts';
import { type AgentStart, type FromAgent, ToAgent } from './messages.ts';

/** The agent's end of the wire to Electron's main process. */
export interface AgentPort {
  postMessage(message: FromAgent): void;
  onMessage(listener: (message: unknown) => void): void;
}

/** Serves one agent over the port, until it is told to stop. `exit` ends the process; whoever started it decides about another. */
export function serveAgent(deps: {
  port: AgentPort;
  createAgent(start: AgentStart): Agent;
  exit(code: number, reason: unknown): void;
}): void {
  const { port, exit } = deps;
  let agent: Agent | null = null;

  port.onMessage((raw) => {
    const message = ToAgent.safeParse(raw);
    // Both ends are one build: what cannot be read is a bug, and guessing would hide it.
    if (!message.success) return exit(1, message.error);
    switch (message.data.kind) {
      case 'start':
        return start(message.data.start);
      case 'painted':
        return agent?.painted(message.data.frame);
      case 'stop':
        return stop();
    }
  });

  function start(options: AgentStart): void {
    if (agent !== null) return exit(1, 'started twice');
    // From the first moment: a card may take its time until the cache is open.
    setInterval(() => port.postMessage({ kind: 'alive' }), options.aliveEveryMs).unref();
    const started = deps.createAgent(options);
    agent = started;
    started.start().then(
      () => started.screen.subscribe((state) => port.postMessage({ kind: 'state', state })),
      (error: unknown) => exit(1, error),
    );
  }

  function stop(): void {
    (agent?.stop() ?? Promise.resolve()).then(
      () => exit(0, 'asked to stop'),
      (error: unknown) => exit(1, error),
    );
  }
}
