import type { SerialState } from '@concierge/contract/http/device-batches.ts';
import type { Database, Scope, Transaction } from '#platform/database/database.ts';
import type { DeviceEnd } from './batch-rules.ts';
import { over } from './batch-store.ts';

/** The only SQL on `device_preauthorisation`, and on the device requests that one of them is bound to (functions of migration 0011). */

export interface SerialRow {
  readonly serial: string;
  readonly number: number;
  readonly keyThumbprint: Buffer | null;
  readonly presentedAt: Date | null;
  readonly buildingId: string | null;
  readonly deviceId: string | null;
  readonly deviceName: string | null;
  readonly deviceBuildingId: string | null;
  readonly deviceEnd: DeviceEnd;
  readonly online: boolean;
  readonly lastSeenAt: Date | null;
  readonly claimedAt: Date | null;
}

const deviceEnd = `case when d.left_at is not null then 'left' when d.revoked_at is not null then 'revoked' end`;

const serialColumns = `p.serial, p.number, p.key_thumbprint as "keyThumbprint", p.presented_at as "presentedAt", p.building_id as "buildingId", p.device_id as "deviceId", d.name as "deviceName",
  d.building_id as "deviceBuildingId", ${deviceEnd} as "deviceEnd", coalesce(d.online, false) as online, d.last_seen_at as "lastSeenAt", p.claimed_at as "claimedAt"`;

/** The same as `stateOfSerial` says of one, for a page of those in one state. */
const stateOf = `case when d.id is not null then coalesce(${deviceEnd}, 'claimed') when ${over} then 'ended'
  when p.presented_at is not null then 'waiting' else 'open' end`;

export async function listSerials(
  database: Database,
  scope: Scope,
  query: { batchId: string; state: SerialState | null; afterNumber: number | null; limit: number },
): Promise<SerialRow[]> {
  return database.read<SerialRow>(scope, {
    name: 'list-device-serials',
    text: `select ${serialColumns} from device_preauthorisation p join device_batch b on b.tenant_id = p.tenant_id and b.id = p.batch_id
        left join device d on d.tenant_id = p.tenant_id and d.id = p.device_id
      where p.tenant_id = (select current_tenant()) and p.batch_id = $1 and ($2::int is null or p.number > $2) and ($4::text is null or ${stateOf} = $4) order by p.number limit $3`,
    values: [query.batchId, query.afterNumber, query.limit, query.state],
  });
}

export interface ExpectedRow extends SerialRow {
  readonly batchId: string;
  readonly batchNumber: number;
  readonly batchName: string;
  readonly batchBuildingId: string | null;
}

const expected = `from device_preauthorisation p join device_batch b on b.tenant_id = p.tenant_id and b.id = p.batch_id
  left join device d on d.tenant_id = p.tenant_id and d.id = p.device_id
  where p.tenant_id = (select current_tenant()) and p.device_id is null and not ${over} and ($1::uuid[] is null or b.building_id = any ($1))`;

/** Of all batches that stand, the newest first: those that have come and wait, or those that are still to come. */
export async function listExpected(
  database: Database,
  scope: Scope,
  query: {
    allowed: readonly string[] | null;
    presented: boolean;
    after: { batchNumber: number; number: number } | null;
    limit: number;
  },
): Promise<ExpectedRow[]> {
  return database.read<ExpectedRow>(scope, {
    name: `list-expected-devices-${query.presented ? 'waiting' : 'open'}`,
    text: `select ${serialColumns}, b.id as "batchId", b.number as "batchNumber", b.name as "batchName", b.building_id as "batchBuildingId" ${expected}
      and p.presented_at is ${query.presented ? 'not ' : ''}null and ($2::int is null or b.number < $2 or (b.number = $2 and p.number > $3)) order by b.number desc, p.number limit $4`,
    values: [query.allowed, query.after?.batchNumber ?? null, query.after?.number ?? null, query.limit],
  });
}

export async function countExpected(
  database: Database,
  scope: Scope,
  allowed: readonly string[] | null,
): Promise<{ waiting: number; open: number }> {
  const [row] = await database.read<{ waiting: number; open: number }>(scope, {
    name: 'count-expected-devices',
    text: `select count(*) filter (where p.presented_at is not null)::int as waiting, count(*) filter (where p.presented_at is null)::int as open ${expected}`,
    values: [allowed],
  });
  return row ?? { waiting: 0, open: 0 };
}

