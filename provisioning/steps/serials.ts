import { BatchSerial, MAX_BATCH_SIZE } from '@concierge/contract/http/device-batches.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { Refusal } from '../exit-codes.ts';
import type { Surroundings } from '../terminal.ts';
import { readSmallFile } from './small-file.ts';

const MAX_BYTES = 128 * 1_024;

/** The serials of the options `--serial` and of the file of `--serials`: one in a line, # begins a remark. In small letters, each once, in their order. */
export async function readSerials(
  at: Surroundings,
  given: { serial: readonly string[]; serials: string | undefined },
): Promise<Result<string[], Refusal>> {
  let lines: readonly string[] = [];
  if (given.serials !== undefined) {
    const text = await readSmallFile(at, given.serials, { maxBytes: MAX_BYTES, secret: false });
    if (!text.ok) return text;
    lines = text.value.replace(/^\ufeff/, '').split(/\r?\n/);
  }
  const wanted: string[] = [];
  for (const [index, line] of [...given.serial, ...lines].entries()) {
    const text = line.replace(/#.*$/, '').trim();
    if (text === '') continue;
    const serial = BatchSerial.safeParse(text);
    if (!serial.success) {
      const where = index < given.serial.length ? '--serial' : `line ${index - given.serial.length + 1} of ${given.serials}`;
      return refuse(`${where} is no serial number: letters, digits and hyphens, at most 60.`);
    }
    wanted.push(serial.data);
  }
  const once = [...new Set(wanted)];
  return once.length > MAX_BATCH_SIZE ? refuse(`A batch has at most ${MAX_BATCH_SIZE} devices; these are ${once.length}.`) : success(once);
}

function refuse(message: string): Result<never, Refusal> {
  return failure({ ending: 'refused', code: 'serials-refused', message });
}
