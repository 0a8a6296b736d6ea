import type { Database, Transaction } from '#platform/database/database.ts';

/** The device requests and the tries with codes. The application reads no table of them; each call is a function of migrations 0008, 0011, 0024, 0026 and 0032. */

export interface DeviceRequest {
  readonly id: string;
  readonly codeHash: Uint8Array;
  readonly keyThumbprint: Uint8Array;
  readonly csrPem: string;
  readonly serial: string;
  readonly agentVersion: string;
  readonly lastsSeconds: number;
  /** SHA-256 of where it asks from. */
  readonly addressHash: Uint8Array;
}

/** Whether it was taken in; false while too many devices ask from there at once. Throws a unique violation when the code is in use. */
export async function openRequest(database: Database, request: DeviceRequest): Promise<boolean> {
  const [row] = await database.directory<{ opened: boolean }>(
    `select open_device_request($1, $2, $3, $4, $5, $6, make_interval(secs => $7), $8) as opened`,
    [
      request.id,
      request.codeHash,
      request.keyThumbprint,
      request.csrPem,
      request.serial,
      request.agentVersion,
      request.lastsSeconds,
      request.addressHash,
    ],
  );
  return row?.opened === true;
}

/** Where the key of the request was given a device lately, which lives, the request is answered as that one was (migration 0024). */
export async function answerAgain(database: Database, requestId: string): Promise<void> {
  await database.directory('select answer_device_request_again($1)', [requestId]);
}

export interface FoundRequest {
  readonly id: string;
  readonly keyThumbprint: Buffer;
  readonly serial: string;
  readonly agentVersion: string;
  readonly expiresAt: Date;
  /** What it has become; null while nobody has confirmed it. */
  readonly deviceId: string | null;
}

/** The request with this code: an open one, which is the tenant's from now on, or one that the tenant has confirmed and whose code has not run out. */
export async function findRequest(tx: Transaction, codeHash: Uint8Array, userId: string): Promise<FoundRequest | null> {
  const [row] = await tx.query<FoundRequest>(
    `select id, key_thumbprint as "keyThumbprint", serial, agent_version as "agentVersion", expires_at as "expiresAt", device_id as "deviceId"
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

/** The request that the tenant found, locked for the transaction; with its device once somebody has confirmed it. */
export async function lockRequest(tx: Transaction, requestId: string): Promise<LockedRequest | null> {
  const [row] = await tx.query<LockedRequest>(
    'select key_thumbprint as "keyThumbprint", csr_pem as "csrPem", serial, device_id as "deviceId" from device_request_of($1)',
    [requestId],
  );
  return row ?? null;
}

export async function settleRequest(tx: Transaction, settled: { requestId: string; deviceId: string; reply: unknown }): Promise<boolean> {
  const [row] = await tx.query<{ done: boolean }>('select settle_device_request($1, $2, $3) as done', [
    settled.requestId,
    settled.deviceId,
    JSON.stringify(settled.reply),
  ]);
  return row?.done === true;
}

export async function endRequest(tx: Transaction, requestId: string): Promise<void> {
  await tx.query('select end_device_request($1)', [requestId]);
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

/** When all these subjects have a try again; null when none of them is without one. */
export async function triesFreeAt(database: Database, subjects: readonly Uint8Array[], allowed: number): Promise<Date | null> {
  const [row] = await database.directory<{ freeAt: Date | null }>('select claim_tries_free_at($1, $2) as "freeAt"', [subjects, allowed]);
  return row?.freeAt ?? null;
}

/** Whether all these subjects have a try left, without taking one. */
export async function hasTry(database: Database, subjects: readonly Uint8Array[], allowed: number): Promise<boolean> {
  const [row] = await database.directory<{ left: boolean }>('select has_claim_try($1, $2) as left', [subjects, allowed]);
  return row?.left === true;
}

export async function returnTry(database: Database, subjects: readonly Uint8Array[]): Promise<void> {
  await database.directory('select return_claim_try($1)', [subjects]);
}