/** The batch of a label, and its serial where one is listed for the number. `mark` is the end of the batch's id. */
export async function findLabel(
  database: Database,
  scope: Scope,
  label: { batchNumber: number; number: number; mark: string | null },
): Promise<{ batchId: string; size: number; serial: string | null } | null> {
  const [row] = await database.read<{ batchId: string; size: number; serial: string | null }>(scope, {
    name: 'find-device-label',
    text: `select b.id as "batchId", b.size, p.serial from device_batch b left join device_preauthorisation p on p.tenant_id = b.tenant_id and p.batch_id = b.id and p.number = $2
      where b.tenant_id = (select current_tenant()) and b.number = $1 and ($3::text is null or right(b.id::text, 8) = $3)`,
    values: [label.batchNumber, label.number, label.mark],
  });
  return row ?? null;
}

export async function findSerial(database: Database, scope: Scope, batchId: string, serial: string): Promise<SerialRow | null> {
  const [row] = await database.read<SerialRow>(scope, {
    name: 'find-device-serial',
    text: `select ${serialColumns} from device_preauthorisation p left join device d on d.tenant_id = p.tenant_id and d.id = p.device_id
      where p.tenant_id = (select current_tenant()) and p.batch_id = $1 and p.serial = $2`,
    values: [batchId, serial],
  });
  return row ?? null;
}

/** Takes the lowest free numbers for those that are not there yet; returns how many were added. The batch must be locked and have room. */
export async function addSerials(tx: Transaction, batchId: string, size: number, serials: readonly string[]): Promise<number> {
  return tx.change(
    `insert into device_preauthorisation (tenant_id, batch_id, serial, number)
     select $1, $2, wanted.serial, free.number
     from (select s as serial, row_number() over (order by place) as turn from unnest($4::text[]) with ordinality as each (s, place)
           where not exists (select from device_preauthorisation p where p.tenant_id = $1 and p.batch_id = $2 and p.serial = s)) wanted
     join (select n as number, row_number() over (order by n) as turn from generate_series(1, $3::int) n
           where not exists (select from device_preauthorisation p where p.tenant_id = $1 and p.batch_id = $2 and p.number = n)) free using (turn)`,
    [tx.scope.tenantId, batchId, size, serials],
  );
}

export async function knownSerials(tx: Transaction, batchId: string): Promise<string[]> {
  const rows = await tx.query<{ serial: string }>('select serial from device_preauthorisation where tenant_id = $1 and batch_id = $2', [
    tx.scope.tenantId,
    batchId,
  ]);
  return rows.map((row) => row.serial);
}

export async function unclaimedOf(tx: Transaction, batchId: string): Promise<{ unclaimed: number }> {
  const [row] = await tx.query<{ unclaimed: number }>(
    'select count(*)::int as unclaimed from device_preauthorisation where tenant_id = $1 and batch_id = $2 and device_id is null',
    [tx.scope.tenantId, batchId],
  );
  return row ?? { unclaimed: 0 };
}

/** False when there is none that no device has come from. */
export async function removeSerial(tx: Transaction, batchId: string, serial: string): Promise<boolean> {
  const changed = await tx.change(
    'delete from device_preauthorisation where tenant_id = $1 and batch_id = $2 and serial = $3 and device_id is null',
    [tx.scope.tenantId, batchId, serial],
  );
  return changed === 1;
}

interface LockedSerial {
  readonly number: number;
  readonly keyThumbprint: Buffer | null;
  readonly requestId: string | null;
  readonly buildingId: string | null;
  readonly deviceName: string | null;
  readonly placement: string | null;
  readonly deviceId: string | null;
  readonly deviceEnd: DeviceEnd;
  /** Where the device hangs by now; null while there is none. */
  readonly deviceBuildingId: string | null;
}

