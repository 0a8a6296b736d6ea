import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** The manifest and the files beside it, as the tests read them. */
export const firmware = join(import.meta.dirname, '..');

export const variants = ['chromium', 'electron'] as const;
export const architectures = ['amd64', 'arm64'] as const;

const Where = z.enum(['all', ...variants, ...architectures]);
const Path = z.string().regex(/^(\/[A-Za-z0-9@_.-]+)+$/);
const Placed = z.tuple([Path, z.string().regex(/^0[0-7]{3}$/), z.literal('root:root'), Where]);
const Linked = z.tuple([Path, z.string().regex(/^(\/|\.\.\/)/), Where]);
const Named = z.tuple([z.string().regex(/^[a-z0-9][a-z0-9.+-]+(\|[a-z0-9][a-z0-9.+-]+)?$/), Where]);
const Brought = z.tuple([Path, Where]);

export type Where = z.infer<typeof Where>;

export interface Manifest {
  readonly file: readonly z.infer<typeof Placed>[];
  readonly directory: readonly z.infer<typeof Placed>[];
  readonly link: readonly z.infer<typeof Linked>[];
  readonly package: readonly z.infer<typeof Named>[];
  readonly release: readonly z.infer<typeof Brought>[];
}

/** Throws at the first line that is none of the five kinds. */
export function readManifest(text = readFileSync(join(firmware, 'manifest'), 'utf8')): Manifest {
  const rows = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(/ +/));
  const of = <T>(kind: string, schema: z.ZodType<T>) => rows.filter((row) => row[0] === kind).map(([, ...row]) => schema.parse(row));
  const manifest = {
    file: of('file', Placed),
    directory: of('directory', Placed),
    link: of('link', Linked),
    package: of('package', Named),
    release: of('release', Brought),
  };
  const unknown = rows.filter(([kind = '']) => !Object.hasOwn(manifest, kind));
  if (unknown.length > 0) throw new Error(`the manifest has lines of no known kind: ${unknown.join('; ')}`);
  return manifest;
}

/** Every file below `files/`, as the path that it has on the appliance. */
export function filesOnDisk(): readonly string[] {
  const root = join(firmware, 'files');
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(root, path)).isFile())
    .map((path) => `/${path}`)
    .toSorted();
}

export function textOf(path: string): string {
  return readFileSync(join(firmware, 'files', path), 'utf8');
}

/** A unit file: each section's keys with all their values, in order. Throws at a line that systemd would pass over. */
export function readUnit(text: string): ReadonlyMap<string, ReadonlyMap<string, readonly string[]>> {
  const sections = new Map<string, Map<string, string[]>>();
  let section: Map<string, string[]> | undefined;
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const name = /^\[([A-Za-z-]+)\]$/.exec(line)?.[1];
    if (name !== undefined) {
      section = sections.get(name) ?? new Map();
      sections.set(name, section);
      continue;
    }
    const [, key, value] = /^([A-Za-z0-9]+)=(.*)$/.exec(line) ?? [];
    if (section === undefined || key === undefined || value === undefined) throw new Error(`not a line of a unit: ${line}`);
    section.set(key, [...(section.get(key) ?? []), value]);
  }
  return sections;
}
