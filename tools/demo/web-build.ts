import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Each web application and the folders its bundle is made from. */
const applications = [
  { name: 'kiosk screen', folder: 'kiosk/renderer', sources: ['kiosk/renderer', 'shared'] },
  { name: 'office, resident and public pages', folder: 'cloud/web', sources: ['cloud/web', 'kiosk/renderer', 'shared'] },
] as const;

/** Builds the web applications whose sources changed since their last build. Throws with the build's own words when one fails. */
export async function buildWeb(say: (line: string) => void): Promise<void> {
  await Promise.all(
    applications
      .filter(({ folder }) => existsSync(join(root, folder, 'vite.config.ts')))
      .map(async ({ name, folder, sources }) => {
        const dist = join(root, folder, 'dist');
        const stamp = join(dist, '.sources');
        const hash = hashOfSources(sources);
        if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
        say(`Building the ${name} …`);
        await viteBuild(join(root, folder));
        writeFileSync(stamp, hash);
      }),
  );
}

function hashOfSources(folders: readonly string[]): string {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  for (const folder of folders) addFolder(hash, join(root, folder));
  return hash.digest('hex');
}

function addFolder(hash: ReturnType<typeof createHash>, folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((left, right) => (left.name < right.name ? -1 : 1))) {
    if (['dist', 'node_modules'].includes(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) addFolder(hash, path);
    else if (entry.isFile()) hash.update(path.slice(root.length)).update(readFileSync(path));
  }
}

async function viteBuild(folder: string): Promise<void> {
  const output: Buffer[] = [];
  const code = await new Promise<number | null>((resolve, reject) => {
    const vite = spawn(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'], {
      cwd: folder,
      // Asked from inside a test runner it is still the product that is built, and not React's development form.
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [vite.stdout, vite.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk));
    vite.once('error', reject);
    vite.once('exit', resolve);
  });
  if (code !== 0) throw new Error(`The web build failed:\n${Buffer.concat(output).toString('utf8')}`);
}
