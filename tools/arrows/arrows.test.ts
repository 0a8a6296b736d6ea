import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { arrows } from '../../.dependency-cruiser.mjs';
import { arrowRules, type ForbiddenArrow, forbiddenArrows } from './cruise.ts';

const root = resolve(import.meta.dirname, '../..');

interface Planted {
  readonly file: string;
  readonly imports: string;
}

/** For each rule an import that it must report, or several. */
const planted: Record<string, Planted | readonly Planted[]> = {
  'runtime: shared/kernel': { file: 'shared/kernel/money.ts', imports: '../contract/topics.ts' },
  'runtime: shared/contract': { file: 'shared/contract/topics.ts', imports: '@concierge/i18n/words.ts' },
  'runtime: shared/i18n': { file: 'shared/i18n/words.ts', imports: '../contract/version.ts' },
  'runtime: shared/design': { file: 'shared/design/tokens.ts', imports: '../kernel/result.ts' },
  'runtime: shared/testing': { file: 'shared/testing/building.ts', imports: '../../cloud/server/main.ts' },
  'runtime: cloud/server': { file: 'cloud/server/main.ts', imports: '../../kiosk/agent/agent.ts' },
  'runtime: cloud/web': { file: 'cloud/web/office/preview.tsx', imports: '@concierge/kiosk-renderer/scene.tsx' },
  'runtime: kiosk/renderer': { file: 'kiosk/renderer/bridge.ts', imports: '../agent/agent.ts' },
  'runtime: kiosk/agent': { file: 'kiosk/agent/sync.ts', imports: '../shell/chromium/shell.ts' },
  'runtime: kiosk/shell': { file: 'kiosk/shell/chromium/shell.ts', imports: '../../renderer/scene.tsx' },
  'runtime: provisioning': { file: 'provisioning/claim.ts', imports: '../cloud/server/main.ts' },
  'runtime: firmware-config': { file: 'firmware-config/place.ts', imports: '../kiosk/agent/agent.ts' },
  'tests of runtime: firmware-config': { file: 'firmware-config/test/stand-in.ts', imports: '../../cloud/server/main.ts' },
  'runtime: deploy': { file: 'deploy/compose.ts', imports: '../cloud/server/main.ts' },
  'tests of runtime: deploy': { file: 'deploy/compose.test.ts', imports: '../kiosk/agent/agent.ts' },
  'modules meet at the door': { file: 'cloud/server/modules/property/property.ts', imports: '#modules/identity/rules.ts' },
  'wiring takes doors and edges': { file: 'cloud/server/wiring.ts', imports: '#modules/property/store.ts' },
  'platform knows no module': { file: 'cloud/server/platform/clock.ts', imports: '#modules/property/index.ts' },
  'rules are pure': { file: 'cloud/server/modules/property/rules.ts', imports: 'node:crypto' },
  'edges call use cases': [
    { file: 'cloud/server/modules/property/routes.ts', imports: './store.ts' },
    { file: 'cloud/server/modules/property/weight-routes.ts', imports: './weights/weight-store.ts' },
    { file: 'cloud/server/modules/property/weights/weight-jobs.ts', imports: './weight-store.ts' },
  ],
  'use cases know no edge': [
    { file: 'cloud/server/modules/property/moving.ts', imports: './routes.ts' },
    { file: 'cloud/server/modules/property/weights/weighing.ts', imports: './weight-jobs.ts' },
    { file: 'cloud/server/modules/property/telling.ts', imports: './weight-routes.ts' },
  ],
  'nothing uses workplaces': { file: 'kiosk/agent/demo.ts', imports: '../../tools/demo.ts' },
  'test builders are for tests': { file: 'cloud/server/seed.ts', imports: '@concierge/testing/building.ts' },
  'nobody imports a test': { file: 'kiosk/agent/cache.ts', imports: './agent.test.ts' },
  'kernel has no packages': { file: 'shared/kernel/time.ts', imports: 'node:os' },
  'electron only in its shell': { file: 'kiosk/agent/screen.ts', imports: 'electron' },
  'renderer is a page': { file: 'kiosk/renderer/scene.tsx', imports: 'zod' },
  'renderer takes types from the contract': { file: 'kiosk/renderer/scenes/today.tsx', imports: '@concierge/contract/topics.ts' },
  'web is a page': { file: 'cloud/web/resident/files.ts', imports: 'node:fs' },
  'no cycles': { file: 'kiosk/agent/egg.ts', imports: './hen.ts' },
  'imports lead somewhere': { file: 'kiosk/agent/lost.ts', imports: './nowhere.ts' },
  ...Object.fromEntries(
    Object.keys(arrows.cloudModules).map((name) => [
      `module: ${name}`,
      { file: `cloud/server/modules/${name}/planted.ts`, imports: `#modules/${aModuleForbiddenTo(name)}/index.ts` },
    ]),
  ),
};

