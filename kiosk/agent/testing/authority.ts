import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Pkcs10CertificateRequest,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** A certificate authority for tests: real certificates, made in memory. */
export interface TestAuthority {
  readonly certificatePem: string;
  issue(commonName: string, form?: CertificateForm): Promise<{ keyPem: string; certificatePem: string }>;
  /** A certificate for the key in a PKCS #10 request, under a name of the authority's choice. */
  answer(requestPem: string, commonName: string): Promise<string>;
  /** The same authority, name and key, whose certificates have other dates. */
  dated(validity: Validity): Promise<TestAuthority>;
}

export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** What a certificate differs in from one that serves this machine's broker and its clients. */
export interface CertificateForm {
  readonly hosts?: readonly { type: 'dns' | 'ip'; value: string }[];
  /** Good for a server and a client, or for a client alone, as a device's is. */
  readonly use?: 'both' | 'client';
  /** `itself`: it names itself as its issuer. `forger`: it names the authority as its issuer, but its signature is by its own key. */
  readonly signedBy?: 'authority' | 'itself' | 'forger';
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;
const thisMachine = [
  { type: 'dns', value: 'localhost' },
  { type: 'ip', value: '127.0.0.1' },
] as const;

/** The days around an instant, in which a certificate is good. */
export function daysAround(timeMs: number): Validity {
  return { notBefore: new Date(timeMs - DAY_MS), notAfter: new Date(timeMs + DAY_MS) };
}

export async function createTestAuthority(): Promise<TestAuthority> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  return authorityOf(keys, daysAround(Date.now()));
}

async function authorityOf(keys: webcrypto.CryptoKeyPair, validity: Validity): Promise<TestAuthority> {
  const authority = await X509CertificateGenerator.createSelfSigned(
    {
      name: 'CN=Test authority',
      ...validity,
      keys,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
        await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );

  async function sign(
    commonName: string,
    publicKey: webcrypto.CryptoKey,
    { hosts = thisMachine, use = 'both', signedBy }: CertificateForm = {},
    signingKey = keys.privateKey,
  ): Promise<X509Certificate> {
    return X509CertificateGenerator.create(
      {
        subject: `CN=${commonName}`,
        issuer: signedBy === 'itself' ? `CN=${commonName}` : authority.subject,
        ...validity,
        signingKey,
        publicKey,
        signingAlgorithm: ALGORITHM,
        extensions: [
          new BasicConstraintsExtension(false, undefined, true),
          new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
          new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth, ...(use === 'both' ? [ExtendedKeyUsage.serverAuth] : [])]),
          new SubjectAlternativeNameExtension([...hosts]),
          await SubjectKeyIdentifierExtension.create(publicKey, false, webcrypto),
          await AuthorityKeyIdentifierExtension.create(signedBy === 'itself' ? publicKey : keys.publicKey, false, webcrypto),
        ],
      },
      webcrypto,
    );
  }

  return {
    certificatePem: authority.toString('pem'),
    async issue(commonName, form = {}) {
      const pair = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
      const signingKey = (form.signedBy ?? 'authority') === 'authority' ? keys.privateKey : pair.privateKey;
      const certificate = await sign(commonName, pair.publicKey, form, signingKey);
      const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', pair.privateKey)).toString('base64');
      const keyPem = `-----BEGIN PRIVATE KEY-----\n${pkcs8.replaceAll(/(.{64})/g, '$1\n')}\n-----END PRIVATE KEY-----\n`;
      return { keyPem, certificatePem: certificate.toString('pem') };
    },
    async answer(requestPem, commonName) {
      const request = new Pkcs10CertificateRequest(requestPem);
      if (!(await request.verify(webcrypto))) throw new Error('the request is not signed by its own key');
      const certificate = await sign(commonName, await request.publicKey.export(webcrypto));
      return certificate.toString('pem');
    },
    dated: (other) => authorityOf(keys, other),
  };
}
