import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { Refusal } from '../exit-codes.ts';
import type { Surroundings } from '../terminal.ts';

/** The text of a file that an option names, or of standard input for `-`. */
export async function readSmallFile(
  at: Surroundings,
  path: string,
  limits: { readonly maxBytes: number /** Nobody else may be able to read it. */; readonly secret: boolean },
): Promise<Result<string, Refusal>> {
  const refuse = (what: string) =>
    failure<Refusal>({ ending: 'refused', code: 'file-refused', message: `${path === '-' ? 'Standard input' : path} ${what}.` });
  if (path === '-') {
    const text = await at.terminal.readInput(limits.maxBytes);
    return text === null ? refuse(`is longer than ${limits.maxBytes} bytes`) : success(text);
  }
  try {
    const file = resolve(at.workingFolder, path);
    const found = statSync(file);
    if (!found.isFile() && !found.isFIFO()) return refuse('is not a file');
    if (found.size > limits.maxBytes) return refuse(`is longer than ${limits.maxBytes} bytes`);
    if (limits.secret && found.isFile() && process.platform !== 'win32' && (found.mode & 0o077) !== 0)
      return refuse('can be read by others; make it yours alone (chmod 600)');
    return success(readFileSync(file, 'utf8'));
  } catch {
    return refuse('cannot be read');
  }
}
