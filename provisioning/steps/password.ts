import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { Refusal } from '../exit-codes.ts';
import type { Surroundings } from '../terminal.ts';
import { readSmallFile } from './small-file.ts';

const MAX_BYTES = 1_024;

/** A password from a file, from standard input (`-`) or from whoever sits before the terminal: never from the command line, where every user of the machine can read it. */
export async function readPassword(
  at: Surroundings,
  asked: { file: string | undefined; question: string; option: string },
): Promise<Result<string, Refusal>> {
  if (asked.file === undefined) {
    const typed = await at.terminal.askHidden(asked.question);
    if (typed === null)
      return failure({
        ending: 'usage',
        code: 'no-password',
        message: `Nobody can be asked for the password here: name a file with ${asked.option}, or - for standard input.`,
      });
    return typed === '' ? failure({ ending: 'usage', code: 'no-password', message: 'The password is empty.' }) : success(typed);
  }
  const text = await readSmallFile(at, asked.file, { maxBytes: MAX_BYTES, secret: true });
  if (!text.ok) return text;
  const password = text.value.replace(/\r?\n$/, '');
  if (password === '' || /[\r\n]/.test(password))
    return failure({ ending: 'refused', code: 'no-password', message: 'The file of the password must hold the password on its one line.' });
  return success(password);
}
