import { lineOf } from '#platform/http/line.ts';
import { HttpProblem } from '#platform/http/problem.ts';
import type { HttpServer } from '#platform/http/server.ts';
import type { ReleaseFiles } from './files.ts';
import { wantedBytes } from './range-rules.ts';

/** A device that takes nothing for so long has gone. */
const SILENCE_MS = 60_000;

/**
 * Serves releases to whoever asks: what is in them is signed and no secret, and a device proves nothing over HTTP. Some web server, bucket or CDN can do the same
 * in its place.
 */
export function releaseRoutes(app: HttpServer, files: ReleaseFiles): void {
  app.get(
    '/releases/*',
    { config: { access: 'public', rateLimit: { max: 600, timeWindow: 60_000 } }, schema: { hide: true }, exposeHeadRoute: false },
    async (request, reply) => {
      const file = await files.open(request.url.split('?')[0]?.slice('/releases/'.length) ?? '', lineOf(request));
      if (file === null) throw new HttpProblem({ code: 'not-found' });
      if (file === 'busy') throw new HttpProblem({ code: 'unavailable' });
      const { etag, bytes } = file;
      reply.header('etag', etag);
      reply.header('cache-control', file.changes ? 'no-cache' : 'public, max-age=86400');
      reply.header('accept-ranges', 'bytes');
      const { range, 'if-range': ifRange, 'if-none-match': known } = request.headers;
      const wanted = wantedBytes({ range, ifRange: typeof ifRange === 'string' ? ifRange : undefined }, file);
      if (known === etag || wanted === 'not-there' || bytes === 0) {
        await file.close();
        if (known === etag) return reply.code(304).send();
        if (wanted === 'not-there') reply.header('content-range', `bytes */${bytes}`);
        return reply.code(wanted === 'not-there' ? 416 : 200).send('');
      }
      reply.header('content-type', 'application/octet-stream');
      reply.header('content-length', wanted.to - wanted.from + 1);
      if (wanted.part) reply.code(206).header('content-range', `bytes ${wanted.from}-${wanted.to}/${bytes}`);
      // Nobody listens for it, so the server ends the connection.
      request.socket.setTimeout(SILENCE_MS);
      return reply.send(file.read(wanted.from, wanted.to));
    },
  );
}
