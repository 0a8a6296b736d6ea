import { failure, type Result } from '@concierge/kernel/result.ts';
import { type Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { exitCodes, type Refusal } from './exit-codes.ts';
import { type Cloud, cloudAddress, signIn } from './steps/cloud.ts';
import { readPassword } from './steps/password.ts';
import type { Surroundings } from './terminal.ts';

/** What a command has found or done: for people, and the same for programs. */
export interface Report {
  readonly text: string;
  readonly data: unknown;
}

export interface Context {
  readonly at: Surroundings;
  readonly cloud: Cloud;
  /** Says what would be changed or written, and changes nothing. */
  readonly dryRun: boolean;
}

/** Carries out one command: signs in, does the work, signs out, prints, and notes the exit code. */
export type Act = (command: Command, work: (context: Context) => Promise<Result<Report, Refusal>>) => Promise<void>;

/** What every command takes. */
const Shared = z.object({
  cloud: z.string().optional(),
  email: z.string().optional(),
  office: z.string().optional(),
  passwordFile: z.string().optional(),
  json: z.boolean().default(false),
  dryRun: z.boolean().default(false),
});

export function createAct(at: Surroundings, end: (exitCode: number) => void): Act {
  return async (command, work) => {
    const options = Shared.parse(command.optsWithGlobals());
    const outcome = await attempt(at, options, work);
    if (outcome.ok) {
      at.terminal.write(options.json ? `${JSON.stringify(outcome.value.data, null, 2)}\n` : `${printable(outcome.value.text)}\n`);
      end(exitCodes.done.code);
      return;
    }
    const { ending, code, message } = outcome.error;
    if (options.json) writeError(at, { code, message });
    at.terminal.tell(message);
    end(exitCodes[ending].code);
  };
}

/** The one JSON document of a command that failed. */
export function writeError(at: Surroundings, { code, message }: Pick<Refusal, 'code' | 'message'>): void {
  at.terminal.write(`${JSON.stringify({ error: { code, message } }, null, 2)}\n`);
}

async function attempt(
  at: Surroundings,
  options: z.infer<typeof Shared>,
  work: (context: Context) => Promise<Result<Report, Refusal>>,
): Promise<Result<Report, Refusal>> {
  const { cloud: address, email } = options;
  if (address === undefined) return usage('Which cloud? Say --cloud https://… or set CONCIERGE_CLOUD_URL.');
  if (email === undefined) return usage('Who are you? Say --email … or set CONCIERGE_EMAIL.');
  const url = cloudAddress(address);
  if (!url.ok) return url;
  const asked = { file: options.passwordFile, question: `Password of ${email}: `, option: '--password-file' };
  const password = await readPassword(at, asked);
  if (!password.ok) return password;
  const cloud = await signIn(url.value, { email, password: password.value, office: options.office });
  if (!cloud.ok) return cloud;
  try {
    return await work({ at, cloud: cloud.value, dryRun: options.dryRun });
  } finally {
    await cloud.value.leave();
  }
}

export function usage(message: string): Result<never, Refusal> {
  return failure({ ending: 'usage', code: 'usage', message });
}

/** For an option that takes a whole number. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d{1,9}$/.test(text) || value < min || value > max)
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
    return value;
  };
}

/** For an option that may be given again and again. */
export function oneMore(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

/** Columns as wide as their widest text. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ''))));
  return rows
    .map((row) =>
      row
        .map((text, column) => text + ' '.repeat((widths[column] ?? 0) - widthOf(text)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const letters = new Intl.Segmenter('el', { granularity: 'grapheme' });
const widthOf = (text: string) => Array.from(letters.segment(text)).length;

/** Names come from other people: none of them may move the cursor or colour the screen. */
function printable(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n]+/gu, ' ');
}
