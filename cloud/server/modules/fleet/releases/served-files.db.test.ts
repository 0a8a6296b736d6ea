import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RunningCloud, runCloud } from '../../../testing/running-cloud.ts';

let folder: string;
let running: RunningCloud;
const bundle = Buffer.from(Array.from({ length: 10_000 }, (_, at) => at % 251));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'served-releases-'));
  const served = join(folder, 'served');
  for (const name of ['root', '7', '8']) mkdirSync(join(served, name), { recursive: true });
  writeFileSync(join(served, 'root/2.jws'), 'root');
  writeFileSync(join(served, '7/manifest.jws'), 'manifest');
  writeFileSync(join(served, '7/timestamp.jws'), 'timestamp');
  writeFileSync(join(served, '7/x64-chromium.bundle'), bundle);
  writeFileSync(join(served, '7/notes.txt'), 'not for devices');
  writeFileSync(join(served, '7/x64-electron.bundle'), '');
  writeFileSync(join(folder, 'secret.jws'), 'secret');
  mkdirSync(join(served, '9'));
  // More than the sockets of both sides take in.
  writeFileSync(join(served, '9/arm64-chromium.bundle'), '');
  truncateSync(join(served, '9/arm64-chromium.bundle'), 64 * 1_048_576);
  symlinkSync(join(folder, 'secret.jws'), join(served, '8/manifest.jws'));
  mkdirSync(join(served, '8/timestamp.jws'));
  running = await runCloud({ environment: { RELEASES_DIR: served, TRUST_PROXY: '1' } });
});
afterAll(async () => {
  await running.stop();
  rmSync(folder, { recursive: true, force: true });
});

