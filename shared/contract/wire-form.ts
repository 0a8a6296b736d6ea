import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from '@concierge/kernel/canonical-json.ts';
import { z } from 'zod';
import { QR_BATCH_SLOTS, QR_SLOT_SECONDS } from './mqtt/qr-batch.ts';
import { encodePresenceToken } from './qr-token.ts';
import { signedDocuments } from './signed-document.ts';
import { topics } from './topics.ts';
import { WIRE_VERSION } from './version.ts';

/**
 * All that an agent in the field relies on, part by part, each as a SHA-256 of its form: every exported schema under `mqtt/`, the topic table,
 * which messages are signed, and the layout of a presence token. Used by the test that guards the wire and by `npm run gen`; never by the product.
 */
export async function wireForm(): Promise<WireForm> {
  const parts: Record<string, string> = {
    topics: hashOf(topics),
    'signed documents': hashOf(Object.keys(signedDocuments).sort()),
    'presence token': hashOf({ example: exampleToken(), slotSeconds: QR_SLOT_SECONDS, batchSlots: QR_BATCH_SLOTS }),
  };
  const folder = join(import.meta.dirname, 'mqtt');
  for (const file of (await readdir(folder)).filter((name) => /^[a-z-]+\.ts$/.test(name)).sort()) {
    const exported: Record<string, unknown> = await import(`./mqtt/${file.replace(/\.ts$/, '')}.ts`);
    for (const [name, value] of Object.entries(exported).sort(([left], [right]) => (left < right ? -1 : 1))) {
      if (value instanceof z.ZodType) parts[`mqtt/${file} ${name}`] = hashOf(z.toJSONSchema(value, { io: 'input' }));
    }
  }
  return { version: WIRE_VERSION, parts };
}

export interface WireForm {
  readonly version: number;
  readonly parts: Readonly<Record<string, string>>;
}

/** What `wire-hash.json` holds: the form that was last accepted on purpose, and why each change was. */
export const AcceptedWireForm = z.strictObject({
  version: z.int().positive(),
  parts: z.record(z.string(), z.string()),
  history: z.array(z.strictObject({ version: z.int().positive(), on: z.iso.date(), reason: z.string().min(10) })).min(1),
});
export type AcceptedWireForm = z.infer<typeof AcceptedWireForm>;

/** The parts that are new, gone or different, by name. Empty when both say the same. */
export function changedParts(accepted: WireForm, current: WireForm): string[] {
  const names = new Set([...Object.keys(accepted.parts), ...Object.keys(current.parts)]);
  const changed = [...names].filter((name) => accepted.parts[name] !== current.parts[name]).sort();
  return accepted.version === current.version ? changed : [`version ${accepted.version} → ${current.version}`, ...changed];
}

function exampleToken(): string {
  return encodePresenceToken({
    deviceId: '01234567-89ab-7def-8123-456789abcdef',
    slot: 0x01020304,
    mac: Uint8Array.from({ length: 16 }, (_, index) => index),
  });
}

function hashOf(form: unknown): string {
  return createHash('sha256').update(canonicalJson(form)).digest('hex').slice(0, 32);
}
