import { chmodSync, copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ReleaseArch } from '@concierge/contract/release/manifest.ts';
import { bundle, copyRenderer, copySqlite } from './build.ts';

/** Where the launcher finds the agent that came with the image. */
const agentBesideLauncher = '../../agent/main.mjs';

/**
 * Makes what an image of the Chromium variant holds in `/opt/new-concierge/current`: Node, the launcher, the agent that goes before every release, the shell, which no release
 * replaces (docs/adr/0020), and the renderer. Each program is one file, so that an image holds our code and nothing of a workshop's.
 */
export async function buildApplianceSoftware(options: {
  readonly outDir: string;
  readonly arch: ReleaseArch;
  /** The program `node` of that architecture. */
  readonly node: string;
  readonly rendererDir?: string;
}): Promise<void> {
  const { outDir, node } = options;
  const rendererDir = options.rendererDir ?? join(import.meta.dirname, '../renderer/dist');
  if (!existsSync(join(rendererDir, 'index.html'))) throw new Error(`${rendererDir} holds no built renderer. Build it first.`);
  if (!existsSync(node)) throw new Error(`There is no ${node}.`);
  rmSync(outDir, { recursive: true, force: true });
  const kiosk = join(outDir, 'kiosk');
  await bundle('../agent/main.ts', 'main.mjs', 'es', join(kiosk, 'agent'));
  copySqlite(join(kiosk, 'agent/better-sqlite3'), [options.arch]);
  copyRenderer(rendererDir, join(kiosk, 'renderer/dist'));
  // The launcher knows little and loads no package: what it starts stays outside of it.
  await bundle('launcher/main.ts', 'main.mjs', 'es', join(kiosk, 'shell/launcher'), { '../../agent/main.ts': agentBesideLauncher });
  await bundle('chromium/main.ts', 'main.mjs', 'es', join(kiosk, 'shell/chromium'));
  copyFileSync(node, join(outDir, 'node'));
  chmodSync(join(outDir, 'node'), 0o755);
}
