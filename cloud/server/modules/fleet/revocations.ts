import type { Database } from '#platform/database/database.ts';
import type { CertificateAuthority } from '#platform/keys/authority.ts';

/** Whom the embedded broker turns away although their certificate has not run out. An external broker gets the list as a file instead. */
export interface Revocations {
  has(deviceId: string): boolean;
  add(deviceId: string): void;
  /** Reads who was revoked before this process began. */
  load(): Promise<void>;
  /** The same for an external broker: a certificate revocation list in PEM. */
  list(): Promise<string>;
}

/** Brokers of a cluster ask one after another. */
const LIST_KEPT_MS = 30_000;

export function createRevocations({
  database,
  authority,
  nowMs,
}: {
  database: Database;
  authority: CertificateAuthority;
  nowMs(): number;
}): Revocations {
  const revoked = new Set<string>();
  let kept: { readonly pem: Promise<string>; readonly untilMs: number } | null = null;

  async function makeList(): Promise<string> {
    const rows = await database.directory<{ serial: string; revokedAt: Date }>(
      'select serial, revoked_at as "revokedAt" from revoked_certificates()',
    );
    return authority.revocationList(rows, nowMs());
  }

  return {
    has: (deviceId) => revoked.has(deviceId),
    add(deviceId) {
      revoked.add(deviceId);
      kept = null;
    },
    async load() {
      for (const { id } of await database.directory<{ id: string }>('select id from revoked_devices()')) revoked.add(id);
    },
    list() {
      if (kept === null || kept.untilMs < nowMs()) {
        const made = { pem: makeList(), untilMs: nowMs() + LIST_KEPT_MS };
        kept = made;
        // One that failed is not kept.
        made.pem.catch(() => {
          if (kept === made) kept = null;
        });
      }
      return kept.pem;
    },
  };
}
