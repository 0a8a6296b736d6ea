import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { PaintedFrame, ScreenState } from '@concierge/contract/kiosk/screen.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aContent, instant } from '../testing/documents.ts';
import { silentLogger, temporaryDirectory, until } from '../testing/kiosk.ts';
import { createLoopbackServer, type LoopbackServer, MAX_VIEWERS } from './loopback-server.ts';
import { createScreen, type Screen, type ScreenInputs } from './screen.ts';

const nasty = '</script><script>alert(1)</script> $& $1 \u2028';
const page = '<!doctype html><head><script type="application/json" id="screen-state">{}</script></head><body></body>';

let directory: ReturnType<typeof temporaryDirectory>;
let inputs: ScreenInputs;
let screen: Screen;
let server: LoopbackServer;
let url: string;
let frames: PaintedFrame[];
let pages: (number | null)[];

beforeEach(async () => {
  directory = temporaryDirectory();
  inputs = {
    started: true,
    claimed: true,
    content: aContent({ sequence: 4, title: nasty }),
    confirmedAt: instant(Date.now()),
    display: null,
    disconnectedForMs: null,
    clock: 'trusted',
    clockBounded: true,
    nowMs: Date.now(),
    qrBatch: null,
    claim: null,
    identity: null,
    mustShow: false,
    pageNumber: 1,
    media: [],
    scenes: null,
    facts: null,
    demo: false,
  };
  screen = createScreen({ inputs: () => ({ ...inputs, nowMs: Date.now() }) });
  frames = [];
  pages = [];
  server = newServer(0);
  url = await server.start();
});
afterEach(async () => {
  screen.stop();
  await server.stop();
  directory[Symbol.dispose]();
});

/** The one file of the media library that is ready. */
const picture = 'ab'.repeat(32);

function newServer(port: number): LoopbackServer {
  return createLoopbackServer({
    port,
    rendererDir: join(directory.path, 'dist'),
    screen,
    painted: (frame, pageNumber) => {
      frames.push(frame);
      pages.push(pageNumber);
    },
    media: {
      read: async (sha256) => (sha256 === picture ? { bytes: Buffer.from('a picture'), type: 'image/png' } : null),
      openFilm: async () => null,
    },
    health: () => ({
      phase: 'running',
      link: 'online',
      contentSequence: 4,
      paintedSequence: 0,
      paintedAgeSeconds: null,
      dataAgeSeconds: 1,
      lit: true,
    }),
    logger: silentLogger,
  });
}

function buildRenderer(): string {
  const dist = join(directory.path, 'dist');
  mkdirSync(join(dist, 'assets'), { recursive: true });
  writeFileSync(join(dist, 'index.html'), page);
  writeFileSync(join(dist, 'assets/main-a1B2c3D4.js'), 'plain');
  writeFileSync(join(dist, 'assets/main-a1B2c3D4.js.br'), brotliCompressSync('packed'));
  writeFileSync(join(dist, 'robots.json'), '{}');
  return dist;
}

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

function ask(path: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request(new URL(url), { path, method: options.method ?? 'GET', headers: options.headers ?? {} }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }));
    });
    asking.on('error', reject);
    asking.end(options.body);
  });
}

const postFrame = (body: string, headers: Record<string, string> = {}): Promise<Answer> =>
  ask('/screen/painted', { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });

