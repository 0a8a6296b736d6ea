import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { PaintedFrame } from '@concierge/contract/kiosk/screen.ts';
import { pageWithState } from '@concierge/contract/kiosk/screen-page.ts';
import { jsonOrUndefined } from '@concierge/kernel/json.ts';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { MediaShelf } from '../media/media.ts';
import { createFilmSender } from './film-sender.ts';
import type { Health } from './health.ts';
import { bundledPage } from './page.ts';
import { readRendererFile } from './renderer-files.ts';
import type { Screen } from './screen.ts';

// Importing node:http as a module touches each of its exports, and one of them loads Node's whole fetch: 14 MB that a kiosk never uses.
const { createServer } = process.getBuiltinModule('node:http');

/** The page for a browser on this machine, and nothing for anybody else. */
export interface LoopbackServer {
  /** Listens on the port or, when it is taken, on the next free one; returns the page's URL. */
  start(): Promise<string>;
  stop(): Promise<void>;
}

export const DEFAULT_PORT = 8_090;
export const PORTS_TRIED = 20;
export const MAX_VIEWERS = 8;
const MAX_FRAME_BYTES = 1_024;
const MAX_CONNECTIONS = 64;
/** A browser left to itself waits for three seconds. */
const COME_BACK_AFTER_MS = 1_000;
/** A viewer that reads nothing while this much waits for it is let go; it will come back and get the current state. */
const MAX_UNREAD_BYTES = 1_048_576;
/** The page calls a building offline whose agent is silent for ten seconds. */
const HEARTBEAT_MS = 4_000;

const Frame = z.strictObject({
  contentSequence: z.int().nonnegative(),
  scene: z.string().min(1).max(40),
  unplayable: z.int().nonnegative().optional(),
});

const MEDIA_PATH = /^\/media\/([0-9a-f]{64})$/;

const securityHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:; media-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