const ask = (path: string, headers: Record<string, string> = {}) => fetch(new URL(path, running.cloud.url), { headers });
/** As it stands, without what a client makes of dots. */
const askRaw = (path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { port } = new URL(running.cloud.url);
    const socket = connect(Number(port), '127.0.0.1', () =>
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`),
    );
    let text = '';
    socket
      .on('data', (chunk) => (text += chunk.toString('latin1')))
      .on('end', () => resolve(text))
      .on('error', reject);
  });

it('serves statements and bundles as they are, to anybody', async () => {
  for (const [name, text] of [
    ['root/2.jws', 'root'],
    ['7/manifest.jws', 'manifest'],
    ['7/timestamp.jws', 'timestamp'],
  ]) {
    const reply = await ask(`/releases/${name}`);
    expect([reply.status, await reply.text()], name).toEqual([200, text]);
  }
  const whole = await ask('/releases/7/x64-chromium.bundle', { 'accept-encoding': 'identity' });
  expect(Buffer.from(await whole.arrayBuffer()).equals(bundle)).toBe(true);
  expect(whole.headers.get('content-length')).toBe('10000');
  expect(whole.headers.get('content-encoding')).toBeNull();
  expect((await ask('/releases/7/x64-electron.bundle')).status).toBe(200);
});

it('goes on with a download, and says when there is nothing to go on with', async () => {
  const rest = await ask('/releases/7/x64-chromium.bundle', { range: 'bytes=9000-' });
  expect([rest.status, rest.headers.get('content-range')]).toEqual([206, 'bytes 9000-9999/10000']);
  expect(Buffer.from(await rest.arrayBuffer()).equals(bundle.subarray(9_000))).toBe(true);
  const behind = await ask('/releases/7/x64-chromium.bundle', { range: 'bytes=10000-' });
  expect([behind.status, behind.headers.get('content-range')]).toEqual([416, 'bytes */10000']);
});

it('knows what the caller has already, and lets only the timestamp change', async () => {
  const first = await ask('/releases/7/timestamp.jws');
  const etag = first.headers.get('etag') ?? '';
  expect(first.headers.get('cache-control')).toBe('no-cache');
  expect((await ask('/releases/7/manifest.jws')).headers.get('cache-control')).toBe('public, max-age=86400');
  expect((await ask('/releases/7/timestamp.jws', { 'if-none-match': etag })).status).toBe(304);
  await new Promise((resolve) => setTimeout(resolve, 20));
  writeFileSync(join(folder, 'served/7/timestamp.jws'), 'timestamq');
  const second = await ask('/releases/7/timestamp.jws', { 'if-none-match': etag });
  expect([second.status, await second.text()]).toEqual([200, 'timestamq']);
});

it.each([
  '/releases/',
  '/releases/7',
  '/releases/7/',
  '/releases/7/notes.txt',
  '/releases/7/../../secret.jws',
  '/releases/../secret.jws',
  '/releases/7/..%2f..%2fsecret.jws',
  '/releases/%2e%2e/secret.jws',
  '/releases//etc/passwd',
  '/releases/7/manifest.jws%00',
  '/releases/7%2fmanifest.jws',
  '/releases/07/manifest.jws',
  '/releases/9/manifest.jws',
  '/releases/root/1.json',
  // A link that leads out, and a folder that is named like a file.
  '/releases/8/manifest.jws',
  '/releases/8/timestamp.jws',
])('has nothing at %s', async (path) => {
  const reply = await askRaw(path);
  expect(reply).toMatch(/^HTTP\/1\.1 40[04] /);
  expect(reply).not.toContain('secret');
  expect(reply).not.toContain('root:');
});

it('keeps no file open for callers that leave', async () => {
  for (let round = 0; round < 300; round += 1) {
    const leaving = new AbortController();
    const asked = fetch(new URL('/releases/7/x64-chromium.bundle', running.cloud.url), { signal: leaving.signal }).catch(() => null);
    if (round % 2 === 0) leaving.abort();
    await (await asked)?.body?.cancel();
  }
  // After as many as may be open at once, and a hundred more, there is still room.
  await expect.poll(async () => (await ask('/releases/7/x64-chromium.bundle')).status).toBe(200);
});

describe('readers that take nothing', () => {
  const held: Socket[] = [];
  afterEach(() => {
    for (const socket of held.splice(0)) socket.destroy();
  });

  /** Asks for the large bundle and reads the head of the answer only; answers with its status. */
  const hold = (from: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const { port } = new URL(running.cloud.url);
      const socket = connect(Number(port), '127.0.0.1', () =>
        socket.write(`GET /releases/9/arm64-chromium.bundle HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: ${from}\r\n\r\n`),
      );
      held.push(socket);
      socket.on('error', reject).once('data', (chunk) => {
        socket.pause();
        resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(chunk.toString('latin1'))?.[1]));
      });
    });
  const askFrom = async (from: string, name: string) => {
    const leaving = new AbortController();
    const { status } = await fetch(new URL(`/releases/${name}`, running.cloud.url), {
      headers: { 'x-forwarded-for': from },
      signal: leaving.signal,
    });
    leaving.abort();
    return status;
  };

  it.each([
    ['an address', () => '203.0.113.7', '203.0.113.8'],
    ['a line of IPv6, whichever of its addresses they use', (index: number) => `2001:db8:1:2::${index + 1}`, '2001:db8:1:3::1'],
  ])('of %s hold twenty bundles and no more; every statement is served, and elsewhere all is', async (_whose, from, elsewhere) => {
    const statuses = await Promise.all(Array.from({ length: 30 }, (_, index) => hold(from(index))));
    expect(statuses.filter((status) => status === 200)).toHaveLength(20);
    expect(statuses.filter((status) => status === 503)).toHaveLength(10);
    for (const name of ['root/2.jws', '7/manifest.jws', '7/timestamp.jws']) expect(await askFrom(from(0), name)).toBe(200);
    expect(await askFrom(from(0), '9/arm64-chromium.bundle')).toBe(503);
    expect(await askFrom(elsewhere, '9/arm64-chromium.bundle')).toBe(200);
    for (const socket of held) socket.destroy();
    await expect.poll(() => askFrom(from(0), '9/arm64-chromium.bundle')).toBe(200);
  });
});
