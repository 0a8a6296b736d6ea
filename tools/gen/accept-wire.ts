import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AcceptedWireForm, changedParts, type WireForm } from '../../shared/contract/wire-form.ts';
import { failure, type Result, success } from '../../shared/kernel/result.ts';

export const WIRE_HASH_PATH = 'shared/contract/wire-hash.json';

const REASON_MIN_LENGTH = 10;

/** The record with the present form accepted for `reason`, or why it is not: no reason, or nothing to accept. `today` is `YYYY-MM-DD`. */
export function acceptWire(
  before: AcceptedWireForm | null,
  current: WireForm,
  reason: string,
  today: string,
): Result<AcceptedWireForm, string> {
  const line = reason.trim().replaceAll(/\s+/g, ' ');
  if (line.length < REASON_MIN_LENGTH)
    return failure('Say why the wire changed, in a sentence: npm run gen -- --accept-wire "why it changed"');
  if (before !== null && changedParts(before, current).length === 0)
    return failure('The wire has not changed; there is nothing to accept.');
  if (before !== null && current.version < before.version)
    return failure(`WIRE_VERSION never goes back (${before.version} → ${current.version}).`);
  return success({ ...current, history: [...(before?.history ?? []), { version: current.version, on: today, reason: line }] });
}

/** The accepted form on disk, null when there is none yet. Throws when the file is damaged. */
export async function readAcceptedWire(root: string): Promise<AcceptedWireForm | null> {
  const text = await readFile(join(root, WIRE_HASH_PATH), 'utf8').catch(() => null);
  return text === null ? null : AcceptedWireForm.parse(JSON.parse(text));
}

export async function writeAcceptedWire(root: string, accepted: AcceptedWireForm): Promise<void> {
  await writeFile(join(root, WIRE_HASH_PATH), `${JSON.stringify(accepted, null, 2)}\n`);
}
