import { webcrypto } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { PublicSigningKey } from '@concierge/contract/keys.ts';
import { ReleaseKeyFile } from '@concierge/contract/release/key-file.ts';
import { signReleaseStatement } from '@concierge/contract/release/signed-release.ts';
import { jsonOrUndefined } from '@concierge/kernel/json.ts';
import type { Logger } from 'pino';
import type { Database } from '#platform/database/database.ts';
import { newestRoot } from './published-files.ts';
import { keepTimestamp, timestampsDue } from './timestamp-store.ts';

/** A device believes it for so long; what is withheld from one is noticed after this time. */
const LIFE_MS = 48 * 3_600_000;
/** Renewed while a day of it is left, so that an afternoon without the cloud does not matter. */
const RENEW_BEFORE_SECONDS = 86_400;

/** The online key, which can say which signed manifest is to be installed now, and nothing else. */
export interface TimestampKey {
  readonly public: PublicSigningKey;
  readonly privateKey: webcrypto.CryptoKey;
}

/** Throws, with a sentence, when the file holds no key, or one of another role. */
export async function readTimestampKey(path: string): Promise<TimestampKey> {
  const parsed = ReleaseKeyFile.safeParse(jsonOrUndefined(await readFile(path, 'utf8')));
  if (!parsed.success) throw new Error(`${path} holds no key of releases.`);
  const { kty, crv, x, kid, d, role } = parsed.data;
  if (role !== 'timestamp')
    throw new Error(`${path} is a ${role} key. It belongs on a machine without network; the cloud wants a timestamp key.`);
  const privateKey = await webcrypto.subtle.importKey('jwk', { kty, crv, x, d }, 'Ed25519', false, ['sign']);
  return { public: { kty, crv, x, kid }, privateKey };
}

/**
 * Says again of every release that is on offer that it is the one to install now. Whatever replica does it, each renewal is kept once: the database takes it only in the place of the very
 * timestamp that was found to end soon. Without a key, or with one that devices would not believe, nothing is signed, and the log says so while something is due.
 */
export function createTimestamps(deps: {
  readonly database: Database;
  readonly signing: { readonly key: TimestampKey; readonly rootFile: string } | null;
  /** Where releases lie: the chain of roots is below it. */
  readonly folder: string;
  readonly logger: Logger;
}): { renew(): Promise<void> } {
  const { database, signing, logger } = deps;

  return {
    async renew() {
      const all = await timestampsDue(database, RENEW_BEFORE_SECONDS);
      if (all.length === 0) return;
      const sequences = all.map(({ sequence }) => sequence);
      if (signing === null)
        return logger.warn({ sequences }, 'timestamps of releases end within a day, and this cloud has no key to renew them');
      const root = await newestRoot(deps.folder, signing.rootFile);
      const { key } = signing;
      const believed = root.ok && root.value.timestampKeys.some(({ kid, x }) => kid === key.public.kid && x === key.public.x);
      if (!believed)
        return logger.error(
          { sequences, keyId: key.public.kid, fault: root.ok ? null : root.error },
          'devices would not believe timestamps of this key: none is signed',
        );
      for (const due of all) {
        const expiresAt = new Date(due.now.getTime() + LIFE_MS);
        const { sequence, manifestSha256 } = due;
        const jws = await signReleaseStatement(
          'timestamp',
          { kind: 'release-timestamp', sequence, manifestSha256, issuedAt: due.now.toISOString(), expiresAt: expiresAt.toISOString() },
          { keyId: key.public.kid, privateKey: key.privateKey },
        );
        if (await keepTimestamp(database, due, jws, expiresAt))
          logger.info({ sequence, expiresAt }, 'the timestamp of a release was renewed');
      }
    },
  };
}
