import type { IncomingMessage, ServerResponse } from 'node:http';
import { byteRange } from '@concierge/kernel/byte-range.ts';
import type { OpenFilm } from '../media/media-files.ts';

/** A page has one scene, and the one that is leaving; a player opens a second request before it ends the first. */
export const MOST_FILM_REQUESTS = 8;
const PIECE_BYTES = 65_536;
/** A player that has enough stops reading; one that reads nothing for so long has gone, and asks again when it has not. */
const UNREAD_FOR_MS = 60_000;

/** Sends films to the page in ranges, a piece at a time and only as fast as they are read: whatever is asked for, this process holds one piece for each request. */
export function createFilmSender(
  openFilm: (sha256: string) => Promise<OpenFilm | null>,
  unreadForMs = UNREAD_FOR_MS,
): (sha256: string, request: IncomingMessage, response: ServerResponse) => Promise<void> {
  let sending = 0;
  return async (sha256, request, response) => {
    if (sending >= MOST_FILM_REQUESTS) return end(response, 503);
    sending += 1;
    try {
      await using film = await openFilm(sha256);
      if (film === null) return end(response, 404);
      await send(film, request, response, unreadForMs);
    } finally {
      sending -= 1;
    }
  };
}

async function send(film: OpenFilm, request: IncomingMessage, response: ServerResponse, unreadForMs: number): Promise<void> {
  response.setHeader('accept-ranges', 'bytes');
  response.setHeader('content-type', film.type);
  // It lies on this machine already; a second copy in the browser would only cost memory.
  response.setHeader('cache-control', 'no-store');
  const range = byteRange(request.headers.range, film.bytes);
  if (range === 'unsatisfiable') {
    response.setHeader('content-range', `bytes */${film.bytes}`);
    return end(response, 416);
  }
  const { first, last } = range === 'all' ? { first: 0, last: film.bytes - 1 } : range;
  if (range !== 'all') response.setHeader('content-range', `bytes ${first}-${last}/${film.bytes}`);
  response.writeHead(range === 'all' ? 200 : 206, { 'content-length': last - first + 1 });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  for (let at = first; at <= last && !response.destroyed; ) {
    const piece = await film.read(at, Math.min(PIECE_BYTES, last - at + 1));
    // The file has become shorter: the reply must not look whole.
    if (piece.length === 0) {
      response.destroy();
      return;
    }
    at += piece.length;
    // Whoever went while the card was read is not waited for: their going has been told already.
    if (!response.destroyed && !response.write(piece)) await untilRead(response, unreadForMs);
  }
  response.end();
}

/** Resolves when there is room for more, or nobody reads any more; then the reply is over. */
function untilRead(response: ServerResponse, unreadForMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => response.destroy(), unreadForMs).unref();
    const done = () => {
      clearTimeout(timer);
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.once('drain', done);
    response.once('close', done);
  });
}

function end(response: ServerResponse, status: number): void {
  response.statusCode = status;
  response.end();
}
