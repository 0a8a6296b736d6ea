// This import must come first: the certificate library reads the metadata it sets up.
import 'reflect-metadata';
import { createPrivateKey, createPublicKey, generateKeyPairSync, webcrypto } from 'node:crypto';
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' };

/** A new device key: P-256, PKCS #8 in PEM. P-256 because secure elements and brokers all have it. */
export function createDeviceKey(): string {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** Whether the text is a private key; a damaged one is replaced, because nothing was certified for it that still works. */
export function isDeviceKey(keyPem: string): boolean {
  try {
    return createPrivateKey(keyPem).asymmetricKeyType === 'ec';
  } catch {
    return false;
  }
}

/** A PKCS #10 request in PEM, named by the serial and signed with the device's key: proof that the asker holds it. */
export async function requestCertificate(keyPem: string, serial: string): Promise<string> {
  const request = await Pkcs10CertificateRequestGenerator.create(
    { name: `CN=${serial}`, keys: await importKeys(keyPem), signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' } },
    webcrypto,
  );
  return request.toString('pem');
}

async function importKeys(keyPem: string) {
  const privateKey = createPrivateKey(keyPem);
  const privateBytes = privateKey.export({ type: 'pkcs8', format: 'der' });
  const publicBytes = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  return {
    privateKey: await webcrypto.subtle.importKey('pkcs8', privateBytes, ALGORITHM, false, ['sign']),
    publicKey: await webcrypto.subtle.importKey('spki', publicBytes, ALGORITHM, true, ['verify']),
  };
}
