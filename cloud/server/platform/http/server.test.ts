import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpServer, type HttpServer } from './server.ts';

const WITHIN_MS = 300;

let app: HttpServer | undefined;
afterEach(async () => app?.close());

async function aServer(publicUrl: string): Promise<HttpServer> {
  app = await createHttpServer({
    logger: pino({ level: 'silent' }),
    publicUrl: new URL(publicUrl),
    trustProxy: false,
    idempotency: { once: async () => Promise.reject(new Error('nobody asks for it here')) },
    authenticate: async () => null,
    csrfHolds: () => false,
    lackingFeatures: async () => [],
  });
  app.get('/open', { config: { access: 'public' } }, async () => ({ here: true }));
  app.post('/sent', { config: { access: 'public', csrf: false, bodyWithinMs: WITHIN_MS } }, async () => ({ here: true }));
  return app;
}

describe('a body', () => {
  const head = 'POST /sent HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 400\r\n\r\n';

  /** Sends a byte every so often, and says after how long the server hung up; null when it had not after ten times the time of the route. */
  async function dripInto(server: HttpServer): Promise<number | null> {
    const socket = connect(Number(new URL(await server.listen({ port: 0, host: '127.0.0.1' })).port), '127.0.0.1');
    await once(socket, 'connect');
    const begunMs = performance.now();
    let hungUpMs: number | null = null;
    socket.on('error', () => undefined);
    socket.once('close', () => {
      hungUpMs = performance.now() - begunMs;
    });
    socket.resume();
    socket.write(head);
    while (hungUpMs === null && performance.now() - begunMs < 10 * WITHIN_MS) {
      socket.write(' ');
      await delay(20);
    }
    socket.destroy();
    return hungUpMs;
  }

  it('that comes drop by drop is cut off when the time of its route is over', async () => {
    const hungUpMs = await dripInto(await aServer('https://concierge.example.gr'));
    expect(hungUpMs).not.toBeNull();
    expect(hungUpMs).toBeGreaterThan(WITHIN_MS * 0.9);
  });

  it('that comes in time is answered, and its connection lives on', async () => {
    const url = await (await aServer('https://concierge.example.gr')).listen({ port: 0, host: '127.0.0.1' });
    for (const waitMs of [0, 2 * WITHIN_MS]) {
      await delay(waitMs);
      const reply = await fetch(`${url}/sent`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
      expect([reply.status, await reply.json()]).toEqual([200, { here: true }]);
    }
  });
});

describe('every reply', () => {
  it.each([
    ['https://concierge.example.gr', 'max-age=31536000; includeSubDomains'],
    // A browser that had once heard it would not find a demo on this machine again.
    ['http://localhost:8080', undefined],
  ])('at %s says whether browsers must come over https', async (publicUrl, words) => {
    const server = await aServer(publicUrl);
    for (const path of ['/open', '/nowhere']) expect((await server.inject(path)).headers['strict-transport-security'], path).toBe(words);
  });

  it('is of no use to pages of other origins', async () => {
    const server = await aServer('https://concierge.example.gr');
    for (const path of ['/open', '/nowhere'])
      expect((await server.inject(path)).headers, path).toMatchObject({
        'cross-origin-resource-policy': 'same-origin',
        'x-frame-options': 'DENY',
        'x-content-type-options': 'nosniff',
      });
  });
});