export function createLoopbackServer(deps: {
  /** 0 takes any free port. */
  port: number;
  rendererDir: string;
  screen: Screen;
  /** `pageNumber` is the number that the page was served with; null when it does not say. */
  painted(frame: PaintedFrame, pageNumber: number | null): void;
  /** Where the files of the media library lie that are ready. */
  media: Pick<MediaShelf, 'read' | 'openFilm'>;
  health(): Health;
  logger: Logger;
}): LoopbackServer {
  const { screen } = deps;
  const sendFilm = createFilmSender(deps.media.openFilm);
  const viewers = new Set<ServerResponse>();
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000, maxHeaderSize: 8_192 }, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      deps.logger.error({ error }, 'a request to the page failed');
      if (response.headersSent) response.destroy();
      else refuse(response, 500);
    });
  });
  server.maxConnections = MAX_CONNECTIONS;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    // A page of another site whose name was pointed at this machine still sends that name.
    if (!isLoopbackHost(request.headers.host)) return refuse(response, 421);
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const reading = request.method === 'GET' || request.method === 'HEAD';
    if (path === '/screen/painted') return request.method === 'POST' ? takeFrame(request, response) : refuse(response, 405);
    if (!reading) return refuse(response, 405);
    if (path === '/screen/events') return request.method === 'GET' ? showEvents(response) : refuse(response, 405);
    if (path === '/healthz')
      return sendText(response, 'application/json; charset=utf-8', JSON.stringify({ ...deps.health(), viewers: viewers.size }));
    if (path === '/' || path === '/index.html') return sendPage(request, response);
    const [, sha256] = MEDIA_PATH.exec(path) ?? [];
    return sha256 === undefined ? sendFile(path, request, response) : sendMedia(sha256, request, response);
  }

  async function sendMedia(sha256: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const media = await deps.media.read(sha256);
    if (media === null) return sendFilm(sha256, request, response);
    response.setHeader('content-type', media.type);
    // Under another name the bytes would be others.
    response.setHeader('cache-control', 'public, max-age=31536000, immutable');
    response.end(media.bytes);
  }

  async function sendPage(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const page = await readRendererFile(deps.rendererDir, '/index.html', '');
    const html = page === null ? bundledPage : pageWithState(page.body.toString('utf8'), screen.current());
    if (!/\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))) return sendText(response, 'text/html; charset=utf-8', html);
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-encoding': 'gzip',
      'cache-control': 'no-store',
      vary: 'accept-encoding',
    });
    response.end(gzipSync(html));
  }

  async function sendFile(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const accepted = request.headers['accept-encoding'];
    const file = await readRendererFile(deps.rendererDir, path, typeof accepted === 'string' ? accepted : '');
    if (file === null) return refuse(response, 404);
    response.setHeader('content-type', file.contentType);
    response.setHeader('cache-control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
    response.setHeader('vary', 'accept-encoding');
    if (file.contentEncoding !== null) response.setHeader('content-encoding', file.contentEncoding);
    response.end(file.body);
  }

  function showEvents(response: ServerResponse): void {
    if (viewers.size >= MAX_VIEWERS) return refuse(response, 503);
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' });
    viewers.add(response);
    // What was withdrawn while this agent began anew stays on the glass until the page has come back.
    let opening = `retry: ${COME_BACK_AFTER_MS}\n`;
    const unsubscribe = screen.subscribe((state) => {
      send(`${opening}data: ${JSON.stringify(state)}\n\n`);
      opening = '';
    });
    const heartbeat = setInterval(() => send('event: alive\ndata: 1\n\n'), HEARTBEAT_MS).unref();
    response.on('close', () => {
      viewers.delete(response);
      unsubscribe();
      clearInterval(heartbeat);
    });

    function send(text: string): void {
      if (response.writableLength > MAX_UNREAD_BYTES) response.destroy();
      else response.write(text);
    }
  }

  async function takeFrame(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Only a page served from here may say what was painted; a form of another site cannot send this type.
    const origin = request.headers.origin;
    if (origin !== undefined && (!URL.canParse(origin) || !isLoopbackHost(new URL(origin).host))) return refuse(response, 403);
    if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) return refuse(response, 415);
    const body = await readBody(request, MAX_FRAME_BYTES);
    if (body === null) return refuse(response, 413);
    const frame = Frame.safeParse(jsonOrUndefined(body));
    if (!frame.success) return refuse(response, 400);
    const [, pageNumber] = /[?&]page=(\d{1,15})$/.exec(request.url ?? '') ?? [];
    deps.painted(frame.data, pageNumber === undefined ? null : Number(pageNumber));
    response.writeHead(204).end();
  }

  return {
    start: () => listen(server, deps.port),
    stop() {
      for (const viewer of viewers) viewer.destroy();
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

/** Whether a Host header names this machine's loopback. */
export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i.test(host);
}

async function listen(server: Server, firstPort: number): Promise<string> {
  for (let port = firstPort; ; port += 1) {
    const listening = await tryListen(server, port);
    if (listening !== null) return `http://127.0.0.1:${listening}/`;
    if (port - firstPort + 1 >= PORTS_TRIED || port >= 65_535) throw new Error(`no free port from ${firstPort} to ${port} for the screen`);
  }
}

/** The port it listens on, or null when the port is taken. */
function tryListen(server: Server, port: number): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      server.off('listening', listening);
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(null);
      else reject(error);
    };
    const listening = (): void => {
      server.off('error', failed);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    };
    server.once('error', failed);
    server.once('listening', listening);
    server.listen(port, '127.0.0.1');
  });
}

/** The body as text, or null when it is longer than allowed. */
async function readBody(request: IncomingMessage, maxBytes: number): Promise<string | null> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return null;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const read = Buffer.from(chunk);
    bytes += read.length;
    if (bytes > maxBytes) return null;
    chunks.push(read);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function sendText(response: ServerResponse, contentType: string, text: string): void {
  response.setHeader('content-type', contentType);
  response.setHeader('cache-control', 'no-store');
  response.end(text);
}

function refuse(response: ServerResponse, status: number): void {
  // The rest of a request that is refused is not waited for.
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' }).end(`${status}\n`);
}
