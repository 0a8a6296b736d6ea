import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Cloud, cloudAddress, signIn } from './cloud.ts';

const id = '01900000-0000-7000-8000-000000000001';
const me = {
  user: { id, email: 'maria@example.gr', fullName: 'Μαρία', language: 'el' },
  tenant: { id, slug: 'office', name: 'Office' },
  grants: [],
  permissions: ['device:write'],
};
const account = { email: 'maria@example.gr', password: 'a long password' };
const question = { method: 'POST', path: '/asked', body: { a: 1 }, reply: z.strictObject({ done: z.boolean() }) } as const;

interface Heard {
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let server: Server;
let heard: Heard[];
/** What the question is answered; the rest is a cloud as it should be. */
let answer: (response: ServerResponse, times: number) => void;

beforeEach(async () => {
  heard = [];
  answer = (response) => send(response, 200, { done: true });
  server = createServer((request, response) => void serve(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function send(response: ServerResponse, status: number, json: unknown, headers: Record<string, string | string[]> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(json));
}
const problem = (status: number, code: string, title: string) => ({ type: 'about:blank', title, status, code });

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  heard.push({ url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
  if (request.url === '/api/csrf') send(response, 200, { csrfToken: 'token' }, { 'set-cookie': 'nc_csrf=nonce; HttpOnly; Path=/' });
  else if (request.url === '/api/users/token')
    send(response, 200, me, { 'set-cookie': ['nc_access=a=b==; HttpOnly', 'nc_refresh=secret; Path=/api/users/token', 'bad\tname=x'] });
  else if (request.url === '/api/users/logout') response.writeHead(204).end();
  else answer(response, heard.filter(({ url }) => url === '/asked').length);
}

function address(): URL {
  const found = server.address();
  return new URL(`http://127.0.0.1:${typeof found === 'object' && found !== null ? found.port : 0}`);
}
async function cloud(): Promise<Cloud> {
  const signed = await signIn(address(), account);
  if (!signed.ok) throw new Error(signed.error.message);
  return signed.value;
}

describe('the address of the cloud', () => {
  it.each([
    'https://cloud.example.org',
    'https://cloud.example.org:8443/',
    'http://localhost:3000',
    'http://127.0.0.1',
    'http://[::1]:3000',
  ])('may be %s', (text) => expect(cloudAddress(text).ok).toBe(true));
  it.each([
    'http://cloud.example.org',
    'http://localhost.example.org',
    'http://127.0.0.1.example.org',
    'ftp://localhost',
    'https://a:b@cloud.example.org',
    'https://cloud.example.org/path',
    'https://cloud.example.org/?a=b',
    'cloud.example.org',
    '',
  ])('is refused as "%s"', (text) => expect(cloudAddress(text)).toMatchObject({ ok: false, error: { ending: 'usage' } }));
});

describe('the session', () => {
  it('is carried by cookies and the anti-forgery token, and ended', async () => {
    const signed = await cloud();
    expect(await signed.ask(question)).toEqual({ ok: true, value: { done: true } });
    await signed.leave();
    expect(heard.map(({ url }) => url)).toEqual(['/api/csrf', '/api/users/token', '/asked', '/api/users/logout']);
    expect(heard[2]?.headers).toMatchObject({ cookie: 'nc_csrf=nonce; nc_access=a=b==; nc_refresh=secret', 'x-csrf-token': 'token' });
  });
});

describe('a question', () => {
  it('is asked again with the same key when the line breaks or the cloud restarts', async () => {
    answer = (response, times) => {
      if (times === 1) response.destroy();
      else if (times === 2) send(response, 503, problem(503, 'unavailable', 'Not now'));
      else send(response, 200, { done: true });
    };
    expect(await (await cloud()).ask({ ...question, idempotencyKey: 'always-the-same' })).toMatchObject({ ok: true });
    expect(heard.filter(({ url }) => url === '/asked').map(({ headers }) => headers['idempotency-key'])).toEqual(
      Array.from({ length: 3 }, () => 'always-the-same'),
    );
  });

  it.each([
    [401, 'not-signed-in', 'notAllowed', 1],
    [403, 'not-allowed', 'notAllowed', 1],
    [429, 'locked-out', 'notAllowed', 1],
    [429, 'too-many-requests', 'unreachable', 1],
    [503, 'unavailable', 'unreachable', 3],
    [409, 'in-progress', 'refused', 3],
    [404, 'not-found', 'refused', 1],
    [422, 'anything-new', 'refused', 1],
  ])('that is answered %i %s ends as %s after %i', async (status, code, ending, times) => {
    answer = (response) => send(response, status, problem(status, code, 'Because'));
    expect(await (await cloud()).ask(question)).toMatchObject({ ok: false, error: { ending, code, message: 'Because' } });
    expect(heard.filter(({ url }) => url === '/asked')).toHaveLength(times);
  });

  it('reads a reply that says more than it knows', async () => {
    answer = (response) => send(response, 200, { done: true, more: 1 });
    expect(await (await cloud()).ask(question)).toEqual({ ok: true, value: { done: true } });
  });

  it.each([
    ['another form', (response: ServerResponse) => send(response, 200, { done: 'yes' }), 'failed'],
    ['no JSON', (response: ServerResponse) => response.writeHead(200).end('<html>'), 'failed'],
    [
      'a way to somewhere else',
      (response: ServerResponse) => response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
      'unreachable',
    ],
    ['more than a reply can be', (response: ServerResponse) => response.writeHead(200).end('x'.repeat(5_000_000)), 'unreachable'],
    ['a page of a proxy', (response: ServerResponse) => response.writeHead(400).end('<html>'), 'refused'],
  ])('takes %s for no answer', async (_what, hostile, ending) => {
    answer = hostile;
    expect(await (await cloud()).ask(question)).toMatchObject({ ok: false, error: { ending } });
  });

  it('lets nothing that the cloud says move the cursor', async () => {
    answer = (response) => send(response, 400, problem(400, 'bad-request', `\u001b[2J\u009bred ${'x'.repeat(2_000)}`));
    const asked = await (await cloud()).ask(question);
    if (asked.ok) throw new Error('it was answered');
    expect(asked.error.message).toMatch(/^[^\p{Cc}]{1,500}$/u);
  });
});
