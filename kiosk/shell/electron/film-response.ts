import { byteRange } from '@concierge/kernel/byte-range.ts';
import type { OpenFilm } from '@concierge/kiosk-agent/media/media-files.ts';

const PIECE_BYTES = 65_536;

/** The film, or the stretch of it that was asked for, read from the disk as it is taken: this process holds one piece of it. Closes the film when the last piece is taken, or nobody wants another. */
export function filmResponse(film: OpenFilm, asked: string | null, headers: Readonly<Record<string, string>>): Response {
  const range = byteRange(asked ?? undefined, film.bytes);
  const all = { ...headers, 'content-type': film.type, 'accept-ranges': 'bytes' };
  if (range === 'unsatisfiable') {
    void film[Symbol.asyncDispose]();
    return new Response(null, { status: 416, headers: { ...all, 'content-range': `bytes */${film.bytes}` } });
  }
  const { first, last } = range === 'all' ? { first: 0, last: film.bytes - 1 } : range;
  return new Response(piecesOf(film, first, last), {
    status: range === 'all' ? 200 : 206,
    headers: {
      ...all,
      'content-length': String(last - first + 1),
      ...(range === 'all' ? {} : { 'content-range': `bytes ${first}-${last}/${film.bytes}` }),
    },
  });
}

function piecesOf(film: OpenFilm, first: number, last: number): ReadableStream<Uint8Array> {
  let at = first;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const piece = await film.read(at, Math.min(PIECE_BYTES, last - at + 1));
        at += piece.length;
        // The file has become shorter: the reply must not look whole.
        if (piece.length === 0) controller.error(new Error('the film ended before its end'));
        else controller.enqueue(new Uint8Array(piece));
        if (piece.length > 0 && at <= last) return;
        await film[Symbol.asyncDispose]();
        if (piece.length > 0) controller.close();
      },
      cancel: () => film[Symbol.asyncDispose](),
    },
    { highWaterMark: 1 },
  );
}
