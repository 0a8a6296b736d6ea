import { z } from 'zod';
import type { Database } from '#platform/database/database.ts';

/** A timestamp that ends soon. Times are the database's. */
const Due = z.object({ sequence: z.int(), manifestSha256: z.string(), expiresAt: z.date(), now: z.date() });
export type DueTimestamp = z.infer<typeof Due>;

export async function timestampsDue(database: Database, withinSeconds: number): Promise<DueTimestamp[]> {
  const rows = await database.directory<object>(
    'select sequence, manifest_sha256 as "manifestSha256", expires_at as "expiresAt", now from release_timestamps_due($1)',
    [withinSeconds],
  );
  return rows.map((row) => Due.parse(row));
}

/** Keeps a renewed timestamp; false when another replica was faster. */
export async function keepTimestamp(database: Database, due: DueTimestamp, jws: string, expiresAt: Date): Promise<boolean> {
  const [row] = await database.directory<{ kept: boolean }>('select renew_release_timestamp($1, $2, $3, $4, $5) as kept', [
    due.sequence,
    due.manifestSha256,
    due.expiresAt,
    jws,
    expiresAt,
  ]);
  return row?.kept === true;
}

/** What the cloud signed last for a release; null while the published file is the newest. */
export async function timestampOf(database: Database, sequence: number): Promise<string | null> {
  const [row] = await database.directory<{ jws: string | null }>('select release_timestamp($1) as jws', [sequence]);
  return row?.jws ?? null;
}
