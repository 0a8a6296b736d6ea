import { X509Certificate } from 'node:crypto';
import { chmod, mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { type Keyring, openKeyring } from '#platform/keys/keyring.ts';
import { hostsOfBroker } from './infrastructure/broker.ts';
import { readSettings, type Settings } from './settings.ts';

// node cloud/server/make-keys.ts    makes the key ring of an installation, once, before its first start
// It reads the cloud's own settings: the folder is CONCIERGE_KEYS, and the broker's certificate names the hosts of MQTT_URL, MQTT_PUBLIC_URL and
// PUBLIC_URL. Keys that are there stay as they are, so it may run again: a broker or backend certificate is made anew when it ends within sixty days, or when its file is gone.
// Beside the ring, in `mosquitto`, it writes what an external broker needs: its own key and certificate, and the authority that devices are checked against.

/** Lost, these cut off every kiosk: it pins the one, and its certificate was issued by the other. */
const IRREPLACEABLE = ['signing-key.json', 'device-authority.pem'];
const REPLACEABLE = ['broker.pem', 'backend.pem', 'session-secret', 'presence-secret'];

const read = readSettings(process.env);
if (!read.ok) {
  console.error(`The keys cannot be made, because of these settings:\n${read.faults.map((fault) => `  ${fault}`).join('\n')}`);
  process.exit(78);
}
try {
  await makeKeys(read.settings);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

async function makeKeys(settings: Settings): Promise<void> {
  const folder = resolve(settings.CONCIERGE_KEYS ?? join(settings.CONCIERGE_DATA, 'keys'));
  const before = await readdir(folder).catch((): string[] => []);
  const missing = IRREPLACEABLE.filter((name) => !before.includes(name));
  if (missing.length > 0 && [...IRREPLACEABLE, ...REPLACEABLE].some((name) => before.includes(name)))
    throw new Error(
      `The key ring in ${folder} lacks ${missing.join(' and ')}. A new one would cut off every kiosk: restore it from the backup. For a new installation, empty the folder.`,
    );

  const brokerHosts = hostsOfBroker(settings);
  const keyring = await openKeyring(folder, { create: true, brokerHosts });
  const made = [...IRREPLACEABLE, ...REPLACEABLE].filter((name) => !before.includes(name));
  console.log(made.length === 0 ? `The key ring in ${folder} was complete.` : `Made in ${folder}: ${made.join(', ')}.`);

  const certificate = new X509Certificate(keyring.broker.certificatePem);
  const unnamed = brokerHosts.filter((host) => !names(certificate, host));
  if (unnamed.length > 0)
    throw new Error(
      `The broker's certificate does not name ${unnamed.join(', ')}, so nobody could trust it there. Remove broker.pem from the key ring and run this again.`,
    );
  await writeBrokerFiles(join(folder, 'mosquitto'), keyring);
  console.log(`The broker's certificate names ${brokerHosts.join(', ')}.`);
  tellExpiry('broker.pem', certificate);
  tellExpiry('backend.pem', new X509Certificate(keyring.backend.certificatePem));
}

function names(certificate: X509Certificate, host: string): boolean {
  return (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined;
}

/** The key is for the group too: the broker runs as another user, who shares ours. */
async function writeBrokerFiles(folder: string, keyring: Keyring): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o750 });
  const files = [
    ['broker.key', keyring.broker.privateKeyPem, 0o640],
    ['broker.crt', keyring.broker.certificatePem, 0o644],
    ['authority.crt', keyring.authority.certificatePem, 0o644],
    // Nobody is on it: for the broker's very first start, before it can ask the cloud.
    ['revoked.pem', await keyring.authority.revocationList([], Date.now()), 0o644],
  ] as const;
  for (const [name, text, mode] of files) {
    const path = join(folder, name);
    await writeFile(`${path}.new`, text, { mode: 0o600 });
    await chmod(`${path}.new`, mode);
    await rename(`${path}.new`, path);
  }
  console.log(`Written for the broker in ${folder}: ${files.map(([name]) => name).join(', ')}.`);
}

function tellExpiry(name: string, { validToDate }: X509Certificate): void {
  console.log(`${name} is valid until ${validToDate.toISOString().slice(0, 10)}; this command issues it anew from sixty days before.`);
}