/** Imports that must pass: a rule that is too broad is as wrong as one that is too narrow. */
const permitted = [
  { file: 'cloud/server/modules/onboarding/joining.ts', imports: '#modules/fleet/index.ts' },
  { file: 'cloud/server/modules/ledger/ledger.db.test.ts', imports: '#modules/charges/index.ts' },
  { file: 'cloud/server/modules/ledger/rules.ts', imports: '@concierge/kernel/money.ts' },
  { file: 'cloud/server/composition.ts', imports: '#modules/property/routes.ts' },
  { file: 'cloud/web/office/kiosks.tsx', imports: '@concierge/kiosk-renderer/preview.tsx' },
  { file: 'cloud/server/modules/fleet/drafts.ts', imports: '@concierge/kiosk-renderer/widgets/schemas.ts' },
  { file: 'kiosk/renderer/widgets/banner/schema.ts', imports: 'zod' },
  { file: 'kiosk/shell/electron/main.ts', imports: 'electron' },
  { file: 'kiosk/agent/agent.test.ts', imports: '@concierge/testing/building.ts' },
  { file: 'kiosk/agent/testing/broker.ts', imports: '@concierge/testing/building.ts' },
  { file: 'firmware-config/test/manifest.test.ts', imports: '../../kiosk/agent/agent.ts' },
  { file: 'deploy/kubernetes.test.ts', imports: '../cloud/server/main.ts' },
  { file: 'cloud/server/modules/fleet/photo-jobs.ts', imports: './photos.ts' },
  { file: 'tools/demo.ts', imports: '../cloud/server/main.ts' },
  { file: 'e2e/journey.spec.ts', imports: '../tools/demo.ts' },
];

describe('the arrow table', () => {
  let plantation: string;
  let reported: ForbiddenArrow[];

  beforeAll(async () => {
    plantation = await mkdtemp(join(tmpdir(), 'arrows-'));
    await plantTree(plantation);
    reported = await forbiddenArrows(plantation);
  }, 30_000);

  afterAll(() => rm(plantation, { recursive: true, force: true }));

  it('has a planted violation for every rule and no other', () => {
    expect(Object.keys(planted).sort()).toEqual(arrowRules.map((rule) => rule.name).sort());
  });

  it.each(arrowRules.map((rule) => rule.name))('reports what is planted against "%s"', (name) => {
    const violation = planted[name];
    const files = [violation ?? []].flat().map(({ file }) => file);
    expect(files).not.toEqual([]);
    expect(reported.filter((arrow) => arrow.rule === name).map((arrow) => arrow.from)).toEqual(expect.arrayContaining(files));
  });

  it('gives a reason with every report', () => {
    for (const arrow of reported) expect(arrow.reason, arrow.rule).toMatch(/^.{20,}\.\)?$/);
  });

  it.each(permitted)('lets $file import $imports', ({ file }) => {
    expect(reported.filter((arrow) => arrow.from === file)).toEqual([]);
  });

  it('lets the renderer take types from the contract', () => {
    expect(reported.filter((arrow) => arrow.from === 'kiosk/renderer/state.ts')).toEqual([]);
  });

  it('reads files that use newer syntax than its parser knows', () => {
    expect(reported.filter((arrow) => arrow.from === 'kiosk/agent/using.ts').map((arrow) => arrow.to)).toEqual([
      'kiosk/shell/chromium/shell.ts',
    ]);
  });

  it('has no cycle between modules, whichever way one walks', () => {
    const walk = (name: string, path: readonly string[]): void => {
      expect(path, `${[...path, name].join(' → ')} is a cycle`).not.toContain(name);
      for (const next of arrows.cloudModules[name]?.mayUse ?? []) walk(next, [...path, name]);
    };
    for (const name of Object.keys(arrows.cloudModules)) walk(name, []);
  });

  it('names only modules that it knows', () => {
    for (const { mayUse } of Object.values(arrows.cloudModules)) {
      for (const other of mayUse) expect(Object.keys(arrows.cloudModules)).toContain(other);
    }
  });

  it('has a line for every module folder', async () => {
    for (const folder of await readdir(join(root, 'cloud/server/modules'))) expect(Object.keys(arrows.cloudModules)).toContain(folder);
  });
});

