import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildShell } from './build.ts';
import { readBuilderConfiguration } from './testing/builder-configuration.ts';
import { writeRenderer } from './testing/renderer.ts';
import { validateBuilderConfiguration } from './testing/validate-builder-configuration.ts';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'packaging-'));
  await buildShell(join(folder, 'app'), writeRenderer(join(folder, 'renderer')));
}, 30_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('electron-builder.yml', () => {
  it("is valid by electron-builder's own schema", async () => {
    await expect(validateBuilderConfiguration(readBuilderConfiguration())).resolves.toBeUndefined();
  });

  it('would be refused with a key that electron-builder does not know', async () => {
    await expect(validateBuilderConfiguration({ ...readBuilderConfiguration(), electronFuse: {} })).rejects.toThrow('electronFuse');
  });

  it('makes deb and AppImage for both kinds of processor', () => {
    expect(readBuilderConfiguration()).toMatchObject({
      asar: true,
      linux: {
        target: [
          { target: 'deb', arch: ['x64', 'arm64'] },
          { target: 'AppImage', arch: ['x64', 'arm64'] },
        ],
        maintainer: 'New Concierge <maintainers@new-concierge.example>',
      },
    });
  });

  it('ships exactly what the build makes', () => {
    const files = readBuilderConfiguration()['files'];
    if (!Array.isArray(files)) throw new Error('files is no list');
    const named = new Set(files.map((pattern) => String(pattern).replace(/\/.*$/, '')));
    expect(named).toEqual(new Set(readdirSync(join(folder, 'app'))));
    for (const arch of ['x64', 'arm64']) expect(readdirSync(join(folder, 'app/better-sqlite3/prebuilds'))).toContain(`linux-${arch}.node`);
  });
});

describe('the native module', () => {
  it.each(['linux-x64', 'linux-arm64'])('for %s speaks Node-API alone, so that Node and Electron load the same file', (platform) => {
    const addon = readFileSync(join(folder, `app/better-sqlite3/prebuilds/${platform}.node`)).toString('latin1');
    expect(addon).toContain('napi_register_module_v1');
    // Mangled names of V8 or of Node's own C++ interface would tie it to one version of one of them.
    expect(addon).not.toMatch(/_ZNK?2v8\d|_ZNK?4node\d|node_module_register/);
  });
});

describe('the package', () => {
  it('holds the renderer as it was built, without what only a web server needs', () => {
    expect(readdirSync(join(folder, 'app/renderer')).sort()).toEqual(['assets', 'content-security-policy.txt', 'index.html']);
  });

  it('names its entry and its maintainer', () => {
    expect(JSON.parse(readFileSync(join(folder, 'app/package.json'), 'utf8'))).toMatchObject({
      main: 'main.mjs',
      type: 'module',
      homepage: 'https://new-concierge.example',
      author: { email: 'maintainers@new-concierge.example' },
    });
  });
});
