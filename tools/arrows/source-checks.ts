import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { foreignTables } from './table-owners.ts';

/** One habit that neither the compiler nor the linter can see, and why we keep it. */
export interface SourceCheck {
  readonly name: string;
  readonly reason: string;
  /** The lines that break it, 1 for the file as a whole. */
  find(file: SourceFile, root: string): readonly number[];
}

export interface SourceFile {
  /** From the repository's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Finding {
  readonly check: string;
  readonly path: string;
  readonly line: number;
}

const LINE_LIMIT = 400;

/** Programs of their own, whose first file reads the environment, besides every `main.ts`. */
const otherCompositionRoots = new Set([
  'cloud/server/audit-verify.ts',
  'cloud/server/change-signing-key.ts',
  'cloud/server/create-office.ts',
  'cloud/server/make-keys.ts',
  'cloud/server/manage-plans.ts',
  'cloud/server/manage-releases.ts',
  'cloud/server/migrate-database.ts',
]);

/** Folders directly under / that every machine has; a checkout there says nothing about a machine. */
const everyMachinesFolders = new Set(['/', '/app', '/home', '/mnt', '/opt', '/root', '/srv', '/tmp', '/usr', '/var', '/usr/src']);

export const sourceChecks: readonly SourceCheck[] = [
  {
    name: 'no drawers',
    reason: 'A file or folder named utils, helpers, common, misc or lib says nothing about the product. Name it after what it does.',
    find: ({ path }) => (/(^|\/)(utils?|helpers?|common|misc|lib)(\.|\/|$)/i.test(path) && !isMirror(path) ? [1] : []),
  },
  {
    name: 'one story a file',
    reason: `Past ${LINE_LIMIT} lines a file usually tells two stories. Split it where the second begins.`,
    find: ({ path, text }) => (isCode(path) && lineCount(text) > LINE_LIMIT ? [LINE_LIMIT + 1] : []),
  },
  {
    name: 'suppressions give their reason',
    reason:
      'Whoever silences a check says why on the same line: `@ts-expect-error reason`, `oxlint-disable-next-line rule -- reason`, `biome-ignore format: reason`. Biome only formats here: its lint rules have nothing to silence.',
    find: ({ path, text }) => (isCode(path) ? linesWhere(text, isUnreasonedSuppression) : []),
  },
  {
    name: 'no escape into any',
    reason: 'A cast to any ends type checking for everything behind it. Parse, or narrow from unknown.',
    find: ({ path, text }) => (isCode(path) ? linesWhere(text, (line) => /\bas\s+any\b|<\s*any\s*>/.test(withoutStrings(line))) : []),
  },
  {
    name: 'only composition roots read the environment',
    reason: 'What a program depends on is listed once, in its main.ts, validated there and handed down in deps.',
    find: ({ path, text }) =>
      isProduct(path) && !/(^|\/)main\.ts$/.test(path) && !otherCompositionRoots.has(path)
        ? linesWhere(text, (line) => /\bprocess\s*\.\s*env\b|\benv\b.*from 'node:process'/.test(withoutComment(line)))
        : [],
  },
  {
    name: 'a module reads its own tables',
    reason:
      'What another module keeps is asked at its door: then it alone knows what its rows mean, and can change them (tools/arrows/table-owners.ts).',
    find: ({ path, text }) => (isProduct(path) ? linesWhere(text, (line) => foreignTables(path, withoutComment(line)).length > 0) : []),
  },
  {
    name: 'no path of one machine',
    reason: 'A path of the machine it was written on works nowhere else.',
    find: ({ path, text }, root) => (isMirror(path) ? [] : linesWhere(text, (line) => namesOneMachine(line, root))),
  },
  {
    name: 'every test runs and can fail',
    reason:
      'A focused, switched-off or empty test looks green and checks nothing. Where a program may be missing, use skipIf or say "skipped: why" in the name.',
    find: ({ path, text }) => (/\.(test|spec)\.tsx?$|\.config\.ts$/.test(path) ? linesWhere(text, isIdleTest) : []),
  },
];

/** All findings in the files that are, or are about to be, under version control. */
export async function checkSources(root: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const file of await sourceFiles(root)) {
    for (const check of sourceChecks) {
      for (const line of check.find(file, root)) findings.push({ check: check.name, path: file.path, line });
    }
  }
  return findings;
}

