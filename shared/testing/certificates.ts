import 'reflect-metadata';
import type { webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** A private key and its certificate, both PEM, as `node:tls` and mosquitto take them. */
export interface IssuedCertificate {
  readonly keyPem: string;
  readonly certificatePem: string;
}

export interface TestAuthority {
  /** The authority's own certificate: what the other side is told to trust. */
  readonly authorityPem: string;
  /**
   * A leaf whose subject is `CN=commonName`: for a client, or with `server` for `localhost` and the loopback addresses. Leaves of one
   * authority share one key pair when `sharedKey` is set, because a bench with a thousand clients cannot wait for a thousand keys.
   */
  issue(
    commonName: string,
    options?: {
      readonly server?: boolean;
      readonly sharedKey?: boolean;
      /** It ran out a moment ago. */
      readonly expired?: boolean;
    },
  ): Promise<IssuedCertificate>;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const dayMs = 86_400_000;

/** A throw-away certificate authority with a P-256 key (RFC 5280 profile). It lives in memory only and is valid for two days. */
export async function createTestAuthority(name = 'Test authority'): Promise<TestAuthority> {
  const keys = await newKeyPair();
  const authority = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    ...validity(),
    serialNumber: newSerialNumber(),
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  let shared: webcrypto.CryptoKeyPair | undefined;

  return {
    authorityPem: authority.toString('pem'),
    async issue(commonName, options = {}) {
      if (options.sharedKey === true) shared ??= await newKeyPair();
      const leafKeys = options.sharedKey === true && shared !== undefined ? shared : await newKeyPair();
      const leaf = await X509CertificateGenerator.create({
        // Typed, because a name that begins with # would be read as hexadecimal.
        subject: new Name([{ CN: [{ utf8String: commonName }] }]),
        issuer: authority.subject,
        publicKey: leafKeys.publicKey,
        signingKey: keys.privateKey,
        ...validity(),
        ...(options.expired === true ? { notAfter: new Date(Date.now() - 60_000) } : {}),
        serialNumber: newSerialNumber(),
        signingAlgorithm: algorithm,
        extensions: [
          new BasicConstraintsExtension(false, undefined, true),
          new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
          await SubjectKeyIdentifierExtension.create(leafKeys.publicKey),
          await AuthorityKeyIdentifierExtension.create(keys.publicKey),
          ...purpose(commonName, options.server === true),
        ],
      });
      return { keyPem: await privateKeyPem(leafKeys.privateKey), certificatePem: leaf.toString('pem') };
    },
  };
}

function purpose(commonName: string, server: boolean): Extension[] {
  if (!server) {
    return [
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
      new SubjectAlternativeNameExtension([{ type: 'url', value: `urn:concierge:${encodeURIComponent(commonName)}` }]),
    ];
  }
  return [
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    new SubjectAlternativeNameExtension([
      { type: 'dns', value: 'localhost' },
      { type: 'ip', value: '127.0.0.1' },
      { type: 'ip', value: '::1' },
    ]),
  ];
}

async function newKeyPair(): Promise<webcrypto.CryptoKeyPair> {
  return await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

async function privateKeyPem(key: webcrypto.CryptoKey): Promise<string> {
  return PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

/** From an hour ago, so that a machine whose clock lags a little still accepts it. */
function validity(): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(Date.now() - 3_600_000), notAfter: new Date(Date.now() + 2 * dayMs) };
}

function newSerialNumber(): string {
  // The first bit stays clear: a serial number is a positive integer of at most 20 octets (RFC 5280 §4.1.2.2).
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return Buffer.from(bytes).toString('hex');
}
