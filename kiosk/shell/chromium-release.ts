import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ReleaseArch } from '@concierge/contract/release/manifest.ts';
import { bundle, copyRenderer, copySqlite } from './build.ts';

/** The file that the launcher starts, below the folder of a release of the Chromium variant. */
export const CHROMIUM_RELEASE_ENTRY = 'agent/main.mjs';

/**
 * Makes the folder that a release of the Chromium variant is made of: the agent as one file with its SQLite, and the renderer where the agent looks for it. The
 * shell is not in it: it runs as another user, talks to the agent over the loopback page only, and comes with the image (docs/adr/0020).
 */
export async function buildChromiumRelease(options: {
  readonly outDir: string;
  readonly arch: ReleaseArch;
  readonly rendererDir?: string;
  /** Stands for the agent's own `main.ts`. */
  readonly agentMain?: string;
}): Promise<void> {
  const { outDir } = options;
  const rendererDir = options.rendererDir ?? join(import.meta.dirname, '../renderer/dist');
  if (!existsSync(join(rendererDir, 'index.html'))) throw new Error(`${rendererDir} holds no built renderer. Build it first.`);
  rmSync(outDir, { recursive: true, force: true });
  await bundle(options.agentMain ?? '../agent/main.ts', 'main.mjs', 'es', join(outDir, 'agent'));
  copySqlite(join(outDir, 'agent/better-sqlite3'), [options.arch]);
  copyRenderer(rendererDir, join(outDir, 'renderer/dist'));
}
