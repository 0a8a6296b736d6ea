import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

// docs/bad-input.md says of each kind of bad input which test sends it. A promise of a test that is gone would be worse than none.

const root = join(import.meta.dirname, '../..');
const table = readFileSync(join(root, 'docs/bad-input.md'), 'utf8');

interface Promised {
  readonly line: string;
  readonly file: string;
  readonly name: string;
}

/** The lines of the tables, without their heads. */
const lines = table.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| what comes'));
const promised: Promised[] = lines.flatMap((line) => {
  const [, what = '', , tests = ''] = line.split('|').map((cell) => cell.trim());
  return tests.split('<br>').map((test) => {
    const parts = /^`([^`]+\.(?:test|spec)\.ts)` › (.+)$/.exec(test);
    return { line: what, file: parts?.[1] ?? '', name: parts?.[2] ?? '' };
  });
});

/** Whether the file has a test by this very name that runs: one that is marked to be skipped is none. */
function hasTest(source: string, name: string): boolean {
  const quoted = [`'${name.replaceAll("'", "\\'")}'`, `"${name}"`, `\`${name}\``];
  return quoted.some((text) => {
    const at = source.indexOf(`(${text},`) === -1 ? source.indexOf(`(\n    ${text},`) : source.indexOf(`(${text},`);
    if (at === -1) return false;
    return !/\b(?:skip|todo|fails)\s*$/.test(source.slice(Math.max(0, at - 12), at));
  });
}

describe('the table of bad input', () => {
  it('names a test on each line', () => {
    expect(lines.length).toBeGreaterThan(20);
    for (const { line, file, name } of promised) expect([line, file !== '', name !== '']).toEqual([line, true, true]);
  });

  it.each(promised.map((one) => [`${one.file} › ${one.name}`, one] as const))('%s is there', (_title, { file, name }) => {
    expect(existsSync(join(root, file)), file).toBe(true);
    expect(hasTest(readFileSync(join(root, file), 'utf8'), name), `${file} has no test named: ${name}`).toBe(true);
  });

  it('notices a test that is gone, renamed or skipped', () => {
    expect(hasTest("it('does it', () => {});", 'does it')).toBe(true);
    expect(hasTest("it.each([1])('does %s', () => {});", 'does %s')).toBe(true);
    expect(hasTest("it('does it well', () => {});", 'does it')).toBe(false);
    expect(hasTest("it.skip('does it', () => {});", 'does it')).toBe(false);
    expect(hasTest('// does it', 'does it')).toBe(false);
  });

  it('speaks of all that may come to a screen', () => {
    for (const what of [
      'wrong code',
      'claim that was recorded',
      'poll',
      'forged request',
      'expired certificate',
      'revoked device',
      'unknown command',
      'command after its end',
      'unknown widget or a broken schedule',
      'another hash or of another type',
    ])
      expect(table).toContain(what);
  });
});