export async function lockSerial(tx: Transaction, batchId: string, serial: string): Promise<LockedSerial | null> {
  const [row] = await tx.query<Omit<LockedSerial, 'deviceEnd' | 'deviceBuildingId'>>(
    `select p.number, p.key_thumbprint as "keyThumbprint", p.request_id as "requestId", p.building_id as "buildingId", p.device_name as "deviceName", p.placement,
       p.device_id as "deviceId"
     from device_preauthorisation p where p.tenant_id = $1 and p.batch_id = $2 and p.serial = $3 for update`,
    [tx.scope.tenantId, batchId, serial],
  );
  if (row === undefined) return null;
  if (row.deviceId === null) return { ...row, deviceEnd: null, deviceBuildingId: null };
  // Read after the lock and not with it: whoever held the row before us may have made the device, which a statement that began earlier does not see.
  const [device] = await tx.query<Pick<LockedSerial, 'deviceEnd' | 'deviceBuildingId'>>(
    `select ${deviceEnd} as "deviceEnd", d.building_id as "deviceBuildingId" from device d where d.tenant_id = $1 and d.id = $2`,
    [tx.scope.tenantId, row.deviceId],
  );
  return { ...row, deviceEnd: device?.deviceEnd ?? null, deviceBuildingId: device?.deviceBuildingId ?? null };
}

/** From now on only this key is heard for the serial. */
export async function bindSerial(
  tx: Transaction,
  batchId: string,
  serial: string,
  heard: { keyThumbprint: Uint8Array; requestId: string },
): Promise<void> {
  await tx.change(
    `update device_preauthorisation set key_thumbprint = $4, request_id = $5, presented_at = now() where tenant_id = $1 and batch_id = $2 and serial = $3`,
    [tx.scope.tenantId, batchId, serial, heard.keyThumbprint, heard.requestId],
  );
}

/** The machine that came is heard no longer: the next one with token and serial is. */
export async function unbindSerial(tx: Transaction, batchId: string, serial: string): Promise<void> {
  await tx.change(
    `update device_preauthorisation set key_thumbprint = null, request_id = null, presented_at = null where tenant_id = $1 and batch_id = $2 and serial = $3 and device_id is null`,
    [tx.scope.tenantId, batchId, serial],
  );
}

export async function placeSerial(
  tx: Transaction,
  batchId: string,
  serial: string,
  place: { buildingId: string; name: string; placement: string | null },
): Promise<void> {
  await tx.change(
    'update device_preauthorisation set building_id = $4, device_name = $5, placement = $6 where tenant_id = $1 and batch_id = $2 and serial = $3',
    [tx.scope.tenantId, batchId, serial, place.buildingId, place.name, place.placement],
  );
}

export async function spendSerial(tx: Transaction, batchId: string, serial: string, deviceId: string): Promise<void> {
  await tx.change(
    'update device_preauthorisation set device_id = $4, claimed_at = now() where tenant_id = $1 and batch_id = $2 and serial = $3 and device_id is null',
    [tx.scope.tenantId, batchId, serial, deviceId],
  );
}

/** What a request is bound to is locked before the request, by whoever answers it, so that two who do never wait for each other. */
export async function lockSerialOfRequest(tx: Transaction, requestId: string): Promise<void> {
  await tx.query('select from device_preauthorisation where tenant_id = $1 and request_id = $2 for update', [tx.scope.tenantId, requestId]);
}

/** A person claimed by its code what was waiting for a building: the serial is spent all the same. */
export async function spendSerialOfRequest(tx: Transaction, requestId: string, deviceId: string): Promise<void> {
  await tx.change(
    'update device_preauthorisation set device_id = $3, claimed_at = now() where tenant_id = $1 and request_id = $2 and device_id is null',
    [tx.scope.tenantId, requestId, deviceId],
  );
}

/** The request the serial is bound to, locked; null when it is none that waits. */
export async function lockBoundRequest(tx: Transaction, requestId: string): Promise<{ csrPem: string } | null> {
  const [row] = await tx.query<{ csrPem: string }>('select csr_pem as "csrPem" from preauthorised_request($1)', [requestId]);
  return row ?? null;
}

export async function settleBoundRequest(tx: Transaction, requestId: string, deviceId: string, reply: unknown): Promise<boolean> {
  const [row] = await tx.query<{ done: boolean }>('select settle_preauthorised_request($1, $2, $3) as done', [
    requestId,
    deviceId,
    JSON.stringify(reply),
  ]);
  return row?.done === true;
}

/** What an earlier request of the same key was answered; null once it is forgotten, after a day. */
export async function earlierReply(tx: Transaction, requestId: string): Promise<unknown> {
  const [row] = await tx.query<{ reply: unknown }>('select reply from device_request_answer($1)', [requestId]);
  return row?.reply ?? null;
}
