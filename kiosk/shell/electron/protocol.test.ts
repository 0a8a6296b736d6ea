import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ScreenState } from '@concierge/contract/kiosk/screen.ts';
import { createFilmOpener } from '@concierge/kiosk-agent/media/media-files.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeRenderer } from '../testing/renderer.ts';
import { aScreenState } from '../testing/screen-states.ts';
import { createScreenProtocol, readRendererBundle } from './protocol.ts';
import { contentSecurityPolicy } from './security.ts';

const picture = { sha256: 'ab'.repeat(32), type: 'image/webp', bytes: 9, url: `/media/${'ab'.repeat(32)}` } as const;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'screen-protocol-'));
  writeRenderer(join(folder, 'dist'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function ask(path: string, options: { method?: string; state?: ScreenState; range?: string } = {}): Promise<Response> {
  const handle = createScreenProtocol(readRendererBundle(join(folder, 'dist')), () => options.state ?? null, {
    readPicture: async ({ sha256 }) => (sha256 === picture.sha256 ? Buffer.from('a picture') : null),
    openFilm: createFilmOpener(folder),
  });
  return handle(
    new Request(path.startsWith('/') ? `lobby://screen${path}` : path, {
      method: options.method ?? 'GET',
      headers: options.range === undefined ? {} : { range: options.range },
    }),
  );
}

describe('lobby://screen', () => {
  it.each([
    ['/', 'text/html; charset=utf-8'],
    ['/index.html', 'text/html; charset=utf-8'],
    ['/index.html?x=1#y', 'text/html; charset=utf-8'],
    ['/assets/index-abcdefgh.js', 'text/javascript; charset=utf-8'],
    ['/assets/font.woff2', 'font/woff2'],
    ['/safe', 'text/html; charset=utf-8'],
  ])('serves %s as %s, with the policy and without guessing', async (path, contentType) => {
    const response = await ask(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(contentType);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it.each([
    '/../secret.json',
    '/assets/../../secret.json',
    '/%2e%2e/secret.json',
    '/assets/..%2f..%2fsecret.json',
    '/assets/%2e%2e%5csecret.json',
    '//etc/passwd',
    '/assets/link.json',
    '/assets/private.key',
    '/index.html.br',
    '/content-security-policy.txt',
    '/assets',
    '/assets/',
    '/index.html/',
    '/INDEX.HTML',
    '/index.html%00.js',
    'lobby://elsewhere/index.html',
    'lobby://screen:81/index.html',
    'file:///etc/passwd',
  ])('has nothing at %s', async (path) => {
    const response = await ask(path);
    expect(response.status).toBe(404);
    expect(await response.text()).toBe('404\n');
  });

  it.each(['POST', 'PUT', 'DELETE', 'HEAD'])('answers no %s', async (method) => {
    expect((await ask('/', { method })).status).toBe(405);
  });

  it('writes the state into the page, and nothing in it can end its element', async () => {
    const document = aScreenState().document;
    if (document === null) throw new Error('the state has no document');
    const name = { el: '</script><script>alert(1)</script>', en: null };
    const text = await (
      await ask('/', { state: aScreenState({ document: { ...document, building: { ...document.building, name } } }) })
    ).text();
    expect(text).toContain('\\u003c/script>\\u003cscript>alert(1)');
    expect(text.match(/<script/g)).toHaveLength(1);
  });
});

describe('a file of the media library', () => {
  const ready = (media: Partial<typeof picture> = {}) => ({ state: aScreenState({ media: [{ ...picture, ...media }] }) });

  it('is served as the type that was signed, without guessing, while the agent says that it is ready', async () => {
    const response = await ask(picture.url, ready());
    expect(await response.text()).toBe('a picture');
    expect(response.headers.get('content-type')).toBe('image/webp');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('is not there otherwise', async () => {
    expect((await ask(picture.url)).status).toBe(404);
    expect((await ask(`/media/${'cd'.repeat(32)}`, ready())).status).toBe(404);
    // Its bytes are no longer what was signed.
    expect((await ask(picture.url, ready({ sha256: 'cd'.repeat(32) }))).status).toBe(404);
    expect((await ask('/media/../secret.json', ready({ url: '/media/../secret.json' }))).status).toBe(404);
  });
});

describe('a film of the media library', () => {
  const bytes = Buffer.concat([Buffer.from('1a45dfa3', 'hex'), randomBytes(300_000)]);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const film = { sha256, type: 'video/webm', bytes: bytes.length, durationMs: 1_000, url: `/media/${sha256}` } as const;
  const ready = { state: aScreenState({ media: [film] }) };

  it('comes whole, or in the stretch that was asked for, and not beyond its end', async () => {
    writeFileSync(join(folder, sha256), bytes);
    const whole = await ask(film.url, ready);
    expect([whole.status, whole.headers.get('content-type'), whole.headers.get('accept-ranges')]).toEqual([200, 'video/webm', 'bytes']);
    expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true);
    const part = await ask(film.url, { ...ready, range: 'bytes=100000-200000' });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 100000-200000/${bytes.length}`]);
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(100_000, 200_001))).toBe(true);
    expect((await ask(film.url, { ...ready, range: `bytes=${bytes.length}-` })).status).toBe(416);
  });

  it('is not there when its bytes are others', async () => {
    writeFileSync(join(folder, sha256), Buffer.from(bytes).fill(0, 100, 110));
    expect((await ask(film.url, ready)).status).toBe(404);
    unlinkSync(join(folder, sha256));
    expect((await ask(film.url, ready)).status).toBe(404);
  });
});

describe('the renderer in memory', () => {
  it('is not there without a page or a policy', () => {
    unlinkSync(join(folder, 'dist/content-security-policy.txt'));
    expect(() => readRendererBundle(join(folder, 'dist'))).toThrow('content-security-policy.txt');
    unlinkSync(join(folder, 'dist/index.html'));
    expect(() => readRendererBundle(join(folder, 'dist'))).toThrow('build the renderer first');
  });

  it('is refused when it is far larger than a renderer', () => {
    for (let file = 0; file < 201; file += 1) writeFileSync(join(folder, `dist/assets/${file}.js`), '');
    expect(() => readRendererBundle(join(folder, 'dist'))).toThrow('too large');
  });

  it('is what was built', async () => {
    expect(await (await ask('/assets/font.woff2')).text()).toBe(readFileSync(join(folder, 'dist/assets/font.woff2'), 'utf8'));
  });
});

describe('the policy', () => {
  it("is the renderer's, without any connection", () => {
    expect(contentSecurityPolicy("default-src 'none'; script-src 'self'; connect-src 'self' https://example.org\n")).toBe(
      "default-src 'none'; script-src 'self'; connect-src 'none'",
    );
  });

  it.each(['', "script-src 'self'", "default-src 'self'"])('is refused when it allows by default: %j', (policy) => {
    expect(() => contentSecurityPolicy(policy)).toThrow();
  });
});
