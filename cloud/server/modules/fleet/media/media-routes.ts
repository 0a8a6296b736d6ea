import { Readable } from 'node:stream';
import { MEDIA_BODY_TYPE, Media, MediaList, MediaParams, MediaQuery } from '@concierge/contract/http/media.ts';
import { MOST_FILM_BYTES } from '@concierge/contract/media.ts';
import { byteRange } from '@concierge/kernel/byte-range.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { HttpProblem, valueOrProblem } from '#platform/http/problem.ts';
import { type HttpServer, signedIn } from '#platform/http/server.ts';
import type { MediaLibrary, StoredMedia } from './media.ts';
import { piecesOf } from './sent-file.ts';

/** Bytes are no JSON; the schema stands for them in the API's description. */
const file = z.unknown().describe('The file itself.');

export function mediaRoutes(app: HttpServer, library: MediaLibrary): void {
  app.get('/api/kiosk/media', { config: { access: 'device:read' }, schema: { response: { 200: MediaList } } }, async (request) =>
    valueOrProblem(await library.list(signedIn(request))),
  );
  takeFiles(app, library);
  app.delete(
    '/api/kiosk/media/:sha256',
    { config: { access: 'device:write' }, schema: { params: MediaParams, response: { 204: z.null() } } },
    async (request, reply) => {
      reply.code(204);
      return valueOrProblem(await library.remove(signedIn(request), request.params.sha256));
    },
  );
  app.get(
    '/api/kiosk/media/:sha256/picture',
    {
      config: { access: 'device:read' },
      schema: { description: 'The file for the office’s own pages.', params: MediaParams, response: { 200: file } },
    },
    async (request, reply) => {
      const media = valueOrProblem(await library.open(signedIn(request), request.params.sha256));
      // In this browser only: the list of an office's pictures is drawn again and again.
      return send(media, request, reply, 'private, max-age=86400, immutable');
    },
  );
  app.get(
    '/api/kiosk/media/:sha256',
    {
      // Behind one address stand all the screens of a workshop or a large building.
      config: { access: 'public', rateLimit: { max: 600, timeWindow: 60_000 } },
      schema: {
        description: 'The file for a device, which proves itself by a signature of its key in the Authorization header. Takes ranges.',
        params: MediaParams,
        response: { 200: file },
      },
    },
    async (request, reply) => {
      const media = valueOrProblem(await library.openForDevice(request.headers.authorization, request.params.sha256));
      // No cache in between keeps it: it would hand it to whoever asks next.
      return send(media, request, reply, 'private, no-store');
    },
  );
}

async function send(media: StoredMedia, request: FastifyRequest, reply: FastifyReply, cacheControl: string): Promise<FastifyReply> {
  const etag = `"${media.sha256}"`;
  reply.header('etag', etag).header('cache-control', cacheControl).header('accept-ranges', 'bytes');
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  // A range of another version would be sewn to this one.
  const isSame = request.headers['if-range'] === undefined || request.headers['if-range'] === etag;
  const range = isSame ? byteRange(request.headers.range, media.bytes) : 'all';
  if (range === 'unsatisfiable') return reply.code(416).header('content-range', `bytes */${media.bytes}`).send();
  const { first, last } = range === 'all' ? { first: 0, last: media.bytes - 1 } : range;
  if (range !== 'all') reply.code(206).header('content-range', `bytes ${first}-${last}/${media.bytes}`);
  reply.header('content-type', media.type).header('content-length', last - first + 1);
  return reply.send(request.method === 'HEAD' ? null : await media.read(first, last));
}

/** A film of 64 MB over a line that carries one megabit a second. */
const SENDING_MS = 900_000;

/** In a room of its own: only here are bytes taken as they come, and so many. */
function takeFiles(app: HttpServer, library: MediaLibrary): void {
  void app.register(async (room) => {
    room.addContentTypeParser(MEDIA_BODY_TYPE, async (_request: unknown, body: Readable) => body);
    room.post(
      '/api/kiosk/media',
      {
        bodyLimit: MOST_FILM_BYTES,
        // The same file twice is one anyway.
        config: {
          access: 'device:write',
          plan: { features: ['pictures'] },
          idempotency: false,
          bodyWithinMs: SENDING_MS,
          rateLimit: { max: 60, timeWindow: 60_000 },
        },
        schema: { description: `The file itself as ${MEDIA_BODY_TYPE}.`, querystring: MediaQuery, response: { 201: Media } },
      },
      async (request, reply) => {
        if (!(request.body instanceof Readable)) throw new HttpProblem({ code: 'media-unknown-type' });
        if (Number(request.headers['content-length'] ?? 0) > MOST_FILM_BYTES) throw new HttpProblem({ code: 'film-too-large' });
        reply.code(201);
        const { name } = MediaQuery.parse(request.query);
        return valueOrProblem(await library.add(signedIn(request), { name, chunks: piecesOf(request.body) }));
      },
    );
  });
}
