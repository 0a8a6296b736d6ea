import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BundleServer, type Fault, startBundleServer } from '../release/testing/bundle-server.ts';
import { sha256 } from '../release/testing/bundles.ts';
import { temporaryDirectory } from '../testing/kiosk.ts';
import { type DownloadLimits, downloadFile } from './download.ts';

const limits: DownloadLimits = {
  silenceMs: 300,
  fruitlessRequests: 3,
  totalMs: 5_000,
  backOff: { baseMs: 1, capMs: 2, stableAfterMs: 1_000 },
};
const bytes = randomBytes(300_000);
let directory: ReturnType<typeof temporaryDirectory>;
let server: BundleServer;
let file: string;
beforeEach(async () => {
  directory = temporaryDirectory();
  file = join(directory.path, 'part');
  server = await startBundleServer();
  server.files.set('bundle', bytes);
});
afterEach(async () => {
  await server.stop();
  directory[Symbol.dispose]();
});

async function download(change: Partial<Parameters<typeof downloadFile>[0]> = {}): Promise<string> {
  const result = await downloadFile({
    url: new URL('bundle', server.url),
    file,
    bytes: bytes.length,
    sha256: sha256(bytes),
    stopping: new AbortController().signal,
    random: Math.random,
    limits,
    ...change,
  });
  return result.ok ? 'ok' : result.error;
}

describe('a download', () => {
  it('brings the bytes', async () => {
    expect(await download()).toBe('ok');
    expect(readFileSync(file).equals(bytes)).toBe(true);
    expect(server.ranges).toEqual([null]);
  });

  it('goes on where the line broke', async () => {
    server.faults.push({ cut: 100_000 }, { cut: 50_000 });
    expect(await download()).toBe('ok');
    expect(readFileSync(file).equals(bytes)).toBe(true);
    expect(server.ranges).toEqual([null, 'bytes=100000-', 'bytes=150000-']);
  });

  it('goes on where an earlier attempt stopped', async () => {
    writeFileSync(file, bytes.subarray(0, 200_000));
    expect(await download()).toBe('ok');
    expect(server.ranges).toEqual(['bytes=200000-']);
  });

  it('asks for nothing when all is here', async () => {
    writeFileSync(file, bytes);
    expect(await download()).toBe('ok');
    expect(server.ranges).toEqual([]);
  });

  it.each([
    { what: 'zeroes where a power cut left them', here: Buffer.concat([bytes.subarray(0, 90_000), Buffer.alloc(10_000)]) },
    { what: 'as many bytes as there should be, and others', here: Buffer.alloc(300_000) },
    { what: 'more than there should be', here: Buffer.concat([bytes, bytes]) },
  ])('starts over when it finds $what', async ({ here }) => {
    writeFileSync(file, here);
    expect(await download()).toBe('ok');
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });

  it('takes the whole from a server that knows no ranges', async () => {
    writeFileSync(file, bytes.subarray(0, 200_000));
    server.faults.push('whole');
    expect(await download()).toBe('ok');
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });

  it.each<{ what: string; faults: Fault[] }>([
    { what: 'is silent', faults: ['silent'] },
    { what: 'is overloaded', faults: [503, 429] },
    { what: 'breaks off at once', faults: [{ cut: 0 }, { cut: 0 }] },
  ])('bears a server that $what for a while', async ({ faults }) => {
    server.faults.push(...faults);
    expect(await download()).toBe('ok');
  });

  it.each<{ what: string; faults: Fault[]; refusal: string }>([
    { what: 'never answers', faults: ['silent', 'silent', 'silent'], refusal: 'unreachable' },
    { what: 'always fails', faults: [500, 500, 500], refusal: 'unreachable' },
    { what: 'leads elsewhere', faults: ['redirect', 'redirect', 'redirect'], refusal: 'unreachable' },
    { what: 'knows no such bundle', faults: [404], refusal: 'refused-by-server' },
    { what: 'codes what it sends', faults: ['gzip'], refusal: 'refused-by-server' },
  ])('is given up when the server $what', async ({ faults, refusal }) => {
    server.faults.push(...faults);
    expect(await download()).toBe(refusal);
    expect(server.faults).toEqual([]);
  });

  it('is given up when nobody is there', async () => {
    expect(await download({ url: new URL('http://127.0.0.1:1/bundle') })).toBe('unreachable');
  });

  it.each([
    {
      what: 'one byte is another',
      served: Buffer.concat([bytes.subarray(0, 1_000), Buffer.from([(bytes[1_000] ?? 0) ^ 1]), bytes.subarray(1_001)]),
    },
    { what: 'it is longer', served: Buffer.concat([bytes, Buffer.from('x')]) },
  ])('leaves nothing behind when $what than was signed', async ({ served }) => {
    server.files.set('bundle', served);
    expect(await download()).toBe('altered-bytes');
    expect(statSync(file).size).toBe(0);
  });

  it('of a truncated bundle ends, and keeps what would go on', async () => {
    server.files.set('bundle', bytes.subarray(0, 200_000));
    expect(await download()).toBe('altered-bytes');
    server.files.set('bundle', bytes);
    expect(await download()).toBe('ok');
  });

  it('that comes in drops ends in time', async () => {
    server.faults.push(...Array.from({ length: 200 }, (): Fault => ({ cut: 1 })));
    expect(await download({ limits: { ...limits, totalMs: 400 } })).toBe('too-slow');
    expect(statSync(file).size).toBeGreaterThan(1);
  });

  it('ends at once when the program stops', async () => {
    const stopping = new AbortController();
    server.faults.push('silent');
    setTimeout(() => stopping.abort(), 50);
    const startMs = performance.now();
    expect(await download({ stopping: stopping.signal })).toBe('stopped');
    expect(performance.now() - startMs).toBeLessThan(290);
  });

  it('does not follow a link that lies where its file should', async () => {
    const target = join(directory.path, 'target');
    symlinkSync(target, file);
    expect(await download()).toBe('disk-failing');
    expect(existsSync(target)).toBe(false);
  });

  it('says so when a folder lies where its file should', async () => {
    mkdirSync(file);
    expect(await download()).toBe('disk-failing');
  });
});
