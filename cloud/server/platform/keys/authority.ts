import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto);

const KEY = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
/** A broker turns everybody away whose list has run out, so it must outlast a long weekend without the cloud. */
const LIST_DAYS = 7;

export interface IssuedCertificate {
  readonly privateKeyPem: string;
  readonly certificatePem: string;
}

export interface CertificateAuthority {
  readonly certificatePem: string;
  /** Key and certificate in one PEM text, for the key ring's file. */
  readonly pem: string;
  /** A certificate for our own servers and clients, good for two years; `hosts` become subject alternative names. */
  issueWithNewKey(commonName: string, hosts: readonly string[]): Promise<IssuedCertificate>;
  /** A certificate revocation list (RFC 5280 §5) in PEM, good for a week. */
  revocationList(revoked: readonly Revoked[], nowMs: number): Promise<string>;
  /** The key that a CSR proves to hold, with the SHA-256 of its SPKI; null when it does not verify or is not P-256. */
  requestedKey(csrPem: string): Promise<{ publicKeyPem: string; thumbprint: Buffer } | null>;
  /** A device's leaf for the key its CSR proves to hold; the names in the CSR are ignored. Null when the CSR does not verify. */
  issueForRequest(
    csrPem: string,
    commonName: string,
    days: number,
  ): Promise<{ certificatePem: string; fingerprint: string; serial: string; keyThumbprint: Buffer; expiresAt: Date } | null>;
}

/** A certificate that is not to be believed any more. */
export interface Revoked {
  /** Hexadecimal. */
  readonly serial: string;
  readonly revokedAt: Date;
}

/** A new authority: P-256, twenty years, path length 0 (RFC 5280). */
export async function createAuthority(commonName: string): Promise<CertificateAuthority> {
  const keys = await webcrypto.subtle.generateKey(KEY, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: `CN=${commonName}`,
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + 20 * 365 * DAY_MS),
    signingAlgorithm: SIGNATURE,
    keys: keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return authorityOf(keys.privateKey, certificate);
}

/** The authority kept in a PEM text of `pem`'s form. Throws when it holds no such thing. */
export async function authorityFromPem(pem: string): Promise<CertificateAuthority> {
  const [keyPem = '', certificatePem = ''] = pem.split(/(?=-----BEGIN CERTIFICATE-----)/);
  const privateKey = await webcrypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(keyPem), KEY, true, ['sign']);
  return authorityOf(privateKey, new x509.X509Certificate(certificatePem));
}

async function authorityOf(privateKey: webcrypto.CryptoKey, certificate: x509.X509Certificate): Promise<CertificateAuthority> {
  const keyPem = await privateKeyPemOf(privateKey);
  const certificatePem = `${certificate.toString('pem')}\n`;

  const issue = async (publicKey: x509.PublicKeyType, commonName: string, days: number, hosts: readonly string[]) =>
    x509.X509CertificateGenerator.create({
      serialNumber: serialNumber(),
      subject: `CN=${commonName}`,
      issuer: certificate.subject,
      // An hour back, for devices whose clocks run behind.
      notBefore: new Date(Date.now() - 3_600_000),
      notAfter: new Date(Date.now() + days * DAY_MS),
      signingAlgorithm: SIGNATURE,
      signingKey: privateKey,
      publicKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension(hosts.length > 0 ? [x509.ExtendedKeyUsage.serverAuth] : [x509.ExtendedKeyUsage.clientAuth]),
        await x509.SubjectKeyIdentifierExtension.create(publicKey),
        await x509.AuthorityKeyIdentifierExtension.create(certificate.publicKey),
        ...(hosts.length > 0
          ? [new x509.SubjectAlternativeNameExtension(hosts.map((host) => ({ type: isIpAddress(host) ? 'ip' : 'dns', value: host })))]
          : []),
      ],
    });

  return {
    certificatePem,
    pem: keyPem + certificatePem,

    async issueWithNewKey(commonName, hosts) {
      const keys = await webcrypto.subtle.generateKey(KEY, true, ['sign', 'verify']);
      const leaf = await issue(keys.publicKey, commonName, 730, hosts);
      return { privateKeyPem: await privateKeyPemOf(keys.privateKey), certificatePem: `${leaf.toString('pem')}\n` };
    },

    async revocationList(revoked, nowMs) {
      const list = await x509.X509CrlGenerator.create({
        issuer: certificate.subject,
        // An hour back, for a broker whose clock runs behind.
        thisUpdate: new Date(nowMs - 3_600_000),
        nextUpdate: new Date(nowMs + LIST_DAYS * DAY_MS),
        signingAlgorithm: SIGNATURE,
        signingKey: privateKey,
        entries: revoked.map(({ serial, revokedAt }) => ({ serialNumber: serial, revocationDate: revokedAt })),
        extensions: [await x509.AuthorityKeyIdentifierExtension.create(certificate.publicKey)],
      });
      // The library's own label is one that OpenSSL does not know (RFC 7468 §6).
      return `${x509.PemConverter.encode(list.rawData, 'X509 CRL')}\n`;
    },

    async requestedKey(csrPem) {
      const request = await provenRequest(csrPem);
      if (request === null) return null;
      return { publicKeyPem: request.publicKey.toString('pem'), thumbprint: await thumbprintOf(request.publicKey) };
    },

    async issueForRequest(csrPem, commonName, days) {
      const request = await provenRequest(csrPem);
      if (request === null) return null;
      const leaf = await issue(request.publicKey, commonName, days, []);
      return {
        certificatePem: `${leaf.toString('pem')}\n`,
        fingerprint: Buffer.from(await leaf.getThumbprint('SHA-256')).toString('hex'),
        serial: leaf.serialNumber,
        keyThumbprint: await thumbprintOf(request.publicKey),
        expiresAt: leaf.notAfter,
      };
    },
  };
}

async function provenRequest(csrPem: string): Promise<x509.Pkcs10CertificateRequest | null> {
  try {
    const request = new x509.Pkcs10CertificateRequest(csrPem);
    const algorithm = request.publicKey.algorithm;
    if (algorithm.name !== 'ECDSA' || !('namedCurve' in algorithm) || algorithm.namedCurve !== 'P-256') return null;
    return (await request.verify()) ? request : null;
  } catch {
    return null;
  }
}

/** SHA-256 of the key's SPKI. */
async function thumbprintOf(key: x509.PublicKey): Promise<Buffer> {
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', key.rawData));
}

async function privateKeyPemOf(key: webcrypto.CryptoKey): Promise<string> {
  return `${x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`;
}

function serialNumber(): string {
  // Positive and 127 bits, as RFC 5280 §4.1.2.2 wants.
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = (bytes[0] ?? 0) & 0x7f;
  return Buffer.from(bytes).toString('hex');
}

function isIpAddress(host: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(host) || host.includes(':');
}