describe('the real tree', () => {
  it('follows the arrow table', async () => {
    expect((await forbiddenArrows(root)).map(({ rule, from, to }) => `${rule}: ${from} → ${to}`)).toEqual([]);
  }, 30_000);
});

function aModuleForbiddenTo(name: string): string {
  const allowed = [name, ...(arrows.cloudModules[name]?.mayUse ?? [])];
  const other = Object.keys(arrows.cloudModules).find((candidate) => !allowed.includes(candidate));
  if (other === undefined) throw new Error(`${name} may use every module`);
  return other;
}

async function plantTree(place: string): Promise<void> {
  const emptyFiles = [
    'shared/contract/version.ts',
    'shared/testing/nothing.ts',
    'cloud/server/platform/http.ts',
    'kiosk/renderer/preview.tsx',
    'kiosk/agent/agent.ts',
    'cloud/server/modules/identity/rules.ts',
    'cloud/server/modules/property/store.ts',
    'cloud/server/modules/property/weights/weight-store.ts',
    'cloud/server/modules/fleet/photos.ts',
    'shared/kernel/result.ts',
    'kiosk/renderer/widgets/schemas.ts',
    ...Object.keys(arrows.cloudModules).map((name) => `cloud/server/modules/${name}/index.ts`),
  ];
  for (const path of emptyFiles) await plant(place, path, 'export const value = 1;\n');
  for (const { file, imports } of [...permitted, ...Object.values(planted).flat()]) {
    await plant(place, file, `import * as used from '${imports}';\nexport const value = used;\n`);
  }
  const usingBlock = "{ await using shell = await import('../shell/chromium/shell.ts'); using again = shell; }";
  await plant(place, 'kiosk/agent/using.ts', `export async function run() ${usingBlock}\n`);
  await plant(place, 'kiosk/agent/hen.ts', "import { value } from './egg.ts';\nexport const hen = value;\n");
  await plant(
    place,
    'kiosk/renderer/state.ts',
    "import type { value } from '@concierge/contract/topics.ts';\nexport type State = typeof value;\n",
  );

  for (const name of ['electron', 'zod']) {
    await plant(place, `node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' }));
    await plant(place, `node_modules/${name}/index.js`, '');
  }
  const workspaces = {
    kernel: 'shared/kernel',
    contract: 'shared/contract',
    i18n: 'shared/i18n',
    testing: 'shared/testing',
    'cloud-server': 'cloud/server',
    'kiosk-renderer': 'kiosk/renderer',
  };
  await mkdir(join(place, 'node_modules/@concierge'));
  for (const [name, folder] of Object.entries(workspaces)) {
    const imports = { '#platform/*': './platform/*', '#modules/*': './modules/*', '#db/*': './db/*' };
    await plant(
      place,
      `${folder}/package.json`,
      JSON.stringify({ name: `@concierge/${name}`, type: 'module', exports: { './*': './*' }, imports }),
    );
    await symlink(join('../..', folder), join(place, 'node_modules/@concierge', name));
  }
}

async function plant(place: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(place, path)), { recursive: true });
  await writeFile(join(place, path), text);
}
