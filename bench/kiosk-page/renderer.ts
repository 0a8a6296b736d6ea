import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(import.meta.dirname, '../..');
const source = join(root, 'kiosk/renderer');

export interface BuiltRenderer {
  readonly folder: string;
  remove(): Promise<void>;
}

/** The renderer as its sources are now, built into a folder of its own: nobody builds it anew while it is measured. */
export async function buildRenderer(): Promise<BuiltRenderer> {
  const folder = await mkdtemp(join(tmpdir(), 'concierge-bench-renderer-'));
  await promisify(execFile)(
    process.execPath,
    // Relative, because the build's own plugins join it to the renderer's folder.
    [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn', '--outDir', relative(source, folder), '--emptyOutDir'],
    { cwd: source },
  );
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
