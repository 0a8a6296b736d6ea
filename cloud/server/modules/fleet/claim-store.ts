import type { Database, Transaction } from '#platform/database/database.ts';

/** The device requests and the tries with codes. The application reads no table of them; each call is a function of migration 0008. */

export interface DeviceRequest {
  readonly id: string;
  readonly codeHash: Uint8Array;
  readonly keyThumbprint: Uint8Array;
  readonly csrPem: string;
  readonly serial: string;
  readonly agentVersion: string;
  readonly lastsSeconds: number;
}

/** Whether it was taken in; false while far too many devices ask at once. Throws a unique violation when the code is in use. */
export async function openRequest(database: Database, request: DeviceRequest): Promise<boolean> {
  const [row] = await database.directory<{ opened: boolean }>(
    `select open_device_request($1, $2, $3, $4, $5, $6, make_interval(secs => $7)) as opened`,
    [request.id, request.codeHash, request.keyThumbprint, request.csrPem, request.serial, request.agentVersion, request.lastsSeconds],
  );
  return row?.opened === true;
}

export interface FoundRequest {
  readonly id: string;
  readonly keyThumbprint: Buffer;
  readonly serial: string;
  readonly agentVersion: string;
  readonly expiresAt: Date;
}

/** The open request with this code; it is the finder's from now on. */
export async function findRequest(tx: Transaction, codeHash: Uint8Array, userId: string): Promise<FoundRequest | null> {
  const [row] = await tx.query<FoundRequest>(
    `select id, key_thumbprint as "keyThumbprint", serial, agent_version as "agentVersion", expires_at as "expiresAt"
     from find_device_request($1, $2)`,
    [codeHash, userId],
  );
  return row ?? null;
}

interface LockedRequest {
  readonly keyThumbprint: Buffer;
  readonly csrPem: string;
  readonly serial: string;
  readonly deviceId: string | null;
}

/** The request that this person found, locked for the transaction; with its device once they have confirmed it. */
export async function lockRequest(tx: Transaction, requestId: string, userId: string): Promise<LockedRequest | null> {
  const [row] = await tx.query<LockedRequest>(
    'select key_thumbprint as "keyThumbprint", csr_pem as "csrPem", serial, device_id as "deviceId" from device_request_of($1, $2)',
    [requestId, userId],
  );
  return row ?? null;
}

export async function settleRequest(
  tx: Transaction,
  settled: { requestId: string; userId: string; deviceId: string; reply: unknown },
): Promise<boolean> {
  const [row] = await tx.query<{ done: boolean }>('select settle_device_request($1, $2, $3, $4) as done', [
    settled.requestId,
    settled.userId,
    settled.deviceId,
    JSON.stringify(settled.reply),
  ]);
  return row?.done === true;
}

export async function endRequest(tx: Transaction, requestId: string, userId: string): Promise<void> {
  await tx.query('select end_device_request($1, $2)', [requestId, userId]);
}

/** What became of a request; null when there never was one or it is long gone. */
export async function requestAnswer(
  database: Database,
  requestId: string,
): Promise<{ csrPem: string; ended: boolean; reply: unknown } | null> {
  const [row] = await database.directory<{ csrPem: string; ended: boolean; reply: unknown }>(
    'select csr_pem as "csrPem", ended, reply from device_request_answer($1)',
    [requestId],
  );
  return row ?? null;
}

/** Takes one of the tries of all these subjects; false when one of them has none left. It counts at once, whatever becomes of it. */
export async function takeTry(database: Database, subjects: readonly Uint8Array[], allowed: number): Promise<boolean> {
  const [row] = await database.directory<{ left: boolean }>('select take_claim_try($1, $2) as left', [subjects, allowed]);
  return row?.left === true;
}

/** Whether all these subjects have a try left, without taking one. */
export async function hasTry(database: Database, subjects: readonly Uint8Array[], allowed: number): Promise<boolean> {
  const [row] = await database.directory<{ left: boolean }>('select has_claim_try($1, $2) as left', [subjects, allowed]);
  return row?.left === true;
}

export async function returnTry(database: Database, subjects: readonly Uint8Array[]): Promise<void> {
  await database.directory('select return_claim_try($1)', [subjects]);
}
