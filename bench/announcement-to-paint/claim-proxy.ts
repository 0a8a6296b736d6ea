import { once } from 'node:events';
import { createServer } from 'node:http';

/**
 * Stands between kiosks and cloud as a load balancer does, and says of each request that it comes from another address: in one building
 * after another they would, and the cloud takes few claims a minute from one.
 */
export async function startClaimProxy(cloudUrl: string): Promise<{ url: string; stop(): Promise<void> }> {
  let requests = 0;
  const server = createServer((request, response) => {
    void (async () => {
      requests += 1;
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(Buffer.from(chunk));
      const answer = await fetch(new URL(request.url ?? '/', cloudUrl), {
        method: request.method ?? 'GET',
        headers: {
          'content-type': request.headers['content-type'] ?? 'application/json',
          'x-forwarded-for': `198.19.${requests >> 8}.${requests & 255}`,
        },
        ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
      });
      response
        .writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/octet-stream' })
        .end(await answer.text());
    })().catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the proxy has no address');
  return {
    url: `http://127.0.0.1:${address.port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
