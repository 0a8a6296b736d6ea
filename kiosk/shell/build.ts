import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
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
  copyRenderer(rendererDir, join(outDir, 'renderer'));
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

/** One file out of a program and all it uses, but for Node, Electron, the SQLite that lies beside it, and what `elsewhere` leaves to another file, by the path that it will have. */
export async function bundle(
  entry: string,
  fileName: string,
  format: 'es' | 'cjs',
  outDir: string,
  elsewhere: Readonly<Record<string, string>> = {},
): Promise<void> {
  const input = resolve(import.meta.dirname, entry);
  const paths: Readonly<Record<string, string>> = { 'better-sqlite3': './better-sqlite3/lib/index.js', ...elsewhere };
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
        input,
        external: ['electron', ...Object.keys(paths), /^node:/],
        output: {
          format,
          entryFileNames: fileName,
          codeSplitting: false,
          // What stands with a path in the source has become an absolute one by now.
          paths: (id) => paths[id] ?? paths[relative(dirname(input), id)] ?? id,
        },
      },
    },
  });
}

/** Without what was compressed for a network: nothing is served over one here. */
export function copyRenderer(from: string, to: string): void {
  cpSync(from, to, { recursive: true, filter: (path) => !/\.(br|gz)$|[/\\]\.[^/\\]*$/.test(path) });
}

/** Its JavaScript and the prebuilt addons for Linux; they speak Node-API, so the same files serve Node and Electron. */
export function copySqlite(to: string, archs: readonly string[] = ['x64', 'arm64']): void {
  const from = join(dirname(fileURLToPath(import.meta.resolve('better-sqlite3'))), '..');
  for (const path of ['package.json', 'LICENSE', 'lib', ...archs.map((arch) => `prebuilds/linux-${arch}.node`)]) {
    cpSync(join(from, path), join(to, path), { recursive: true });
  }
}

if (import.meta.main) console.log(`Built ${await buildShell()}`);
