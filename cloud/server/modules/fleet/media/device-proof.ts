import { createHash, createPublicKey, timingSafeEqual, verify } from 'node:crypto';
import { MEDIA_AUTHORIZATION, mediaRequestText } from '@concierge/contract/http/media.ts';
import type { Database, Scope } from '#platform/database/database.ts';
import { thumbprintOf } from '../command-store.ts';

/** A request whose signature holds; whether the key is the device's is asked of its office's rows. */
interface DeviceProof {
  readonly deviceId: string;
  isKeyOf(database: Database, scope: Scope): Promise<boolean>;
}

/** Who signed the request for this file; null when nobody did. The device brings its public key, because the cloud keeps only the thumbprint. */
export function provenDevice(authorization: string | undefined, sha256: string): DeviceProof | null {
  const [, deviceId, publicKey, signature] = MEDIA_AUTHORIZATION.exec(authorization ?? '') ?? [];
  if (deviceId === undefined || publicKey === undefined || signature === undefined) return null;
  const spki = Buffer.from(publicKey, 'base64url');
  if (!isSigned(mediaRequestText(deviceId, sha256), spki, Buffer.from(signature, 'base64url'))) return null;
  const thumbprint = createHash('sha256').update(spki).digest();
  return {
    deviceId,
    async isKeyOf(database, scope) {
      const known = await thumbprintOf(database, scope, deviceId);
      return known !== null && known.length === thumbprint.length && timingSafeEqual(known, thumbprint);
    },
  };
}

function isSigned(text: string, spki: Buffer, signature: Buffer): boolean {
  try {
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') return false;
    return verify('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }, signature);
  } catch {
    return false;
  }
}
