import type { BringingCommand } from '@concierge/contract/http/command-results.ts';
import type { Transaction } from '#platform/database/database.ts';
import type { ResultType } from './command-rules.ts';

/** A command whose answer is waited for, and the device it was given to. */
export interface AwaitedCommand {
  readonly command: string;
  readonly deviceId: string;
  readonly buildingId: string;
  readonly keyThumbprint: Buffer;
}

/** Null when there is no such command of this device, it was answered, or it has run out. */
export async function findAwaited(tx: Transaction, commandId: string, deviceId: string, now: Date): Promise<AwaitedCommand | null> {
  const [row] = await tx.query<AwaitedCommand>(
    `select c.command, d.id as "deviceId", d.building_id as "buildingId", d.key_thumbprint as "keyThumbprint"
     from device_command c join device d on d.tenant_id = c.tenant_id and d.id = c.device_id
     where c.tenant_id = $1 and c.id = $2 and c.device_id = $3 and c.outcome is null and c.expires_at > $4
       and d.revoked_at is null and d.key_thumbprint is not null`,
    [tx.scope.tenantId, commandId, deviceId, now],
  );
  return row ?? null;
}

/** Notes that the device brought what the command asked for. False for the second of two that come at once, and when the command has run out meanwhile. */
export async function noteBrought(tx: Transaction, commandId: string, deviceId: string, now: Date): Promise<boolean> {
  const changed = await tx.change(
    `update device_command set outcome = 'done', answered_at = $4
     where tenant_id = $1 and id = $2 and device_id = $3 and outcome is null and expires_at > $4`,
    [tx.scope.tenantId, commandId, deviceId, now],
  );
  return changed === 1;
}

/** Keeps it in the place of the one before, unless that one was asked for later. */
export async function keepResult(
  tx: Transaction,
  result: {
    readonly deviceId: string;
    readonly buildingId: string;
    readonly command: BringingCommand;
    readonly commandId: string;
    readonly contentType: ResultType;
    readonly content: Uint8Array;
    readonly receivedAt: Date;
  },
): Promise<void> {
  await tx.change(
    `insert into device_command_result as kept (tenant_id, device_id, command, command_id, building_id, content_type, content, received_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (tenant_id, device_id, command) do update set command_id = excluded.command_id, building_id = excluded.building_id,
       content_type = excluded.content_type, content = excluded.content, received_at = excluded.received_at
     where kept.command_id < excluded.command_id`,
    [
      tx.scope.tenantId,
      result.deviceId,
      result.command,
      result.commandId,
      result.buildingId,
      result.contentType,
      result.content,
      result.receivedAt,
    ],
  );
}

/** As it was brought from the building that the device is in. */
export async function readResult(
  tx: Transaction,
  of: { readonly deviceId: string; readonly commandId: string; readonly keptSince: Date },
): Promise<{ command: string; contentType: ResultType; content: Buffer } | null> {
  const [row] = await tx.query<{ command: string; contentType: ResultType; content: Buffer }>(
    `select r.command, r.content_type as "contentType", r.content from device_command_result r
     join device d on d.tenant_id = r.tenant_id and d.id = r.device_id and d.building_id = r.building_id and d.revoked_at is null
     where r.tenant_id = $1 and r.device_id = $2 and r.command_id = $3 and r.received_at > $4`,
    [tx.scope.tenantId, of.deviceId, of.commandId, of.keptSince],
  );
  return row ?? null;
}

/** Forgets what is older than it is kept, at most so many; answers how many they were. */
export async function forgetResults(tx: Transaction, before: Date, most: number): Promise<number> {
  return tx.change(
    `delete from device_command_result where tenant_id = $1 and (device_id, command) in
       (select device_id, command from device_command_result where tenant_id = $1 and received_at <= $2 limit $3)`,
    [tx.scope.tenantId, before, most],
  );
}
