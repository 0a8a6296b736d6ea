import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, matchesGlob, relative } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

// The image's last stage, put together without Docker: the folders that the Dockerfile copies, less what .dockerignore keeps away, and the packages that its second
// `npm ci` leaves. What a program cannot import there it cannot import in the image.

const root = join(import.meta.dirname, '..');

/** How far each program comes when nothing is told to it: all of its imports have been followed by then. */
const programs: Readonly<Record<string, { readonly args: readonly string[]; readonly exitCode: number; readonly says: string }>> = {
  'main.ts': { args: [], exitCode: 78, says: 'The cloud cannot start, because of these settings:\n  PUBLIC_URL' },
  'change-signing-key.ts': { args: [], exitCode: 64, says: 'node cloud/server/change-signing-key.ts COMMAND' },
  'make-keys.ts': { args: [], exitCode: 78, says: 'The keys cannot be made, because of these settings:\n  PUBLIC_URL' },
  'migrate-database.ts': { args: [], exitCode: 78, says: 'The database cannot be migrated, because of these settings:\n  DATABASE_URL' },
  'create-office.ts': { args: [], exitCode: 64, says: 'The office cannot be created:' },
  'audit-verify.ts': { args: ['--head', 'none'], exitCode: 2, says: 'The audit could not be verified: --head is' },
  'manage-releases.ts': { args: ['--help'], exitCode: 0, says: 'node cloud/server/manage-releases.ts' },
  'manage-plans.ts': { args: ['--help'], exitCode: 0, says: 'node cloud/server/manage-plans.ts' },
};

const LockedPackage = z.object({
  link: z.literal(true).optional(),
  resolved: z.string().optional(),
  dependencies: z.record(z.string(), z.string()).default({}),
  peerDependencies: z.record(z.string(), z.string()).default({}),
  peerDependenciesMeta: z.record(z.string(), z.object({ optional: z.boolean().default(false) })).default({}),
});
const Lock = z.object({ packages: z.record(z.string(), LockedPackage) });
type Locked = z.infer<typeof Lock>['packages'];

let image: string;
beforeAll(async () => {
  image = await mkdtemp(join(tmpdir(), 'concierge-image-'));
  await layOutLastStage(image);
});
afterAll(async () => rm(image, { recursive: true, force: true }));

describe('in the image', () => {
  it.each(Object.entries(programs))('%s finds all that it imports', async (name, { args, exitCode, says }) => {
    const child = spawn(process.execPath, [`cloud/server/${name}`, ...args], { cwd: image, env: {}, stdio: ['ignore', 'pipe', 'pipe'] });
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    expect(`${stdout}${stderr}`).toContain(says);
    expect(child.exitCode).toBe(exitCode);
  });

  it('every program that people are told to run there is among these', async () => {
    const told = ['Dockerfile', 'docker-compose.yml', 'deploy/README.md', 'deploy/kubernetes/migrate.yaml', 'docs/runbooks/plans.md'];
    const texts = await Promise.all(told.map((path) => readFile(join(root, path), 'utf8')));
    const named = texts.flatMap((each) => [...each.matchAll(/cloud\/server\/([\w-]+\.ts)/g)].map(([, name = '']) => name));
    const notRun = ['launch.ts'];
    expect(named).toContain('manage-releases.ts');
    expect([...new Set(named)].filter((name) => !notRun.includes(name)).sort()).toEqual(Object.keys(programs).sort());
  });
});

async function layOutLastStage(folder: string): Promise<void> {
  const dockerfile = await readFile(join(root, 'Dockerfile'), 'utf8');
  const ignored = (await readFile(join(root, '.dockerignore'), 'utf8')).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const isSource = (path: string) => !ignored.some((pattern) => matchesGlob(relative(root, path), pattern));
  const copied = [...dockerfile.matchAll(/^COPY --from=build \/app\/(\S+)/gm)].map(([, path = '']) => path);
  for (const path of copied.filter((each) => isSource(join(root, each))))
    await cp(join(root, path), join(folder, path), { recursive: true, filter: isSource });
  // Made by the build, of the schema that is copied.
  await cp(join(root, 'cloud/server/db/generated/prisma'), join(folder, 'cloud/server/db/generated/prisma'), { recursive: true });

  const [, workspace = ''] = /npm ci .*--omit=dev --omit=optional -w (\S+)$/m.exec(dockerfile) ?? [];
  const { packages } = Lock.parse(JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')));
  for (const path of packagesOf(packages, workspace)) {
    const { link, resolved = '' } = packages[path] ?? {};
    await mkdir(join(folder, dirname(path)), { recursive: true });
    // npm's own links lead to the workspaces of the image; only what comes from a registry is taken from here.
    await symlink(link === true ? relative(dirname(path), resolved) : join(root, path), join(folder, path));
  }
  expect(existsSync(join(folder, 'node_modules/fastify')), 'what the server runs with is there').toBe(true);
  expect(existsSync(join(folder, 'node_modules/vitest')), 'what only tests need is not').toBe(false);
}

/** Where the packages lie, below the root's node_modules, that an installation of one workspace without development and optional packages has. */
function packagesOf(packages: Locked, workspace: string): string[] {
  const found = new Set<string>();
  const follow = (path: string): void => {
    if (found.has(path)) return;
    found.add(path);
    const { link, resolved = '' } = packages[path] ?? {};
    const at = link === true ? resolved : path;
    const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = packages[at] ?? {};
    const peers = Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true);
    for (const name of [...Object.keys(dependencies), ...peers]) {
      const place = nearest(packages, at, name);
      if (place === undefined) throw new Error(`package-lock.json has no ${name}, which ${at} needs`);
      follow(place);
    }
  };
  follow(`node_modules/${workspace}`);
  return [...found].filter((path) => path.lastIndexOf('node_modules/') === 0);
}

/** As Node looks for a package: beside whoever asks, then further and further up. */
function nearest(packages: Locked, from: string, name: string): string | undefined {
  for (let at = from; ; at = at.includes('/') ? dirname(at) : '') {
    const place = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (packages[place] !== undefined) return place;
    if (at === '') return undefined;
  }
}
