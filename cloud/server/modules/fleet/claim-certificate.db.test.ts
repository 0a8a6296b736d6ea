import 'reflect-metadata';
import { webcrypto, X509Certificate } from 'node:crypto';
import { FoundClaim } from '@concierge/contract/http/device-claims.ts';
import { wordPairOf } from '@concierge/contract/word-pairs.ts';
import * as x509 from '@peculiar/x509';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimingDevice } from '../../testing/claiming-device.ts';
import { deviceSide } from '../../testing/device-side.ts';
import { field } from '../../testing/running-cloud.ts';
import { runTwoOffices, type TwoOffices } from '../../testing/two-offices.ts';

let running: TwoOffices['running'];
let ours: TwoOffices['ours'];
let manager: TwoOffices['manager'];

beforeAll(async () => {
  ({ running, ours, manager } = await runTwoOffices());
});
afterAll(async () => running.stop());
const devices = deviceSide(() => running);

describe('the certificate of a claimed device', () => {
  it('is for this device as a client and for nothing else, and good for ninety days', async () => {
    const device = await claimingDevice('SERIAL-CERTIFIED');
    const { claimId, userCode } = await devices.open(device);
    FoundClaim.parse((await manager.request('POST', '/api/kiosk/claims/lookup', { userCode })).json);
    const body = { words: wordPairOf(device.keyThumbprint), buildingId: ours.buildingId, name: 'Είσοδος', placement: null };
    const deviceId = field((await manager.request('POST', `/api/kiosk/claims/${claimId}/confirm`, body)).json, 'id');
    const answer = await devices.poll(claimId, device);
    if (answer.state !== 'confirmed') throw new Error(answer.state);

    const { certificatePem, authorityPem } = answer.claim;
    const certificate = new X509Certificate(certificatePem);
    expect(certificate.subject).toBe(`CN=${deviceId}`);
    expect(certificate.subjectAltName).toBeUndefined();
    expect(certificate.ca).toBe(false);
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
    expect(certificate.checkIssued(new X509Certificate(authorityPem))).toBe(true);
    const [fromMs, toMs] = [certificate.validFrom, certificate.validTo].map((text) => Date.parse(text));
    // From an hour ago, for a device whose clock runs behind.
    expect((toMs ?? 0) - (fromMs ?? 0)).toBe(90 * 86_400_000 + 3_600_000);
    expect(Math.abs((fromMs ?? 0) + 3_600_000 - Date.now())).toBeLessThan(60_000);

    const extensions = new x509.X509Certificate(certificatePem);
    expect(extensions.getExtension(x509.BasicConstraintsExtension)).toMatchObject({ ca: false, critical: true });
    expect(extensions.getExtension(x509.KeyUsagesExtension)).toMatchObject({ usages: x509.KeyUsageFlags.digitalSignature, critical: true });
  });
});

describe('a request for a certificate', () => {
  it.each([
    ['P-384', { name: 'ECDSA', namedCurve: 'P-384' }, { name: 'ECDSA', hash: 'SHA-384' }],
    ['P-521', { name: 'ECDSA', namedCurve: 'P-521' }, { name: 'ECDSA', hash: 'SHA-512' }],
    [
      'RSA',
      { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2_048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
      { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
    ],
    ['Ed25519', { name: 'Ed25519' }, { name: 'Ed25519' }],
  ])('is refused for a key of %s, although it is signed by it', async (_what, kind, signingAlgorithm) => {
    const keys = (await webcrypto.subtle.generateKey(kind, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
    const signed = await x509.Pkcs10CertificateRequestGenerator.create({ name: 'CN=10000000abcdef12', keys, signingAlgorithm }, webcrypto);
    expect(await signed.verify(webcrypto)).toBe(true);
    const reply = await devices.send('/api/kiosk/claims', {
      csrPem: signed.toString('pem'),
      serial: '10000000abcdef12',
      agentVersion: '0.1.0',
    });
    expect([reply.status, field(reply.json, 'code')]).toEqual([403, 'claim-refused']);
  });
});
