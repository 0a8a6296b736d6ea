import { createHash, createPublicKey, sign } from 'node:crypto';
import { claimPollText, type WordPair } from '@concierge/contract/http/device-claims.ts';
import { mediaAuthorization, mediaRequestText } from '@concierge/contract/http/media.ts';
import { wordPairOf } from '@concierge/contract/word-pairs.ts';
import { KEY_FILE, KEY_SERIAL_FILE } from './identity.ts';
import { type PrivateDirectory, readOrNothing } from './private-directory.ts';

/**
 * The device's key and a request for its certificate, for a claim: a key that is none or cannot be read is replaced by another, so nobody who has an identity may ask for it. The key is on disk
 * before it is spoken of, so a retry after a crash asks with the same one. One that was made on another machine is not used: a card that was copied after its first start, and before anybody
 * claimed it, would make many devices of one key.
 */
export async function deviceRequest(directory: PrivateDirectory, serial: string): Promise<{ keyPem: string; csrPem: string }> {
  // Loaded here because a claimed device, which is every device after its first minutes, never needs the certificate library in memory.
  const { createDeviceKey, isDeviceKey, requestCertificate } = await import('./certificate-request.ts');
  const saved = readOrNothing(directory, KEY_FILE);
  const madeOn = readOrNothing(directory, KEY_SERIAL_FILE);
  const ours = saved !== null && isDeviceKey(saved) && (madeOn === null || madeOn === serial);
  const keyPem = ours ? saved : createDeviceKey();
  // The serial first: killed between the two, the next start makes another key, and none has been spoken of.
  if (!ours) directory.remove(KEY_FILE);
  if (madeOn !== serial) directory.write(KEY_SERIAL_FILE, serial);
  if (!ours) directory.write(KEY_FILE, keyPem);
  return { keyPem, csrPem: await requestCertificate(keyPem, serial) };
}

/** A request for another certificate, by the key that the device is known by: from memory, because a card that does not give it back for a moment must not cost the device who it is. */
export async function renewalRequest(keyPem: string, serial: string): Promise<string> {
  const { requestCertificate } = await import('./certificate-request.ts');
  return requestCertificate(keyPem, serial);
}

/** The words that stand for the key: the cloud makes the same ones from the request, so a manager sees that nobody stands between. */
export function wordsOfKey(keyPem: string): WordPair {
  const spki = createPublicKey(keyPem).export({ type: 'spki', format: 'der' });
  return wordPairOf(createHash('sha256').update(spki).digest());
}

/** Proves that whoever asks after a claim holds the key it was made with. */
export function signPoll(keyPem: string, claimId: string): string {
  return sign('sha256', Buffer.from(claimPollText(claimId)), { key: keyPem, dsaEncoding: 'ieee-p1363' }).toString('base64url');
}

/** The Authorization header with which this device, and no other, is given a file of its office's media library. */
export function signMediaRequest({ deviceId, keyPem }: { deviceId: string; keyPem: string }, sha256: string): string {
  const publicKey = createPublicKey(keyPem).export({ type: 'spki', format: 'der' }).toString('base64url');
  const signature = sign('sha256', Buffer.from(mediaRequestText(deviceId, sha256)), { key: keyPem, dsaEncoding: 'ieee-p1363' });
  return mediaAuthorization({ deviceId, publicKey, signature: signature.toString('base64url') });
}
