import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { ReleaseKeyRole } from '@concierge/contract/release/key-file.ts';
import { ReleaseArch, ReleaseManifest, ReleaseTarget, ReleaseVersion } from '@concierge/contract/release/manifest.ts';
import { ReleaseRoot } from '@concierge/contract/release/root.ts';
import { openReleaseStatement, signReleaseStatement } from '@concierge/contract/release/signed-release.ts';
import { MAX_TIMESTAMP_LIFE_MS } from '@concierge/contract/release/timestamp.ts';
import { pinnedKeys } from '@concierge/contract/signed-claims.ts';
import { createPrivateDirectory } from '@concierge/kiosk-agent/device/private-directory.ts';
import { createReleaseTrust, followRoots } from '@concierge/kiosk-agent/release/trust.ts';
import { unpackBundle } from '@concierge/kiosk-agent/release/unpack.ts';
import { z } from 'zod';
import { buildBundle } from './build-release.ts';
import { createKey, readKey, readPublicKey } from './release-keys.ts';

export const usage = `Makes releases of the kiosk's program (docs/adr/0015).

  node tools/release/main.ts new-key   --role root|timestamp --out FILE
  node tools/release/main.ts root      --version N --root-key FILE.pub … --timestamp-key FILE.pub … [--key ROOTKEY] --out FILE
  node tools/release/main.ts build     --version 1.2.3 --sequence N --entry main.mjs --folder arm64/chromium=DIR … --out DIR
                                       [--earliest-sequence N] [--earliest-wire-version N]
  node tools/release/main.ts folder    --arch x64|arm64 [--renderer DIR] --out DIR
  node tools/release/main.ts image     --arch x64|arm64 --node FILE [--renderer DIR] --out DIR
  node tools/release/main.ts sign      --manifest manifest.json --key ROOTKEY --out manifest.jws
  node tools/release/main.ts timestamp --manifest manifest.jws --root root.json [--roots DIR] --key TIMESTAMPKEY [--hours 48] --out timestamp.jws
  node tools/release/main.ts check     --root root.json [--roots DIR] --manifest manifest.jws --timestamp timestamp.jws --bundles DIR

\`folder\` makes what \`build\` packs for the Chromium variant, with the --entry that it names; \`image\` what firmware-config/build takes as --release, with the program
node of that architecture. The renderer must have been built.
Root version 1 is built into the program and is not signed; a later one is signed with a key of the one before (--key). --roots is where the later ones lie, as
2.jws, 3.jws and on: the newest is found as a device finds it. \`sign\` is for the machine that is
offline; it needs no bundle. \`check\` does what a device will do. With --dry-run nothing is written.
Exit code: 0 done · 64 the command is not described well · 65 what it was given is refused · 1 anything else.`;

/** What the command was given is not good. */
class Refused extends Error {}
/** The command line says too little, or too much. */
class Misused extends Error {}

/** Runs one command; returns its exit code. Everything to read goes through `say`, faults through `complain`. */
export async function runCommand(argv: readonly string[], say: (line: string) => void, complain: (line: string) => void): Promise<number> {
  try {
    const [name = '', ...rest] = argv;
    if (name === '--help' || name === '-h' || rest.includes('--help')) {
      say(usage);
      return 0;
    }
    const command = Object.hasOwn(commands, name) ? commands[name as keyof typeof commands] : undefined;
    if (command === undefined) throw new Misused(name === '' ? 'Which command?' : `There is no command ${name}.`);
    await command(optionsOf(rest), say);
    return 0;
  } catch (error) {
    complain(error instanceof Error ? error.message : String(error));
    if (error instanceof Misused) complain('See --help.');
    return error instanceof Misused ? 64 : error instanceof Refused ? 65 : 1;
  }
}

type Options = ReturnType<typeof optionsOf>;
type Say = (line: string) => void;

