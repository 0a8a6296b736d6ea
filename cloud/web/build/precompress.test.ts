import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { build } from 'vite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { precompress } from './precompress.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'concierge-precompress-'));
  writeFileSync(join(root, 'index.html'), '<script type="module" src="./main.js"></script>');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const buildPage = async (script: string) => {
  writeFileSync(join(root, 'main.js'), script);
  await build({ root, configFile: false, logLevel: 'silent', plugins: [precompress()] });
};

describe('precompress', () => {
  it('writes both forms beside a file, and they unpack to it', async () => {
    await buildPage('document.title = "there";');
    const page = join(root, 'dist/index.html');
    expect(brotliDecompressSync(readFileSync(`${page}.br`))).toEqual(readFileSync(page));
    expect(gunzipSync(readFileSync(`${page}.gz`))).toEqual(readFileSync(page));
  });
  it('leaves a failed build its own words', async () => {
    await expect(buildPage('import "./not-there.js";')).rejects.toThrow('not-there.js');
  });
});
