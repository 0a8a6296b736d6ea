import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFilmOpener, type OpenFilm } from '../media/media-files.ts';
import { aFilm, type TestFilm } from '../media/testing/shelf.ts';
import { temporaryDirectory, until } from '../testing/kiosk.ts';
import { createFilmSender, MOST_FILM_REQUESTS } from './film-sender.ts';

const UNREAD_FOR_MS = 400;

let directory: ReturnType<typeof temporaryDirectory>;
let server: Server;
let film: TestFilm;
let open: number;
let read: number;
/** What happens between the card and the reply, from this byte on. */
let whileReading: (at: number) => Promise<void>;
let closed: Promise<unknown>;
let port: number;

beforeEach(async () => {
  directory = temporaryDirectory();
  film = aFilm(5_000_000);
  writeFileSync(join(directory.path, film.media.sha256), film.file);
  open = 0;
  read = 0;
  const opener = createFilmOpener(directory.path);
  const sendFilm = createFilmSender(async (sha256) => {
    const opened = sha256 === film.media.sha256 ? await opener(film.media) : null;
    return opened === null ? null : counted(opened);
  }, UNREAD_FOR_MS);
  whileReading = async () => undefined;
  server = createServer((request, response) => {
    closed = once(response, 'close');
    void sendFilm((request.url ?? '').slice(1), request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  directory[Symbol.dispose]();
});

function counted(opened: OpenFilm): OpenFilm {
  open += 1;
  return {
    ...opened,
    async read(at, length) {
      const piece = await opened.read(at, length);
      await whileReading(at);
      read += piece.length;
      return piece;
    },
    async [Symbol.asyncDispose]() {
      open -= 1;
      await opened[Symbol.asyncDispose]();
    },
  };
}

function ask(headers: Record<string, string> = {}, path = film.media.sha256, method = 'GET'): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', path: `/${path}`, method, headers, agent: false }, resolve).on('error', reject);
  });
}

async function whole(reply: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of reply) pieces.push(Buffer.from(piece as Uint8Array));
  return Buffer.concat(pieces);
}

describe('a film for the page', () => {
  it.each<[string | undefined, number, number, number]>([
    [undefined, 200, 0, 4_999_999],
    ['bytes=0-', 206, 0, 4_999_999],
    ['bytes=100-199', 206, 100, 199],
    ['bytes=4999999-', 206, 4_999_999, 4_999_999],
    ['bytes=-1000', 206, 4_999_000, 4_999_999],
    ['bytes=4999000-9999999999', 206, 4_999_000, 4_999_999],
    // Several ranges are answered with all of it.
    ['bytes=0-1,5-6', 200, 0, 4_999_999],
  ])('asked for %s it answers %i with the bytes from %i to %i', async (range, status, first, last) => {
    const reply = await ask(range === undefined ? {} : { range });
    expect(reply.statusCode).toBe(status);
    expect(reply.headers['accept-ranges']).toBe('bytes');
    expect(reply.headers['content-type']).toBe('video/webm');
    expect(reply.headers['content-range']).toBe(status === 206 ? `bytes ${first}-${last}/5000000` : undefined);
    expect((await whole(reply)).equals(film.file.subarray(first, last + 1))).toBe(true);
    await until('it is closed', () => open === 0);
  });

  it('answers what lies behind its end by 416 and its length', async () => {
    const reply = await ask({ range: 'bytes=5000000-' });
    expect([reply.statusCode, reply.headers['content-range']]).toEqual([416, 'bytes */5000000']);
    expect((await whole(reply)).length).toBe(0);
  });

  it('answers HEAD without reading it, and nothing for what is not there', async () => {
    const head = await ask({}, film.media.sha256, 'HEAD');
    expect([head.statusCode, head.headers['content-length']]).toEqual([200, '5000000']);
    head.resume();
    expect(read).toBe(0);
    expect((await ask({}, 'ab'.repeat(32))).statusCode).toBe(404);
  });

  it('is read no faster than it is taken, and let go when nobody takes it any more', async () => {
    const reply = await ask();
    await sleep(UNREAD_FOR_MS / 2);
    // What lies in the pipes between is all that was read.
    expect(read).toBeLessThan(film.file.length);
    reply.on('error', () => undefined);
    await until('it is let go', () => open === 0, 5_000);
    await expect(whole(reply)).rejects.toThrow();
  });

  it('is let go at once when the player goes', async () => {
    const reply = await ask();
    reply.destroy();
    await until('it is let go', () => open === 0, UNREAD_FOR_MS - 50);
  });

  it('is let go when the player goes in the middle of a read, and leaves its place to the next', async () => {
    const player = Promise.withResolvers<IncomingMessage>();
    whileReading = async (at) => {
      if (at === 0) return;
      (await player.promise).destroy();
      await closed;
    };
    player.resolve(await ask());
    await until('it is let go', () => open === 0);
  });

  it('goes to so many at once and no more, and to the next when one has ended', async () => {
    const replies = await Promise.all(Array.from({ length: MOST_FILM_REQUESTS }, async () => ask()));
    expect(replies.map(({ statusCode }) => statusCode)).toEqual(Array.from({ length: MOST_FILM_REQUESTS }, () => 200));
    expect((await ask()).statusCode).toBe(503);
    for (const reply of replies) reply.destroy();
    await until('all have ended', () => open === 0);
    // A place is free once its film is closed, which is a moment after it is let go.
    await expect.poll(async () => (await ask({ range: 'bytes=0-9' })).statusCode).toBe(206);
  });

  it('that becomes shorter on the way does not look whole', async () => {
    const reply = await ask();
    writeFileSync(join(directory.path, film.media.sha256), 'short');
    await expect(whole(reply)).rejects.toThrow();
  });
});
