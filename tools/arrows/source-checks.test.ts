import { readdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkSources, sourceChecks } from './source-checks.ts';
import { ownerOfTable, platformTables } from './table-owners.ts';

const root = resolve(import.meta.dirname, '../..');
const directive = (text: string) => `// ${text}`;

/** For each check texts it must report and texts it must leave alone. */
const planted: Record<string, { breaks: [path: string, text: string][]; keeps: [path: string, text: string][] }> = {
  'no drawers': {
    breaks: [
      ['cloud/server/utils/date.ts', ''],
      ['kiosk/agent/helpers.ts', ''],
      ['shared/common/index.ts', ''],
      ['cloud/web/lib/money.ts', ''],
    ],
    keeps: [
      ['kiosk/agent/library.ts', ''],
      ['firmware-config/files/usr/lib/systemd/system/kiosk.service', ''],
    ],
  },
  'one story a file': {
    breaks: [['cloud/server/main.ts', 'const a = 1;\n'.repeat(401)]],
    keeps: [
      ['cloud/server/main.ts', 'const a = 1;\n'.repeat(400)],
      ['docs/glossary.md', 'word\n'.repeat(500)],
    ],
  },
  'suppressions give their reason': {
    breaks: [
      ['kiosk/agent/a.ts', directive('@ts-expect-error')],
      ['kiosk/agent/a.ts', directive('@ts-ignore because I say so, and at length')],
      ['kiosk/agent/a.ts', `const a = b; ${directive('oxlint-disable-line typescript/no-floating-promises')}`],
      ['kiosk/agent/a.tsx', `{/* ${'oxlint'}-disable-next-line jsx-a11y/no-autofocus */}`],
      ['kiosk/agent/a.ts', directive('biome-ignore format: ugly')],
      ['kiosk/agent/a.ts', directive('biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place')],
    ],
    keeps: [
      ['kiosk/agent/a.ts', directive('@ts-expect-error the types of the driver lack this event')],
      ['kiosk/agent/a.ts', directive('oxlint-disable-next-line no-await-in-loop -- the pages must come in order')],
      ['kiosk/agent/a.ts', directive('biome-ignore format: the matrix reads as a matrix')],
    ],
  },
  'no escape into any': {
    breaks: [['kiosk/agent/a.ts', 'const a = b as any;']],
    keeps: [['kiosk/agent/a.ts', "const a = 'the same as any other'; // as any reader sees"]],
  },
  'only composition roots read the environment': {
    breaks: [
      ['cloud/server/platform/http/server.ts', 'const port = process.env.PORT;'],
      ['kiosk/agent/sync/sync.ts', 'const { PORT } = process.env;'],
      ['kiosk/agent/sync/sync.ts', "import { env } from 'node:process';"],
    ],
    keeps: [
      ['cloud/server/main.ts', 'start(process.env);'],
      ['kiosk/shell/electron/main.ts', 'start(process.env);'],
      ['cloud/server/audit-verify.ts', 'verify(process.env);'],
      ['cloud/server/platform/http/server.ts', '// process.env is read in main.ts'],
      ['kiosk/renderer/build/measure.ts', 'const path = process.env.PATH;'],
      ['kiosk/agent/sync/sync.broker.test.ts', 'const broker = process.env.CONCIERGE_MOSQUITTO;'],
    ],
  },
  'a module reads its own tables': {
    breaks: [
      ['cloud/server/modules/announcements/announcements.ts', 'if ((await orm.building.count({ where: { id } })) === 0) return null;'],
      ['cloud/server/modules/fleet/scenes/scene-store.ts', '  from display_config_revision r join user_account u on u.id = r.published_by'],
      ['cloud/server/modules/lobby/store.ts', "await tx.change('update device set online = false where tenant_id = $1', [tenantId]);"],
    ],
    keeps: [
      ['cloud/server/modules/property/buildings.ts', 'const made = await orm.building.create({ data });'],
      ['cloud/server/modules/lobby/store.ts', '// What is read from device reports and the like.'],
      ['cloud/server/modules/lobby/store.ts', "import { type Device } from '#modules/fleet/index.ts';"],
      ['cloud/server/modules/fleet/scope.db.test.ts', "await owner.query('insert into building (id) values ($1)', [id]);"],
      ['cloud/server/platform/audit/audit.ts', '`insert into audit_event (tenant_id) values ($1)`'],
    ],
  },
  'no path of one machine': {
    breaks: [
      ['docs/stack.md', `See /${'home'}/maria/concierge/notes.md`],
      ['kiosk/agent/a.ts', `const cache = '/${'Users'}/maria/cache';`],
      ['kiosk/agent/a.ts', `import x from '${root}/shared/kernel/x.ts';`],
    ],
    keeps: [
      ['firmware-config/files/etc/passwd.md', `/${'home'}/kiosk/start`],
      ['kiosk/agent/a.ts', "fetch('/api/users/home/x'); const state = '/var/lib/concierge';"],
    ],
  },
  'every test runs and can fail': {
    breaks: [
      ['kiosk/agent/a.test.ts', `${'it'}.only('runs alone', () => {});`],
      ['kiosk/agent/a.test.ts', `${'describe'}.skip('is off', () => {});`],
      ['vitest.config.ts', `test: { ${'passWith'}${'NoTests'}: true }`],
    ],
    keeps: [
      ['kiosk/agent/a.test.ts', "it.skipIf(noElectron)('starts', () => {});"],
      ['kiosk/agent/a.test.ts', `${'describe'}.skip('Electron (skipped: no Electron binary)', () => {});`],
    ],
  },
};

describe('source checks', () => {
  it('have a planted violation each', () => {
    expect(Object.keys(planted).sort()).toEqual(sourceChecks.map((check) => check.name).sort());
  });

  it.each(sourceChecks.map((check) => [check.name, check] as const))('%s', (name, check) => {
    for (const [path, text] of planted[name]?.breaks ?? [])
      expect(check.find({ path, text }, root), `${path}: ${text.slice(0, 80)}`).not.toEqual([]);
    for (const [path, text] of planted[name]?.keeps ?? [])
      expect(check.find({ path, text }, root), `${path}: ${text.slice(0, 80)}`).toEqual([]);
  });

  it('know the owner of every table there is', async () => {
    const folder = resolve(root, 'cloud/server/db/migrations');
    const migrations = await Promise.all((await readdir(folder)).map((name) => readFile(resolve(folder, name), 'utf8')));
    const tables = migrations.flatMap((text) => [...text.matchAll(/^create table (\w+)/gm)].map((match) => match[1]));
    expect(new Set(tables)).toEqual(new Set([...ownerOfTable.keys(), ...platformTables]));
  });

  it('hold in the real tree', async () => {
    expect((await checkSources(root)).map(({ check, path, line }) => `${check}: ${path}:${line}`)).toEqual([]);
  });
});