describe('the page', () => {
  it('carries the current state, which cannot break out of its element', async () => {
    buildRenderer();
    const { status, headers, body } = await ask('/');
    const html = body.toString('utf8');
    expect(status).toBe(200);
    expect(html.match(/<script/g)).toHaveLength(1);
    const json = /id="screen-state">(.*?)<\/script>/s.exec(html)?.[1] ?? '';
    const state: ScreenState = JSON.parse(json);
    expect(state.document?.announcements[0]?.title.el).toBe(nasty);
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it('gets the state before </head> when the renderer has no place for it', async () => {
    writeFileSync(join(buildRenderer(), 'index.html'), '<!doctype html><head><title>x</title></head><body></body>');
    expect((await ask('/')).body.toString('utf8')).toMatch(
      /<title>x<\/title><script type="application\/json" id="screen-state">\{.*\}<\/script><\/head>/s,
    );
  });

  it('is a plain one that says nothing about a building when the renderer is missing', async () => {
    const { status, body } = await ask('/');
    expect(status).toBe(200);
    expect(body.toString('utf8')).toContain('This screen is not available right now');
    expect(body.toString('utf8')).not.toContain('Ακαδημίας');
  });
});

describe('files', () => {
  it('the page itself, made anew each time, comes compressed to whoever takes that', async () => {
    buildRenderer();
    const plain = await ask('/');
    const packed = await ask('/', { headers: { 'accept-encoding': 'gzip, br' } });
    expect([plain.headers['content-encoding'], packed.headers['content-encoding']]).toEqual([undefined, 'gzip']);
    expect([packed.headers['cache-control'], packed.headers['content-security-policy']]).toEqual([
      'no-store',
      plain.headers['content-security-policy'],
    ]);
    const withoutTime = (html: Buffer) => html.toString('utf8').replace(/"nowMs":\d+/, '');
    expect(withoutTime(gunzipSync(packed.body))).toBe(withoutTime(plain.body));
  });

  it('come compressed where built so, and are kept for ever when their name has a hash', async () => {
    buildRenderer();
    const packed = await ask('/assets/main-a1B2c3D4.js', { headers: { 'accept-encoding': 'gzip, br' } });
    expect(packed.headers).toMatchObject({
      'content-encoding': 'br',
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    expect(brotliDecompressSync(packed.body).toString()).toBe('packed');
    expect((await ask('/assets/main-a1B2c3D4.js')).body.toString()).toBe('plain');
    expect((await ask('/robots.json')).headers['cache-control']).toBe('no-cache');
  });

  it.each([
    '/../secret.json',
    '/%2e%2e/secret.json',
    '/..%2fsecret.json',
    '//secret.json',
    '/link.json',
    '/.hidden.json',
    '/none.js',
    '/assets',
  ])('outside the folder or unknown are not given: %s', async (path) => {
    const dist = buildRenderer();
    writeFileSync(join(directory.path, 'secret.json'), 'secret');
    writeFileSync(join(dist, '.hidden.json'), 'secret');
    symlinkSync(join(directory.path, 'secret.json'), join(dist, 'link.json'));
    const { status, body } = await ask(path);
    expect(status).toBe(404);
    expect(body.toString()).not.toContain('secret');
  });
});

describe('a file of the media library', () => {
  it('is served as what was signed, without guessing, to this machine only', async () => {
    const { status, headers, body } = await ask(`/media/${picture}`);
    expect([status, headers['content-type'], headers['x-content-type-options'], body.toString()]).toEqual([
      200,
      'image/png',
      'nosniff',
      'a picture',
    ]);
    expect(headers['cross-origin-resource-policy']).toBe('same-origin');
    expect(headers['content-security-policy']).toContain("img-src 'self' data:; media-src 'self' data:;");
    expect((await ask(`/media/${picture}`, { headers: { host: 'evil.example' } })).status).toBe(421);
    expect((await ask(`/media/${picture}`, { method: 'POST' })).status).toBe(405);
  });

  it.each([
    `/media/${'cd'.repeat(32)}`,
    `/media/${picture.toUpperCase()}`,
    `/media/${picture}.part`,
    `/media/${picture}/`,
    '/media/',
    '/media/..%2fidentity%2fkey.pem',
  ])('has no other at %s', async (path) => expect((await ask(path)).status).toBe(404));
});

describe('who may ask', () => {
  it.each([
    ['127.0.0.1', 200],
    ['localhost:8090', 200],
    ['[::1]:8090', 200],
    ['attacker.example', 421],
    ['127.0.0.1.attacker.example', 421],
    ['localhost@attacker.example', 421],
  ])('by the name %s: %i', async (host, status) => {
    expect((await ask('/healthz', { headers: { host } })).status).toBe(status);
  });

  it.each(['PUT', 'DELETE', 'OPTIONS', 'POST'])('not with %s', async (method) => {
    expect((await ask('/', { method })).status).toBe(405);
  });
});

describe('the heartbeat', () => {
  it('is taken as it should be', async () => {
    expect((await postFrame('{"contentSequence":4,"scene":"overview"}')).status).toBe(204);
    expect(frames).toEqual([{ contentSequence: 4, scene: 'overview' }]);
  });

  it('says which page it is of, as far as the page knows', async () => {
    for (const path of ['?page=7', '', '?page=x', '?page=-7', `?page=${'9'.repeat(40)}`]) {
      const headers = { 'content-type': 'application/json' };
      await ask(`/screen/painted${path}`, { method: 'POST', body: '{"contentSequence":4,"scene":"overview"}', headers });
    }
    expect(pages).toEqual([7, null, null, null, null]);
  });

  it.each<[string, string, Record<string, string>, number]>([
    ['no JSON', '{"contentSequence":4', {}, 400],
    ['an unknown field', '{"contentSequence":4,"scene":"overview","name":"x"}', {}, 400],
    ['a wrong type', '{"contentSequence":"4","scene":"overview"}', {}, 400],
    ['a negative version', '{"contentSequence":-1,"scene":"overview"}', {}, 400],
    ['too much', JSON.stringify({ contentSequence: 4, scene: 'x'.repeat(2_000) }), {}, 413],
    ['another type of body', '{"contentSequence":4,"scene":"overview"}', { 'content-type': 'text/plain' }, 415],
    ['a page of another site', '{"contentSequence":4,"scene":"overview"}', { origin: 'https://attacker.example' }, 403],
    ['a page without an origin', '{"contentSequence":4,"scene":"overview"}', { origin: 'null' }, 403],
  ])('refuses %s', async (_what, body, headers, status) => {
    expect((await postFrame(body, headers)).status).toBe(status);
    expect(frames).toEqual([]);
  });

  it('refuses too much that comes without a length', async () => {
    const answer = postFrame(JSON.stringify({ contentSequence: 4, scene: 'x'.repeat(2_000) }), { 'transfer-encoding': 'chunked' });
    expect((await answer).status).toBe(413);
  });
});

describe('the stream of states', () => {
  function watch(): { states: ScreenState[]; status: () => number; leave: () => void } {
    const states: ScreenState[] = [];
    let status = 0;
    let text = '';
    const watching = request(new URL('/screen/events', url), (response) => {
      status = response.statusCode ?? 0;
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        const parts = text.split('\n\n');
        text = parts.pop() ?? '';
        for (const line of parts.flatMap((part) => part.split('\n')))
          if (line.startsWith('data: ') && line !== 'data: 1') states.push(JSON.parse(line.slice(6)));
      });
      response.on('error', () => undefined);
    });
    watching.on('error', () => undefined);
    watching.end();
    return { states, status: () => status, leave: () => watching.destroy() };
  }

  it('begins with the current state and tells changes once', async () => {
    const viewer = watch();
    await until('the first state came', () => viewer.states.length === 1);
    screen.refresh();
    screen.refresh();
    inputs = { ...inputs, content: aContent({ sequence: 5 }) };
    screen.refresh();
    screen.refresh();
    await until('the change came', () => viewer.states.at(-1)?.contentSequence === 5);
    expect(viewer.states.map(({ contentSequence }) => contentSequence)).toEqual([4, 5]);
    viewer.leave();
  });

  it('has room for a few viewers only, and room again when one leaves', async () => {
    const viewers = Array.from({ length: MAX_VIEWERS }, watch);
    await until('all are served', () => viewers.every(({ status }) => status() === 200));
    const oneTooMany = watch();
    await until('it is refused', () => oneTooMany.status() === 503);
    viewers[0]?.leave();
    for (let tries = 0; tries < 50; tries += 1) {
      const next = watch();
      await until('it is answered', () => next.status() !== 0);
      if (next.status() === 200) return;
    }
    throw new Error('no room was made');
  });
});

it('takes the next port when its own is taken', async () => {
  const taken = Number(new URL(url).port);
  const second = newServer(taken);
  const secondUrl = await second.start();
  expect(Number(new URL(secondUrl).port)).toBeGreaterThan(taken);
  await second.stop();
});
