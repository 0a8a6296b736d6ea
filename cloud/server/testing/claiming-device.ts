import 'reflect-metadata';
import { createHash, createPublicKey, sign, webcrypto } from 'node:crypto';
import { commandResultText, type ResultHeaders } from '@concierge/contract/http/command-results.ts';
import { claimPollText } from '@concierge/contract/http/device-claims.ts';
import { PemConverter, Pkcs10CertificateRequestGenerator } from '@peculiar/x509';

/** A device as the cloud knows one before it is claimed: a key, and what it can prove with it. */
export interface ClaimingDevice {
  readonly keyPem: string;
  readonly csrPem: string;
  /** What it sends to ask for a code. */
  readonly request: { readonly csrPem: string; readonly serial: string; readonly agentVersion: string };
  /** Its signature under the question what became of the claim. */
  signatureFor(claimId: string): string;
  /** The SHA-256 of its public key, as the cloud notes it at the claim. */
  readonly keyThumbprint: Buffer;
  /** How it vouches for what it brings. */
  resultHeaders(deviceId: string, commandId: string, content: Uint8Array): ResultHeaders;
}

export async function claimingDevice(serial = '10000000abcdef12'): Promise<ClaimingDevice> {
  const keys = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const request = await Pkcs10CertificateRequestGenerator.create(
    { name: `CN=${serial}`, keys, signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' } },
    webcrypto,
  );
  const keyPem = PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  const csrPem = request.toString('pem');
  const spki = createPublicKey(keyPem).export({ type: 'spki', format: 'der' });
  const signed = (text: string) => sign('sha256', Buffer.from(text), { key: keyPem, dsaEncoding: 'ieee-p1363' }).toString('base64url');
  return {
    keyPem,
    csrPem,
    request: { csrPem, serial, agentVersion: '0.1.0' },
    signatureFor: (claimId) => signed(claimPollText(claimId)),
    keyThumbprint: createHash('sha256').update(spki).digest(),
    resultHeaders(deviceId, commandId, content) {
      const contentSha256 = createHash('sha256').update(content).digest('hex');
      return {
        'concierge-device': deviceId,
        'concierge-device-key': spki.toString('base64url'),
        'concierge-content-sha256': contentSha256,
        'concierge-signature': signed(commandResultText(commandId, contentSha256)),
      };
    },
  };
}
