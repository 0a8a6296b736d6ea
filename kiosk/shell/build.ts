import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import manifest from './package.json' with { type: 'json' };

/**
 * Makes `dist`, the whole Electron application as electron-builder packs it: three bundles, the renderer, and the one native module.
 * Electron strips no types in a sandboxed preload and loads no ES module there; the other two are bundled so that the package holds our
 * code and nothing else (docs/adr/0008).
 */
export async function buildShell(
  outDir = join(import.meta.dirname, 'dist'),
  rendererDir = join(import.meta.dirname, '../renderer/dist'),
): Promise<string> {
  rmSync(outDir, { recursive: true, force: true });
  mkdirSync(outDir, { recursive: true });
  await bundle('electron/main.ts', 'main.mjs', 'es', outDir);
  await bundle('electron-agent/main.ts', 'agent.mjs', 'es', outDir);
  await bundle('electron/preload.ts', 'preload.cjs', 'cjs', outDir);
  cpSync(rendererDir, join(outDir, 'renderer'), { recursive: true, filter: (path) => !/\.(br|gz)$|[/\\]\.[^/\\]*$/.test(path) });
  copySqlite(join(outDir, 'better-sqlite3'));
  writeFileSync(join(outDir, 'package.json'), `${JSON.stringify(applicationManifest, null, 2)}\n`);
  return outDir;
}

const applicationManifest = {
  name: 'new-concierge-kiosk',
  productName: 'New Concierge',
  version: manifest.version,
  description: 'The lobby screen of New Concierge',
  author: { name: 'New Concierge', email: 'maintainers@new-concierge.example' },
  homepage: 'https://new-concierge.example',
  license: 'UNLICENSED',
  type: 'module',
  main: 'main.mjs',
};

async function bundle(entry: string, fileName: string, format: 'es' | 'cjs', outDir: string): Promise<void> {
  await build({
    configFile: false,
    root: import.meta.dirname,
    logLevel: 'warn',
    publicDir: false,
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: true,
      outDir,
      emptyOutDir: false,
      target: 'node24',
      minify: false,
      copyPublicDir: false,
      rolldownOptions: {
        input: join(import.meta.dirname, entry),
        external: ['electron', 'better-sqlite3', /^node:/],
        output: { format, entryFileNames: fileName, codeSplitting: false, paths: { 'better-sqlite3': './better-sqlite3/lib/index.js' } },
      },
    },
  });
}

/** Its JavaScript and the prebuilt addons for Linux; they speak Node-API, so the same files serve Node and Electron. */
function copySqlite(to: string): void {
  const from = join(dirname(fileURLToPath(import.meta.resolve('better-sqlite3'))), '..');
  for (const path of ['package.json', 'LICENSE', 'lib', 'prebuilds/linux-x64.node', 'prebuilds/linux-arm64.node']) {
    cpSync(join(from, path), join(to, path), { recursive: true });
  }
}

if (import.meta.main) console.log(`Built ${await buildShell()}`);