function optionsOf(argv: readonly string[]) {
  const text = { type: 'string' } as const;
  const texts = { type: 'string', multiple: true } as const;
  try {
    return parseArgs({
      args: [...argv],
      options: {
        role: text,
        out: text,
        version: text,
        sequence: text,
        entry: text,
        arch: text,
        node: text,
        renderer: text,
        key: text,
        manifest: text,
        timestamp: text,
        root: text,
        roots: text,
        bundles: text,
        hours: text,
        'earliest-sequence': text,
        'earliest-wire-version': text,
        folder: texts,
        'root-key': texts,
        'timestamp-key': texts,
        'dry-run': { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new Misused(error instanceof Error ? error.message : String(error));
  }
}

const commands = {
  async 'new-key'(options: Options, say: Say) {
    const role = parsed('role', ReleaseKeyRole, options.role);
    const out = needed('out', options.out);
    if (existsSync(out)) throw new Refused(`${out} exists, and a key is never overwritten.`);
    if (options['dry-run']) return say(`Would write a new ${role} key to ${out} and its public half to ${out}.pub.`);
    const publicPath = await refusing(createKey(role, out));
    say(`Wrote ${out}, which is secret, and ${publicPath}, which is not.`);
  },

  async root(options: Options, say: Say) {
    const keys = (paths: readonly string[] | undefined) => refusing(Promise.all((paths ?? []).map(readPublicKey)));
    const root = refused(ReleaseRoot, {
      kind: 'release-root',
      version: parsed('version', Count, options.version),
      issuedAt: new Date().toISOString(),
      rootKeys: await keys(options['root-key']),
      threshold: 1,
      timestampKeys: await keys(options['timestamp-key']),
    });
    if (root.version > 1 !== (options.key !== undefined))
      throw new Misused('Root version 1 is not signed; every later one is signed with --key.');
    const text = options.key === undefined ? json(root) : await signed('root', root, options.key, 'root');
    await write(options, text, say);
  },

  async build(options: Options, say: Say) {
    const version = parsed('version', ReleaseVersion, options.version);
    const sequence = parsed('sequence', Count, options.sequence);
    const entry = needed('entry', options.entry);
    const out = needed('out', options.out);
    const folders = (options.folder ?? []).map(
      (argument) => /^(x64|arm64)\/(electron|chromium)=(.+)$/.exec(argument) ?? misused(`--folder ${argument}`),
    );
    if (folders.length === 0) throw new Misused('--folder is missing.');
    const targets: ReleaseTarget[] = [];
    for (const [, arch, shell, folder = ''] of folders) {
      const path = `${sequence}/${arch}-${shell}.bundle`;
      const to = options['dry-run'] ? null : join(out, path);
      if (to !== null) await mkdir(dirname(to), { recursive: true });
      const facts = await refusing(buildBundle(folder, entry, to));
      targets.push(refused(ReleaseTarget, { arch, shell, path, ...facts }));
      say(
        `${options['dry-run'] ? 'Would write' : 'Wrote'} ${path}: ${facts.files} files, ${facts.unpackedBytes} bytes, packed ${facts.bytes}, SHA-256 ${facts.sha256}`,
      );
    }
    const manifest = refused(ReleaseManifest, {
      kind: 'release-manifest',
      version,
      sequence,
      issuedAt: new Date().toISOString(),
      follows: {
        earliestSequence: parsed('earliest-sequence', Count, options['earliest-sequence'] ?? '0'),
        earliestWireVersion: parsed('earliest-wire-version', Count, options['earliest-wire-version'] ?? '1'),
      },
      targets,
    });
    await write({ ...options, out: join(out, String(sequence), 'manifest.json') }, json(manifest), say);
  },

  async folder(options: Options, say: Say) {
    const arch = parsed('arch', ReleaseArch, options.arch);
    const outDir = needed('out', options.out);
    if (options['dry-run']) return say(`Would write ${outDir}.`);
    // It brings the bundler, which no other command needs.
    const { buildChromiumRelease, CHROMIUM_RELEASE_ENTRY } = await import('../../kiosk/shell/chromium-release.ts');
    await refusing(buildChromiumRelease({ outDir, arch, ...(options.renderer === undefined ? {} : { rendererDir: options.renderer }) }));
    say(`Wrote ${outDir}; it starts with ${CHROMIUM_RELEASE_ENTRY}.`);
  },

  async image(options: Options, say: Say) {
    const arch = parsed('arch', ReleaseArch, options.arch);
    const outDir = needed('out', options.out);
    const node = needed('node', options.node);
    if (options['dry-run']) return say(`Would write ${outDir}.`);
    const { buildApplianceSoftware } = await import('../../kiosk/shell/appliance-software.ts');
    await refusing(
      buildApplianceSoftware({ outDir, arch, node, ...(options.renderer === undefined ? {} : { rendererDir: options.renderer }) }),
    );
    say(`Wrote ${outDir}.`);
  },

  async sign(options: Options, say: Say) {
    const manifest = refused(ReleaseManifest, await readJson(needed('manifest', options.manifest)));
    for (const line of json(manifest).trimEnd().split('\n')) say(line);
    await write(options, await signed('manifest', manifest, needed('key', options.key), 'root'), say);
  },

  async timestamp(options: Options, say: Say) {
    const text = await readText(needed('manifest', options.manifest));
    const { first, later } = await readRoots(options);
    const { root, fault } = await followRoots(first, later);
    if (fault !== null) throw new Refused(`A device would not follow the roots beyond version ${root.version}: ${fault}.`);
    const opened = await openReleaseStatement('manifest', text, await pinnedKeys(root.rootKeys));
    if (!opened.ok) throw new Refused(`The manifest is refused: ${opened.error}.`);
    const lifeMs = parsed('hours', Count, options.hours ?? '48') * 3_600_000;
    if (lifeMs === 0 || lifeMs > MAX_TIMESTAMP_LIFE_MS) throw new Misused(`--hours is from 1 to ${MAX_TIMESTAMP_LIFE_MS / 3_600_000}.`);
    const nowMs = Date.now();
    const timestamp = {
      kind: 'release-timestamp' as const,
      sequence: opened.value.sequence,
      manifestSha256: createHash('sha256').update(text).digest('hex'),
      issuedAt: new Date(nowMs).toISOString(),
      expiresAt: new Date(nowMs + lifeMs).toISOString(),
    };
    await write(options, await signed('timestamp', timestamp, needed('key', options.key), 'timestamp'), say);
  },

  async check(options: Options, say: Say) {
    const { first, later } = await readRoots(options);
    const offer = {
      roots: later,
      manifest: await readText(needed('manifest', options.manifest)),
      timestamp: await readText(needed('timestamp', options.timestamp)),
    };
    const bundles = needed('bundles', options.bundles);
    const folder = await mkdtemp(join(tmpdir(), 'release-check-'));
    try {
      const opened = await createReleaseTrust(createPrivateDirectory(folder), first).open(offer, { nowMs: Date.now(), trusted: true });
      if (!opened.ok) throw new Refused(`A device would refuse this: ${opened.error}.`);
      for (const target of opened.value.targets) {
        const into = join(folder, `${target.arch}-${target.shell}`);
        await mkdir(into);
        const unpacked = await unpackBundle(join(bundles, target.path), into, target);
        if (!unpacked.ok) throw new Refused(`A device would refuse ${target.path}: ${unpacked.error}.`);
        say(`${target.path} is good: ${unpacked.value.files.length} files, starts with ${unpacked.value.entry}.`);
        await rm(into, { recursive: true });
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

const Count = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number);

async function signed<Kind extends 'root' | 'manifest' | 'timestamp'>(
  kind: Kind,
  claims: Parameters<typeof signReleaseStatement<Kind>>[1],
  keyPath: string,
  role: ReleaseKeyRole,
): Promise<string> {
  return signReleaseStatement(kind, claims, await refusing(readKey(keyPath, role)));
}

async function write(options: Pick<Options, 'out' | 'dry-run'>, text: string, say: Say): Promise<void> {
  const out = needed('out', options.out);
  if (options['dry-run']) return say(`Would write ${out}.`);
  await writeFile(out, text, { flush: true });
  say(`Wrote ${out}.`);
}

function needed(name: string, value: string | undefined): string {
  return value === undefined || value === '' ? misused(`--${name} is missing.`) : value;
}

function parsed<Output>(name: string, schema: z.ZodType<Output>, value: string | undefined): Output {
  const result = schema.safeParse(needed(name, value));
  return result.success ? result.data : misused(`--${name} ${value} is not understood.`);
}

function misused(sentence: string): never {
  throw new Misused(sentence);
}

function refused<Output>(schema: z.ZodType<Output>, value: unknown): Output {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Refused(result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'));
}

/** What the files of a command do not allow is no bug of this program. */
async function refusing<Value>(promise: Promise<Value>): Promise<Value> {
  try {
    return await promise;
  } catch (error) {
    throw new Refused(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

async function readText(path: string): Promise<string> {
  return (await refusing(readFile(path, 'utf8'))).trim();
}

/** The root that devices were built with, and the signed ones after it, which lie below --roots by their version. */
async function readRoots(options: Pick<Options, 'root' | 'roots'>): Promise<{ first: ReleaseRoot; later: string[] }> {
  const first = refused(ReleaseRoot, await readJson(needed('root', options.root)));
  const later: string[] = [];
  if (options.roots === undefined) return { first, later };
  const pathOfNext = (folder: string): string => join(folder, `${first.version + later.length + 1}.jws`);
  while (existsSync(pathOfNext(options.roots))) later.push(await readText(pathOfNext(options.roots)));
  if (later.length === 0) throw new Refused(`${pathOfNext(options.roots)} is not there.`);
  return { first, later };
}

async function readJson(path: string): Promise<unknown> {
  const text = await readText(path);
  try {
    return JSON.parse(text);
  } catch {
    throw new Refused(`${path} is no JSON.`);
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