async function sourceFiles(root: string): Promise<SourceFile[]> {
  const { stdout } = await promisify(execFile)('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    maxBuffer: 64 * 1_024 * 1_024,
  });
  const paths = stdout
    .split('\0')
    .filter((path) => /\.(ts|tsx|mts|mjs|cjs|js|sql|css|html|md|json|ya?ml|sh|conf|service|prisma)$/.test(path));
  const written = paths.filter((path) => !/(^|\/)(generated|dist)\/|package-lock\.json$/.test(path));
  const texts = await Promise.all(written.map((path) => readFile(join(root, path), 'utf8').catch(() => null)));
  // A file that is deleted but not yet committed is listed and has no text.
  return written.flatMap((path, index) => {
    const text = texts[index];
    return typeof text === 'string' ? [{ path, text }] : [];
  });
}

function isCode(path: string): boolean {
  return /\.(ts|tsx|mts|mjs|sql|css|sh)$/.test(path);
}

function isProduct(path: string): boolean {
  return (
    /^(shared|cloud|kiosk|provisioning)\/.*\.(ts|tsx)$/.test(path) && !/\.(test|spec)\.tsx?$|\.config\.ts$|\/testing\/|\/build\//.test(path)
  );
}

/** firmware-config mirrors the kiosk's own file system, where absolute paths and folders like lib are meant. */
function isMirror(path: string): boolean {
  return path.startsWith('firmware-config/files/');
}

function isUnreasonedSuppression(line: string): boolean {
  const comment = /(?:\/\/|\/\*|--|\{\/\*)\s*(@ts-[\w-]+|biome-ignore|(?:oxlint|eslint)-disable\S*)(.*)$/.exec(line);
  if (comment === null) return false;
  const [, kind = '', rest = ''] = comment;
  if (/^@ts-(ignore|nocheck)$/.test(kind)) return true;
  if (kind === 'biome-ignore' && rest.trimStart().startsWith('lint')) return true;
  const reason = kind === '@ts-expect-error' ? rest : kind === 'biome-ignore' ? rest.split(':').slice(1).join(':') : rest.split(' -- ')[1];
  return (reason ?? '').replaceAll('*/', '').trim().split(/\s+/).length < 3;
}

function isIdleTest(line: string): boolean {
  const code = withoutStrings(line);
  if (/\b(it|test|describe)\.skip\(/.test(code)) return !line.includes('skipped: ');
  return /\b(it|test|describe)\.(only|todo|fixme)\(|expect\(true\)|passWithNoTests/.test(code);
}

function namesOneMachine(line: string, root: string): boolean {
  if (/(^|[^\w.~])\/(home|Users)\/[a-z][\w.-]*\//.test(line)) return true;
  const checkout = dirname(root);
  return [root, ...(everyMachinesFolders.has(checkout) ? [] : [checkout])].some((path) => line.includes(`${path}/`));
}

function linesWhere(text: string, matches: (line: string) => boolean): number[] {
  return text.split('\n').flatMap((line, index) => (matches(line) ? [index + 1] : []));
}

function lineCount(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

function withoutComment(line: string): string {
  return line.replace(/(^|\s)\/\/.*$/, '').replace(/^\s*\*.*$/, '');
}

function withoutStrings(line: string): string {
  return withoutComment(line).replaceAll(/'[^']*'|"[^"]*"|`[^`]*`|\/[^/ ]+\//g, "''");
}
