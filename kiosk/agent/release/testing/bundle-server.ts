import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** Serves bytes as a file server would, and misbehaves as told. */
export interface BundleServer {
  readonly url: URL;
  /** By path without the leading slash. */
  readonly files: Map<string, Buffer>;
  /** The `Range` of each request so far, null for none. */
  readonly ranges: (string | null)[];
  /** The path of each request so far, without the leading slash. */
  readonly paths: string[];
  /** What the next requests meet, in order; then it behaves again. */
  readonly faults: Fault[];
  stop(): Promise<void>;
}

/** `cut`: the line breaks after so many bytes. `silent`: nothing comes. `whole`: ranges are ignored. The number is a status. */
export type Fault = { readonly cut: number } | 'silent' | 'whole' | 'redirect' | 'gzip' | number;

export async function startBundleServer(): Promise<BundleServer> {
  const files = new Map<string, Buffer>();
  const ranges: (string | null)[] = [];
  const paths: string[] = [];
  const faults: Fault[] = [];
  const server = createServer((request, response) => answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const fault = faults.shift();
    ranges.push(request.headers.range ?? null);
    const path = (request.url ?? '').slice(1);
    paths.push(path);
    const file = files.get(path);
    if (fault === 'silent') return;
    if (typeof fault === 'number') return void response.writeHead(fault).end('x'.repeat(100));
    if (fault === 'redirect') return void response.writeHead(302, { location: '/elsewhere' }).end();
    if (file === undefined) return void response.writeHead(404).end();
    const range = fault === 'whole' ? null : /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
    const from = Number(range?.[1] ?? 0);
    if (from >= file.length && from > 0) return void response.writeHead(416).end();
    const body = file.subarray(from);
    const headers = {
      'content-length': body.length,
      ...(fault === 'gzip' ? { 'content-encoding': 'gzip' } : {}),
      ...(range === null ? {} : { 'content-range': `bytes ${from}-${file.length - 1}/${file.length}` }),
    };
    response.writeHead(range === null ? 200 : 206, headers);
    if (typeof fault !== 'object') return void response.end(body);
    // The bytes must be on their way before the line breaks.
    response.write(body.subarray(0, fault.cut), () => setTimeout(() => response.destroy(), 20));
  }

  return {
    url: new URL(`http://127.0.0.1:${address.port}/`),
    files,
    ranges,
    paths,
    faults,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
