import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createReleaseFiles, type ReleaseFile } from './files.ts';

const BYTES = 4 * 1_048_576;
const limits = { open: 2, openOfLine: 1, leastBytes: 131_072, windowMs: 300 };
const name = '7/x64-chromium.bundle';
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'release-files-'));
  mkdirSync(join(folder, '7'));
  writeFileSync(join(folder, name), Buffer.alloc(BYTES, 1));
  writeFileSync(join(folder, '7/manifest.jws'), 'x'.repeat(65_537));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const files = () => createReleaseFiles(folder, async () => null, limits);
async function opened(from: ReturnType<typeof files>, line: string): Promise<ReleaseFile> {
  const file = await from.open(name, line);
  if (file === null || file === 'busy') throw new Error(`it was ${file}`);
  return file;
}

describe('a bundle', () => {
  it('is taken from whoever does not take it, and the place is free again', async () => {
    const served = files();
    const stream = (await opened(served, 'stranger')).read(0, BYTES - 1);
    const broken = new Promise((resolve) => stream.once('error', resolve));
    // It is read as far as the stream reads ahead, and no further.
    stream.once('readable', () => undefined);
    expect(await served.open(name, 'stranger')).toBe('busy');
    expect(await broken).toMatchObject({ message: 'too little was taken of a release' });
    await opened(served, 'stranger');
  });

  it('comes whole to whoever takes it slowly, but takes it', async () => {
    const stream = (await opened(files(), 'slow')).read(0, BYTES - 1);
    let bytes = 0;
    for await (const chunk of stream) {
      bytes += Buffer.from(chunk as Uint8Array).length;
      await delay(25);
    }
    expect(bytes).toBe(BYTES);
  });

  it('is given to so many of a line and of all, also when they ask at the same moment', async () => {
    const served = files();
    const asked = await Promise.all(['one', 'one', 'two', 'three'].map((line) => served.open(name, line)));
    expect(asked.filter((file) => file === 'busy')).toHaveLength(2);
    for (const file of asked) if (file !== null && file !== 'busy') await file.close();
    await (await opened(served, 'one')).close();
    expect(await served.open('7/arm64-chromium.bundle', 'one')).toBeNull();
    await (await opened(served, 'one')).close();
  });
});

it('does not serve a statement that is longer than any', async () => {
  expect(await files().open('7/manifest.jws', 'one')).toBeNull();
});
