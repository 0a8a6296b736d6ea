import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { exitCodes } from './exit-codes.ts';
import { createProgram, run } from './program.ts';
import { nowhere, surroundings } from './testing/surroundings.ts';

/** Every command that does something, with the words that lead to it. */
function leaves(command: Command, words: readonly string[] = []): { words: readonly string[]; command: Command }[] {
  return command.commands.length === 0
    ? [{ words, command }]
    : command.commands.flatMap((below) => leaves(below, [...words, below.name()]));
}
const all = leaves(createProgram(nowhere, () => undefined)).map(({ words }) => words);

describe('the help', () => {
  it.each(all.map((words) => [words.join(' '), words] as const))(
    'of "%s" gives an example, the exit codes and what every command takes',
    async (name, words) => {
      const at = surroundings();
      expect(await run([...words, '--help'], at)).toBe(0);
      const help = at.written.join('');
      expect(help).toContain(`concierge-provision ${name}`);
      expect(help).toMatch(/Examples?:\n {2}concierge-provision/);
      for (const { code, means } of Object.values(exitCodes)) expect(help).toContain(`${String(code).padStart(2)}  ${means}`);
      for (const option of ['--cloud', '--password-file', '--json', '--dry-run']) expect(help).toContain(option);
    },
  );
});

describe('a command line', () => {
  it.each([
    ['no command', []],
    ['an unknown command', ['claim']],
    ['an unknown option', ['list', '--all']],
    ['a password as an option', ['list', '--password', 'secret']],
    ['a count that is none', ['create', '--name', 'x', '--size', '1e3']],
    ['a count too large', ['create', '--name', 'x', '--size', '1001']],
    ['a grid that is not sold', ['labels', '7', '--output', 'x.pdf', '--grid', '12']],
    ['no cloud', ['list']],
    ['no account', ['list', '--cloud', 'https://cloud.example.org']],
    ['nobody to ask for the password', ['list', '--cloud', 'https://cloud.example.org', '--email', 'a@example.gr']],
  ])('with %s ends with 64', async (_what, words) => {
    const at = surroundings();
    expect(await run(words, at)).toBe(64);
    expect(at.told.join('')).not.toBe('');
  });

  it('that is wrong says so in JSON, when JSON was asked for', async () => {
    const at = surroundings();
    expect(await run(['create', '--json'], at)).toBe(64);
    expect(JSON.parse(at.written.join(''))).toMatchObject({ error: { code: 'usage', message: expect.stringContaining('--name') } });
  });
});

describe('a fault of this program', () => {
  it('is told in JSON too, when JSON was asked for', async () => {
    const at = surroundings();
    const terminal = { ...at.terminal, readInput: () => Promise.reject(new Error('the pipe broke')) };
    const words = ['list', '--cloud', 'https://cloud.example.org', '--email', 'a@example.gr', '--password-file', '-', '--json'];
    expect(await run(words, { ...at, terminal })).toBe(1);
    expect(JSON.parse(at.written.join(''))).toEqual({ error: { code: 'fault', message: 'A fault of this program: the pipe broke' } });
    expect(at.told).toEqual(['A fault of this program: the pipe broke']);
  });
});

describe('the README', () => {
  const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');

  it.each(all.map((words) => words.join(' ')))('names "%s"', (name) => expect(readme).toContain(`\`${name}\``));

  it('gives the exit codes as they are', () => {
    for (const { code, means } of Object.values(exitCodes)) expect(readme).toContain(`| ${code} | ${means} |`);
  });
});
