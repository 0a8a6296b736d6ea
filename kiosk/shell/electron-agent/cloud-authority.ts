import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

/**
 * Trusts one more authority for HTTPS, from a PEM file: what NODE_EXTRA_CA_CERTS does for plain Node, and Electron passes over where the fuse enableNodeOptionsEnvironmentVariable is off. The
 * broker is not meant: its authority is pinned at the claim. Throws where there is no such file.
 */
export function trustCloudAuthority(path: string): void {
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(path, 'utf8')]);
}
