import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Finding, tryAppliance } from './attempt.ts';
import { createContainerMachine } from './container-machine.ts';
import { openNeighbourhood } from './neighbourhood.ts';
import { enterOffice } from './office.ts';
import { run } from './programs.ts';
import { createQemuMachine } from './qemu-machine.ts';
import { writeReport } from './report.ts';

// Starts the appliance for real and lives through its days (docs/runbooks/appliance.md). Root, because it makes a network and containers.
//
//   node tools/appliance/main.ts --mirror URL                      makes the image, then tries it as a container and in qemu, and writes docs/appliance.md
//     [--machine container,qemu] [--tree FOLDER] [--accelerator kvm|tcg] [--suite bookworm|trixie] [--no-report] [--keep FOLDER]
//
// --tree takes a root file system that an earlier run left with --keep, instead of making one.

const root = resolve(import.meta.dirname, '../..');
const { values: flags } = parseArgs({
  options: {
    mirror: { type: 'string' },
    machine: { type: 'string', default: 'container,qemu' },
    tree: { type: 'string' },
    suite: { type: 'string', default: 'bookworm' },
    accelerator: { type: 'string', default: 'kvm' },
    patience: { type: 'string' },
    keep: { type: 'string' },
    'no-report': { type: 'boolean', default: false },
  },
});
const kinds = flags.machine.split(',');
const accelerator = flags.accelerator === 'kvm' ? 'kvm' : 'tcg';
const folder = flags.keep === undefined ? mkdtempSync(join(tmpdir(), 'appliance-')) : resolve(flags.keep);
mkdirSync(folder, { recursive: true });
const pictures = flags['no-report'] ? folder : join(root, 'docs/screenshots');
const results: { about: string; findings: readonly Finding[] }[] = [];
const say = (line: string): void => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);

let tidy = async (): Promise<void> => undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void tidy().finally(() => process.exit(130)));

for (const kind of kinds) {
  const place = join(folder, kind);
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  const neighbourhood = await openNeighbourhood(place);
  tidy = neighbourhood.stop;
  try {
    const tree = await treeWith(neighbourhood.authorityFile);
    const machine =
      kind === 'container'
        ? createContainerMachine({ tree, folder: place, bridge: neighbourhood.bridge })
        : await createQemuMachine({ disk: await diskOf(tree), folder: place, bridge: neighbourhood.bridge, accelerator, memoryMb: 2_048 });
    tidy = async () => {
      await machine.dispose();
      await neighbourhood.stop();
    };
    say(machine.about);
    try {
      const office = await enterOffice(neighbourhood.cloud.url);
      const patience = Number(flags.patience ?? (kind === 'qemu' && accelerator === 'tcg' ? 12 : 1));
      results.push({ about: machine.about, findings: await tryAppliance({ machine, neighbourhood, office, pictures, patience, say }) });
      if (flags.keep !== undefined)
        await run('sh', '-c', `cat > ${join(folder, `${kind}.log`)} <<'END'\n${machine.lines().slice(-3_000).join('\n')}\nEND\n`).catch(
          () => undefined,
        );
    } finally {
      await machine.dispose();
    }
  } finally {
    await neighbourhood.stop();
  }
}
if (!flags['no-report']) writeReport(join(root, 'docs/appliance.md'), { results, suite: flags.suite });
if (flags.keep === undefined) rmSync(folder, { recursive: true, force: true });
process.exit(results.some(({ findings }) => findings.some(({ well }) => !well)) ? 1 : 0);

/** The root file system, with our software of today and this try's authority. */
async function treeWith(authorityFile: string): Promise<string> {
  const tree = flags.tree === undefined ? join(folder, 'tree') : resolve(flags.tree);
  if (flags.tree === undefined) rmSync(tree, { recursive: true, force: true });
  const software = join(folder, 'software');
  const renderer = join(folder, 'renderer');
  say('builds the software');
  await run(
    process.execPath,
    join(root, 'node_modules/vite/bin/vite.js'),
    'build',
    join(root, 'kiosk/renderer'),
    '--outDir',
    renderer,
    '--emptyOutDir',
    '--logLevel',
    'error',
  );
  const image = ['image', '--arch', 'x64', '--node', process.execPath, '--renderer', renderer, '--out', software];
  await run(process.execPath, join(root, 'tools/release/main.ts'), ...image);
  if (flags.tree !== undefined) {
    await run(join(root, 'firmware-config/place'), tree, 'amd64', 'chromium');
    await run('rm', '-rf', `${tree}/opt/new-concierge/current`);
    await run('cp', '-a', '--no-preserve=ownership', software, `${tree}/opt/new-concierge/current`);
    await run('cp', authorityFile, `${tree}/etc/new-concierge/cloud-authority.pem`);
    await run(
      'sh',
      '-c',
      `printf 'CONCIERGE_BUILT_IN_SEQUENCE=0\\nNODE_EXTRA_CA_CERTS=/etc/new-concierge/cloud-authority.pem\\n' >"$1"`,
      'sh',
      `${tree}/etc/new-concierge/agent.env`,
    );
    return tree;
  }
  if (flags.mirror === undefined) throw new Error('--mirror or --tree is missing.');
  say('builds the root file system, which takes some minutes');
  const wanted = ['--architecture', 'amd64', '--variant', 'chromium', '--suite', flags.suite, '--mirror', flags.mirror];
  await run(join(root, 'firmware-config/build'), ...wanted, '--output', tree, '--release', software, '--cloud-authority', authorityFile);
  return tree;
}

async function diskOf(tree: string): Promise<string> {
  const disk = join(folder, 'appliance.img');
  rmSync(disk, { force: true });
  say('builds the disk');
  await run(join(root, 'firmware-config/disk'), '--tree', tree, '--architecture', 'amd64', '--output', disk);
  return disk;
}
