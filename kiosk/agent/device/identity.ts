import { createPrivateKey, X509Certificate } from 'node:crypto';
import { ClaimReply } from '@concierge/contract/http/devices.ts';
import { PublicSigningKey } from '@concierge/contract/keys.ts';
import { readNewerForm } from '@concierge/contract/newer-form.ts';
import { type PinnedKeys, pinnedKeys } from '@concierge/contract/signed-claims.ts';
import { FIRST_SIGNING_KEYS_VERSION, type TrustedKeys } from '@concierge/contract/signing-keys.ts';
import { jsonOrUndefined } from '@concierge/kernel/json.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { z } from 'zod';
import { type PrivateDirectory, readOrNothing } from './private-directory.ts';

/** Who this device is: what a claim left behind. */
export interface DeviceIdentity {
  readonly deviceId: string;
  readonly buildingId: string;
  readonly brokerUrl: string;
  readonly cloudUrl: string;
  readonly keyPem: string;
  readonly certificatePem: string;
  /** The only authority a broker's certificate is accepted from. */
  readonly authorityPem: string;
  /** Whose signatures are taken. */
  readonly signingKeys: PinnedKeys;
  /** Their version, by which newer ones are followed. */
  readonly trusted: TrustedKeys;
  /** Those of before among them: what this device already holds of theirs stands until something newer comes or it runs out. */
  readonly keysOfHeld: PinnedKeys;
  /** The desired state that led it to this building; 0 where it was claimed for it. An older one leads it nowhere, whoever repeats it. */
  readonly movedAtSequence: number;
}

/** `other-machine`: the card was claimed in another one. Whose card it is now is nobody's to say but a manager's. */
export type IdentityFault = 'unclaimed' | 'damaged' | 'other-machine';
export type CertificateFault = 'certificate-unreadable' | 'key-mismatch' | 'wrong-name' | 'not-from-authority';
export type ClaimFault = CertificateFault | 'broker-not-encrypted';

export const KEY_FILE = 'key.pem';
/** The machine the key was made on. */
export const KEY_SERIAL_FILE = 'key-serial';
/** The claim that was asked for and whose answer is not known yet. */
const CLAIM_REQUEST_FILE = 'claim-request';
const CERTIFICATE_FILE = 'certificate.pem';
const AUTHORITY_FILE = 'authority.pem';
const CLAIM_FILE = 'claim.json';
const DEPARTING_FILE = 'departing';

const MAX_FORMER_KEYS = 8;

const StoredClaim = ClaimReply.omit({ certificatePem: true, authorityPem: true }).extend({
  /** The machine the claim was made on; claims of before this was kept do not say. */
  serial: z.string().max(60).optional(),
  movedAtSequence: z.int().positive().optional(),
  formerKeys: z.array(PublicSigningKey).max(MAX_FORMER_KEYS).optional(),
});

/**
 * Where a device finds its cloud and its broker. A broker may have moved since the claim; so may a cloud, but in the demo alone. In a lobby only a claim asks the cloud that a card names: the
 * device may still be another's, and would be split between the two.
 */
export function reachedBy(
  identity: DeviceIdentity,
  now: { readonly demo: boolean; readonly cloudUrl?: string | undefined; readonly brokerUrl?: string | undefined },
): DeviceIdentity {
  const { cloudUrl = identity.cloudUrl, brokerUrl = identity.brokerUrl } = now;
  return { ...identity, brokerUrl, cloudUrl: now.demo ? cloudUrl : identity.cloudUrl };
}

/** The identity on disk, checked as strictly as when it arrived; `serial` is this machine's, null where it has none and its disk does not say the one that was made for it: then nobody can say whether it was claimed here, and it is not used. `damaged` means that it was claimed and the files do not hold together. */
export async function loadIdentity(directory: PrivateDirectory, serial: string | null): Promise<Result<DeviceIdentity, IdentityFault>> {
  const known = await loadUncertified(directory, serial);
  if (!known.ok) return known;
  return checkCertificate(known.value, known.value.keyPem) === null ? known : failure('damaged');
}

/** The same without a word on the certificate, which may be empty or anybody's: the cloud gives another one to the key (renewal.ts). */
export async function loadUncertified(directory: PrivateDirectory, serial: string | null): Promise<Result<DeviceIdentity, IdentityFault>> {
  try {
    const claimText = directory.read(CLAIM_FILE);
    if (claimText === null) return failure('unclaimed');
    const keyPem = directory.read(KEY_FILE);
    const authorityPem = directory.read(AUTHORITY_FILE);
    const claim = readNewerForm(StoredClaim, jsonOrUndefined(claimText));
    if (keyPem === null || authorityPem === null || !claim.success) return failure('damaged');
    const {
      serial: claimedOn,
      movedAtSequence = 0,
      formerKeys = [],
      signingKeys,
      signingKeysVersion = FIRST_SIGNING_KEYS_VERSION,
      ...told
    } = claim.data;
    if (claimedOn !== undefined && claimedOn !== serial) return failure(serial === null ? 'damaged' : 'other-machine');
    if (!isEncrypted(told.brokerUrl)) return failure('damaged');
    createPrivateKey(keyPem);
    new X509Certificate(authorityPem);
    const certificatePem = readOrNothing(directory, CERTIFICATE_FILE) ?? '';
    return success({
      ...told,
      certificatePem,
      authorityPem,
      keyPem,
      signingKeys: await pinnedKeys(signingKeys),
      trusted: { version: signingKeysVersion, keys: signingKeys },
      keysOfHeld: await pinnedKeys([...formerKeys, ...signingKeys]),
      movedAtSequence,
    });
  } catch {
    // A file that cannot be read (a failing card, a directory in its place) or a key that is none: the files do not hold together.
    return failure('damaged');
  }
}

