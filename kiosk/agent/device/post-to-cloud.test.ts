// This import must come first: the certificate library reads the metadata it sets up.
import 'reflect-metadata';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createPlainServer, type Server } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type CertificateForm, createTestAuthority, daysAround } from '../testing/authority.ts';
import { postToCloud } from './post-to-cloud.ts';

const trusted = getCACertificates('default');
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  setDefaultCACertificates(trusted);
});

async function listening(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
const answering = async (listener: RequestListener) => `http://localhost:${await listening(createServer(listener))}/ask`;
const ask = (url: string) =>
  postToCloud({
    url: new URL(url),
    body: { question: 1 },
    reply: z.object({ answer: z.string() }),
    stopping: new AbortController().signal,
  });
const json = { 'content-type': 'application/json' };
const answerOf = (bytes: number) => JSON.stringify({ answer: 'a'.repeat(bytes - '{"answer":""}'.length) });

async function secured(form: CertificateForm, of: 'us' | 'nobody' = 'us', days = Date.now()): Promise<string> {
  const authority = await (await createTestAuthority()).dated(daysAround(days));
  if (of === 'us') setDefaultCACertificates([authority.certificatePem]);
  const { keyPem, certificatePem } = await authority.issue('cloud', form);
  const server = createHttpsServer({ key: keyPem, cert: certificatePem }, (_request, response) => {
    response.writeHead(200, json).end('{"answer":"42"}');
  });
  server.on('tlsClientError', () => undefined);
  return `https://localhost:${await listening(server)}/ask`;
}

describe('a question to the cloud', () => {
  it('is answered by the cloud', async () => {
    expect(await ask(await secured({}))).toEqual({ ok: true, value: { answer: '42' } });
  });

  it.each([301, 302, 303, 307, 308])('follows no answer of %i that sends it elsewhere', async (status) => {
    const visited: (string | undefined)[] = [];
    const elsewhere = await answering((request, response) => {
      visited.push(request.url);
      response.writeHead(200, json).end('{"answer":"42"}');
    });
    const url = await answering((_request, response) => response.writeHead(status, { ...json, location: elsewhere }).end('{}'));
    expect(await ask(url)).toEqual({ ok: false, error: 'not-the-cloud' });
    expect(visited).toEqual([]);
  });

  it('reads as much as an answer can be, and no more', async () => {
    expect(await ask(await answering((_request, response) => response.writeHead(200, json).end(answerOf(65_536))))).toMatchObject({
      ok: true,
    });
    expect(await ask(await answering((_request, response) => response.writeHead(200, json).end(answerOf(65_537))))).toEqual({
      ok: false,
      error: 'unusable-reply',
    });
  });

  it('does not go on reading what does not end', async () => {
    let hungUp = false;
    const endless = await answering((_request, response) => {
      response.writeHead(200, json);
      const more = setInterval(() => response.write('x'.repeat(16_384)), 5);
      response.on('close', () => {
        clearInterval(more);
        hungUp = true;
      });
    });
    expect(await ask(endless)).toEqual({ ok: false, error: 'unusable-reply' });
    await expect.poll(() => hungUp).toBe(true);
  });

  it.each<[string, string, () => Promise<string>]>([
    ['that refuses', 'refused', () => answering((_request, response) => response.writeHead(403, json).end('{}'))],
    ['that is busy, by its proxy', 'cloud-busy', () => answering((_request, response) => response.writeHead(503).end('<html>'))],
    [
      'with a page of the network',
      'not-the-cloud',
      () => answering((_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')),
    ],
    [
      'with a refusal of the network',
      'not-the-cloud',
      () => answering((_request, response) => response.writeHead(403, { 'content-type': 'text/html' }).end('<html>')),
    ],
    [
      'that asks for a login to the network',
      'not-the-cloud',
      () => answering((_request, response) => response.writeHead(511, { 'content-type': 'text/html' }).end('<html>')),
    ],
    ['by somebody whom nobody vouches for', 'not-the-cloud', () => secured({}, 'nobody')],
    ['by somebody with another name', 'not-the-cloud', () => secured({ hosts: [{ type: 'dns', value: 'elsewhere.example' }] })],
    ['of another day', 'clock-disagrees', () => secured({}, 'us', Date.now() + 5_000 * 86_400_000)],
    [
      'without encryption where there should be',
      'not-the-cloud',
      async () => (await answering((_request, response) => response.end())).replace('http:', 'https:'),
    ],
    [
      'by a line that breaks',
      'no-answer',
      async () => `http://localhost:${await listening(createPlainServer((socket) => socket.destroy()))}/`,
    ],
    // Nobody listens on the discard port.
    ['by nobody', 'no-answer', async () => 'http://127.0.0.1:9/'],
    // RFC 6761 §6.4.
    ['of a name that nobody knows', 'name-unresolved', async () => 'http://nowhere.invalid/'],
  ])('tells an answer %s: %s', async (_what, error, open) => {
    expect(await ask(await open())).toEqual({ ok: false, error });
  });
});
