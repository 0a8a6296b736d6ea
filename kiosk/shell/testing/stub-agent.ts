import { createServer, type ServerResponse } from 'node:http';

/** An agent as the Chromium shell sees it: a page that reports its frames, and `/healthz` that tells how long ago the last one was. */
export interface StubAgent {
  readonly url: string;
  readonly port: number;
  /** Set by a test: what the page does, and how the agent answers. */
  behaviour: { paints: boolean; answers: boolean; saysFrames: boolean };
  readonly pagesServed: () => number;
  readonly framesPainted: () => number;
  readonly userAgents: ReadonlySet<string>;
  stop(): Promise<void>;
}

/** `strangerUrl` is an address that the page tries to reach at once. */
export async function startStubAgent(strangerUrl: string): Promise<StubAgent> {
  let pages = 0;
  let frames = 0;
  let paintedMs: number | null = null;
  const userAgents = new Set<string>();
  const viewers = new Set<ServerResponse>();
  const behaviour = { paints: true, answers: true, saysFrames: true };
  const server = createServer((request, response) => {
    if (request.url === '/healthz') {
      if (!behaviour.answers) return void response.destroy();
      const paintedAgeSeconds = paintedMs === null ? null : Math.round((performance.now() - paintedMs) / 1_000);
      return void response.end(
        JSON.stringify({ phase: 'running', ...(behaviour.saysFrames ? { paintedAgeSeconds, viewers: viewers.size } : {}) }),
      );
    }
    if (request.url === '/screen/events') {
      viewers.add(response);
      response.once('close', () => viewers.delete(response));
      return void response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': here\n\n');
    }
    if (request.url === '/screen/painted') {
      frames += 1;
      paintedMs = performance.now();
      return void response.writeHead(204).end();
    }
    if (request.url !== '/') return void response.writeHead(404).end();
    pages += 1;
    userAgents.add(request.headers['user-agent'] ?? '');
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(behaviour.paints ? paintingPage(strangerUrl) : '<!doctype html><title>hangs</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the stub agent has no port');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    port: address.port,
    behaviour,
    pagesServed: () => pages,
    framesPainted: () => frames,
    userAgents,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const paintingPage = (strangerUrl: string) => `<!doctype html><title>screen</title><script>
fetch(${JSON.stringify(strangerUrl)}, { mode: 'no-cors' }).catch(() => undefined);
new EventSource('/screen/events');
setInterval(() => requestAnimationFrame(() => fetch('/screen/painted', { method: 'POST' })), 200);
</script>`;