/** The claim whose answer this device never heard, as the cloud calls it; null when there is none, or none that can be read. It may have been confirmed meanwhile. */
export function openClaimRequest(directory: PrivateDirectory): string | null {
  const claimId = z.uuid().safeParse(readOrNothing(directory, CLAIM_REQUEST_FILE));
  return claimId.success ? claimId.data : null;
}

/** Throws where the disk would not take the note of a claim: then none is asked for, or the cloud would be asked again and again for what nobody is shown. */
export function prepareClaimRequest(directory: PrivateDirectory): void {
  directory.write(CLAIM_REQUEST_FILE, '');
}

export function noteClaimRequest(directory: PrivateDirectory, claimId: string): void {
  directory.write(CLAIM_REQUEST_FILE, claimId);
}

export function forgetClaimRequest(directory: PrivateDirectory): void {
  directory.remove(CLAIM_REQUEST_FILE);
}

/** Saves what a claim on this machine answered. The claim file is written last: while it is missing the device is not claimed. */
export function saveClaim(directory: PrivateDirectory, reply: ClaimReply, serial: string): void {
  const { certificatePem, authorityPem, ...claim } = reply;
  directory.write(CERTIFICATE_FILE, certificatePem);
  directory.write(AUTHORITY_FILE, authorityPem);
  directory.write(CLAIM_FILE, JSON.stringify({ ...claim, serial }));
  forgetClaimRequest(directory);
}

/** Notes the building the device belongs to from now on; everything else of the claim stays. Throws where the disk takes nothing. */
export function saveBuilding(directory: PrivateDirectory, move: { buildingId: string; movedAtSequence: number }): void {
  const claim = readNewerForm(StoredClaim, jsonOrUndefined(directory.read(CLAIM_FILE) ?? ''));
  if (!claim.success) throw claim.error;
  directory.write(CLAIM_FILE, JSON.stringify({ ...claim.data, ...move }));
}

/** Notes whose signatures are taken from now on; those of before are remembered for what the device already holds. Throws where the disk takes nothing. */
export async function saveSigningKeys(
  directory: PrivateDirectory,
  identity: DeviceIdentity,
  trusted: TrustedKeys,
): Promise<DeviceIdentity> {
  const claim = readNewerForm(StoredClaim, jsonOrUndefined(directory.read(CLAIM_FILE) ?? ''));
  if (!claim.success) throw claim.error;
  const { signingKeys, formerKeys = [] } = claim.data;
  const isTrusted = ({ x }: PublicSigningKey): boolean => trusted.keys.some((key) => key.x === x);
  const former = [...formerKeys, ...signingKeys].filter((key) => !isTrusted(key)).slice(-MAX_FORMER_KEYS);
  const next = { ...claim.data, signingKeys: [...trusted.keys], signingKeysVersion: trusted.version, formerKeys: former };
  directory.write(CLAIM_FILE, JSON.stringify(next));
  return { ...identity, trusted, signingKeys: await pinnedKeys(trusted.keys), keysOfHeld: await pinnedKeys([...former, ...trusted.keys]) };
}

/** Notes that this device was told to leave its building; from here on it shows nothing of it, whatever happens. */
export function noteDeparture(directory: PrivateDirectory): void {
  directory.write(DEPARTING_FILE, '');
}

export function isDeparting(directory: PrivateDirectory): boolean {
  try {
    return directory.read(DEPARTING_FILE) !== null;
  } catch {
    // Something is there that no departure wrote; the safe reading is that nothing may be shown.
    return true;
  }
}

/** Removes who the device was, the key included; the next claim makes another. The note goes last. */
export function eraseIdentity(directory: PrivateDirectory): void {
  for (const name of [CLAIM_FILE, CERTIFICATE_FILE, AUTHORITY_FILE, KEY_FILE, KEY_SERIAL_FILE, CLAIM_REQUEST_FILE, DEPARTING_FILE])
    directory.remove(name);
}

/** Puts a renewed certificate in the place of the old one; both are good for the time they overlap, so a power cut in between harms nothing. */
export function saveCertificate(directory: PrivateDirectory, certificatePem: string): void {
  directory.write(CERTIFICATE_FILE, certificatePem);
}

/** Why a claim's parts do not belong together or to this key; null when they do. */
export function checkClaim(reply: ClaimReply, keyPem: string): ClaimFault | null {
  return isEncrypted(reply.brokerUrl) ? checkCertificate(reply, keyPem) : 'broker-not-encrypted';
}

function isEncrypted(brokerUrl: string): boolean {
  return URL.canParse(brokerUrl) && new URL(brokerUrl).protocol === 'mqtts:';
}

/** Why a certificate is not this device's own from its authority; null when it is. Its dates are not looked at: a device may not know the date. */
export function checkCertificate(
  { deviceId, certificatePem, authorityPem }: Pick<ClaimReply, 'deviceId' | 'certificatePem' | 'authorityPem'>,
  keyPem: string,
): CertificateFault | null {
  try {
    const certificate = new X509Certificate(certificatePem);
    const authority = new X509Certificate(authorityPem);
    if (!certificate.checkPrivateKey(createPrivateKey(keyPem))) return 'key-mismatch';
    if (!certificate.subject.split('\n').includes(`CN=${deviceId}`)) return 'wrong-name';
    if (!certificate.verify(authority.publicKey)) return 'not-from-authority';
    return null;
  } catch {
    return 'certificate-unreadable';
  }
}
