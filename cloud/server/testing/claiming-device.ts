import 'reflect-metadata';
import { sign, webcrypto } from 'node:crypto';
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
}

export async function claimingDevice(serial = '10000000abcdef12'): Promise<ClaimingDevice> {
  const keys = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const request = await Pkcs10CertificateRequestGenerator.create(
    { name: `CN=${serial}`, keys, signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' } },
    webcrypto,
  );
  const keyPem = PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  const csrPem = request.toString('pem');
  return {
    keyPem,
    csrPem,
    request: { csrPem, serial, agentVersion: '0.1.0' },
    signatureFor: (claimId) =>
      sign('sha256', Buffer.from(claimPollText(claimId)), { key: keyPem, dsaEncoding: 'ieee-p1363' }).toString('base64url'),
  };
}
