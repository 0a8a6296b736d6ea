import { createCipheriv, createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { aManifest, aTarget, createReleaseAuthority } from './authority.ts';
import { aBundle, type BundleContent, sha256, type TestBundle } from './bundles.ts';

/** What release number n holds: a dozen files, some empty, some of several buffers, all different from every other release's. The entry is unpacked first. */
function contentOf(sequence: number): BundleContent {
  const body = (name: string, bytes: number): Buffer => {
    const key = createHash('sha256').update(`${sequence} ${name}`).digest();
    return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(bytes));
  };
  const content: Record<string, Buffer> = {
    'agent.mjs': body('agent', 4_000),
    empty: Buffer.alloc(0),
    'deep/er/est/file': body('deep', 100),
  };
  for (let at = 0; at < 8; at += 1) content[`assets/${at}-${sequence}.bin`] = body(`asset ${at}`, at * 4_500);
  return content;
}

/** The same, by hash. */
export function expectedFiles(sequence: number): Record<string, string> {
  return Object.fromEntries(Object.entries(contentOf(sequence)).map(([path, body]) => [path, sha256(body)]));
}

/** Offers any release that it is asked for, all signed, and serves their bundles. */
export interface ReleaseCloud {
  readonly url: string;
  stop(): Promise<void>;
}

export async function startReleaseCloud(): Promise<ReleaseCloud> {
  const authority = await createReleaseAuthority();
  const bundles = new Map<number, TestBundle>();
  const server = createServer((request, response) => {
    const [, kind = '', number = ''] = (request.url ?? '').split('/');
    const sequence = Number(number);
    if (kind === 'root') return void response.end(JSON.stringify(authority.root));
    const bundle = bundles.get(sequence) ?? aBundle(contentOf(sequence));
    bundles.set(sequence, bundle);
    if (kind === 'bundles') {
      const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
      const range = from === 0 ? {} : { 'content-range': `bytes ${from}-${bundle.bytes.length - 1}/${bundle.bytes.length}` };
      // In pieces, so that a kill finds a part of it.
      response.writeHead(from === 0 ? 200 : 206, range);
      response.write(bundle.bytes.subarray(from, from + 40_000));
      return void setTimeout(() => response.end(bundle.bytes.subarray(from + 40_000)), 3);
    }
    authority.offer(aManifest({ sequence, targets: [aTarget({ path: number, ...bundle.target })] })).then(
      (offer) => response.end(JSON.stringify(offer)),
      (error: unknown) => response.destroy(error instanceof Error ? error : undefined),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
