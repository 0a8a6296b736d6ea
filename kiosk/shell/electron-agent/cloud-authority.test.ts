import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { expect, it, onTestFinished } from 'vitest';
import { trustCloudAuthority } from './cloud-authority.ts';

it('lets a cloud be reached whose certificate comes from an authority of the operator’s own', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'concierge-authority-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=cloud'];
  execFileSync('openssl', [...request, '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', certificate], {
    stdio: 'ignore',
  });
  const before = getCACertificates('default');
  onTestFinished(() => setDefaultCACertificates(before));
  const cloud = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (_request, response) => response.end('here'));
  onTestFinished(() => void cloud.close());
  cloud.listen(0, 'localhost');
  await once(cloud, 'listening');
  const url = `https://localhost:${(cloud.address() as AddressInfo).port}/`;

  const fingerprint = (pem: string) => new X509Certificate(pem).fingerprint256;
  const trusted = () => new Set(getCACertificates('default').map(fingerprint));
  await expect(fetch(url)).rejects.toThrow('fetch failed');
  trustCloudAuthority(certificate);
  expect(await (await fetch(url)).text()).toBe('here');
  // And those that Node knows are still trusted.
  expect(trusted()).toEqual(new Set([...before.map(fingerprint), fingerprint(readFileSync(certificate, 'utf8'))]));
});
