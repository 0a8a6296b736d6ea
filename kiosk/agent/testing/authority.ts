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
  issue(commonName: string): Promise<{ keyPem: string; certificatePem: string }>;
  /** A certificate for the key in a PKCS #10 request, under a name of the authority's choice. */
  answer(requestPem: string, commonName: string): Promise<string>;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;

export async function createTestAuthority(): Promise<TestAuthority> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const validity = { notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + DAY_MS) };
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

  function sign(commonName: string, publicKey: webcrypto.CryptoKey): Promise<X509Certificate> {
    return SubjectKeyIdentifierExtension.create(publicKey, false, webcrypto).then(async (subjectKey) =>
      X509CertificateGenerator.create(
        {
          subject: `CN=${commonName}`,
          issuer: authority.subject,
          ...validity,
          signingKey: keys.privateKey,
          publicKey,
          signingAlgorithm: ALGORITHM,
          extensions: [
            new BasicConstraintsExtension(false, undefined, true),
            new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
            new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth, ExtendedKeyUsage.serverAuth]),
            new SubjectAlternativeNameExtension([
              { type: 'dns', value: 'localhost' },
              { type: 'ip', value: '127.0.0.1' },
            ]),
            subjectKey,
            await AuthorityKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
          ],
        },
        webcrypto,
      ),
    );
  }

  return {
    certificatePem: authority.toString('pem'),
    async issue(commonName) {
      const pair = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
      const certificate = await sign(commonName, pair.publicKey);
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
  };
}
