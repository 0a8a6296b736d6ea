import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import type { Result } from '@concierge/kernel/result.ts';
import pg from 'pg';
import { readSettings, type Settings } from './settings.ts';

/** The command line says too little, or too much. */
export class Misused extends Error {}

/** What a command answers: for programs the value, for people lines. */
export interface Answer {
  readonly value: unknown;
  readonly lines: readonly string[];
}

export const textOption = { type: 'string' } as const;
export const flagOption = { type: 'boolean', default: false } as const;
/** What every operator's program takes. */
export const commonOptions = { json: flagOption, 'dry-run': flagOption, help: { ...flagOption, short: 'h' } } as const;

interface CommonOptions {
  readonly json: boolean;
  readonly 'dry-run': boolean;
  readonly help: boolean;
}

/** Of what a program for the platform's operator is made. It works on the database as its owner, which DATABASE_OWNER_URL names, as the migration does. */
export interface OperatorProgram<Options extends CommonOptions, Operator> {
  readonly name: string;
  readonly usage: string;
  read(argv: readonly string[]): { readonly values: Options; readonly positionals: readonly string[] };
  readonly commands: Readonly<Record<string, (operator: Operator, options: Options) => Promise<Result<Answer, string>>>>;
  createOperator(given: {
    readonly owner: pg.Client;
    /** Who it is, for what is written down. */
    readonly by: string;
    readonly command: string;
    readonly options: Options;
    readonly settings: Settings;
  }): Operator;
}

/**
 * Runs one command and returns the exit code: 0 done, 64 the command is not described well, 65 what was asked is refused, 78 a setting is missing, 1 anything
 * else (sysexits.h).
 */
export async function runOperatorProgram<Options extends CommonOptions, Operator>(
  program: OperatorProgram<Options, Operator>,
  argv: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<number> {
  try {
    const { values: options, positionals } = program.read(argv);
    if (options.help) {
      console.log(program.usage);
      return 0;
    }
    const name = positionals.join(' ');
    const command = Object.hasOwn(program.commands, name) ? program.commands[name] : undefined;
    if (command === undefined) throw new Misused(name === '' ? 'Which command?' : `There is no command ${name}.`);
    // Nothing is served, so what production demands of a server (a public address) is not demanded here.
    const read = readSettings({ ...environment, CONCIERGE_MODE: 'demo' });
    if (!read.ok || read.settings.DATABASE_OWNER_URL === undefined) {
      console.error(read.ok ? 'DATABASE_OWNER_URL: must be set' : read.faults.join('\n'));
      return 78;
    }
    const { settings } = read;
    const owner = new pg.Client({ connectionString: settings.DATABASE_OWNER_URL, application_name: `concierge-${program.name}` });
    const operator = program.createOperator({ owner, by: `operator ${userInfo().username}`, command: name, options, settings });
    await owner.connect();
    try {
      return say(await command(operator, options), options);
    } finally {
      await owner.end();
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    if (error instanceof Misused) console.error('See --help.');
    return error instanceof Misused ? 64 : 1;
  }
}

function say(result: Result<Answer, string>, options: CommonOptions): number {
  if (!result.ok) {
    if (options.json) console.log(JSON.stringify({ refused: result.error }));
    else console.error(result.error);
    return 65;
  }
  if (options.json) console.log(JSON.stringify(result.value.value));
  else for (const line of result.value.lines) console.log(options['dry-run'] ? `Would be: ${line}` : line);
  return 0;
}

/** An answer out of what was done, or the refusal as it is. */
export function told<Value>(result: Result<Value, string>, lines: (value: Value) => readonly string[]): Result<Answer, string> {
  return result.ok ? { ok: true, value: { value: result.value, lines: lines(result.value) } } : result;
}

/** The command line by these options; throws `Misused` for what they do not know. */
export function readArguments<Options extends NonNullable<Parameters<typeof parseArgs>[0]>['options']>(
  argv: readonly string[],
  options: Options,
): ReturnType<typeof parseArgs<{ args: string[]; allowPositionals: true; options: NonNullable<Options> }>> {
  try {
    return parseArgs({ args: [...argv], allowPositionals: true, options: options as NonNullable<Options> });
  } catch (error) {
    throw new Misused(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

export function needed(name: string, value: string | undefined): string {
  if (value === undefined || value === '') throw new Misused(`--${name} is missing.`);
  return value;
}
