import { bytesToUuid, uuidToBytes } from '@concierge/kernel/uuid.ts';

/**
 * A presence token is 37 bytes, base64url: layout version (1) · device id (16) · slot, big-endian (4) · MAC (16). Fifty characters keep the QR code
 * coarse enough for a phone at arm's length from a lobby screen. The MAC is HMAC-SHA-256 over the first 21 bytes, truncated to 128 bits
 * (RFC 2104 §5), with a key that only the cloud has; ADR 0006 says why not a public-key signature.
 */
export interface PresenceToken {
  readonly deviceId: string;
  /** Unix seconds divided by `QR_SLOT_SECONDS`, rounded down. */
  readonly slot: number;
  readonly mac: Uint8Array;
}

const LAYOUT = 1;
export const MAC_BYTES = 16;
const TOKEN_BYTES = 1 + 16 + 4 + MAC_BYTES;
const TOKEN_CHARACTERS = Math.ceil((TOKEN_BYTES * 4) / 3);
const tokenForm = new RegExp(`^[A-Za-z0-9_-]{${TOKEN_CHARACTERS}}$`);

/** By slot, the bytes the MAC is taken over. They are good until the next call: a device's day has thousands. */
export function presencePayloadsOf(deviceId: string): (slot: number) => Uint8Array {
  const bytes = new Uint8Array(21);
  bytes[0] = LAYOUT;
  bytes.set(uuidToBytes(deviceId), 1);
  const view = new DataView(bytes.buffer);
  return (slot) => {
    view.setUint32(17, slot);
    return bytes;
  };
}

export function encodePresenceToken(token: PresenceToken): string {
  const bytes = new Uint8Array(TOKEN_BYTES);
  bytes.set(presencePayloadsOf(token.deviceId)(token.slot));
  bytes.set(token.mac.subarray(0, MAC_BYTES), 21);
  return Buffer.from(bytes).toString('base64url');
}

/** The parts of a token, or null when its form is not ours. It proves nothing until the MAC is checked. */
export function decodePresenceToken(text: string): PresenceToken | null {
  if (!tokenForm.test(text)) return null;
  const bytes = new Uint8Array(Buffer.from(text, 'base64url'));
  if (bytes.length !== TOKEN_BYTES || bytes[0] !== LAYOUT) return null;
  return { deviceId: bytesToUuid(bytes.subarray(1, 17)), slot: new DataView(bytes.buffer).getUint32(17), mac: bytes.slice(21) };
}
