import { bringsResult } from '@concierge/contract/http/command-results.ts';
import type { DeviceCommand } from '@concierge/contract/http/device-commands.ts';
import { CommandName, type CommandResult } from '@concierge/contract/mqtt/command.ts';
import type { Database, Scope, Transaction } from '#platform/database/database.ts';

const bringing = CommandName.options.filter(bringsResult);

/** How many commands of a device are kept: what one looks back at after a bad night. */
const KEPT = 50;
/** Longer than any command lasts and than any pause between two: neither is forgotten because somebody gave fifty others. */
const KEPT_AT_LEAST_MS = 3_600_000;

export interface StoredCommand {
  readonly id: string;
  readonly command: CommandName;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly outcome: Exclude<DeviceCommand['outcome'], 'waiting'> | null;
  readonly resultKept: boolean;
}

/** Whether a command of this name was given to the device after that moment. */
export async function wasAskedSince(tx: Transaction, deviceId: string, command: CommandName, since: Date): Promise<boolean> {
  const [row] = await tx.query<{ asked: boolean }>(
    'select exists (select from device_command where tenant_id = $1 and device_id = $2 and command = $3 and issued_at > $4) as asked',
    [tx.scope.tenantId, deviceId, command, since],
  );
  return row?.asked === true;
}

export async function insertCommand(
  tx: Transaction,
  deviceId: string,
  command: Omit<StoredCommand, 'outcome' | 'resultKept'> & { issuedBy: string },
): Promise<void> {
  await tx.change(
    `insert into device_command (tenant_id, id, device_id, command, issued_by, issued_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7)`,
    [tx.scope.tenantId, command.id, deviceId, command.command, command.issuedBy, command.issuedAt, command.expiresAt],
  );
  await tx.change(
    `delete from device_command where tenant_id = $1 and issued_at < $4 and id in
       (select id from device_command where tenant_id = $1 and device_id = $2 order by issued_at desc, id desc offset $3)`,
    [tx.scope.tenantId, deviceId, KEPT, new Date(command.issuedAt.getTime() - KEPT_AT_LEAST_MS)],
  );
}

export async function latestCommands(
  database: Database,
  scope: Scope,
  deviceId: string,
  limit: number,
  keptSince: Date,
): Promise<StoredCommand[]> {
  return database.read<StoredCommand>(scope, {
    name: 'latest-device-commands',
    text: `select c.id, c.command, c.issued_at as "issuedAt", c.expires_at as "expiresAt", c.outcome, r.command_id is not null as "resultKept"
      from device_command c
      join device d on d.tenant_id = c.tenant_id and d.id = c.device_id
      left join device_command_result r on r.tenant_id = c.tenant_id and r.device_id = c.device_id and r.command = c.command and r.command_id = c.id
        and r.building_id = d.building_id and r.received_at > $3
      where c.tenant_id = (select current_tenant()) and c.device_id = $1 order by c.issued_at desc, c.id desc limit $2`,
    values: [deviceId, limit, keptSince],
  });
}

export type UnansweredCommand = Omit<StoredCommand, 'resultKept'> & { readonly deviceId: string; readonly buildingId: string };

/** A command that waits to be sent, with the building its device is in; null when it is answered or its device is gone. */
export async function findUnanswered(tx: Transaction, commandId: string): Promise<UnansweredCommand | null> {
  const [row] = await tx.query<UnansweredCommand>(
    `select c.id, c.command, c.issued_at as "issuedAt", c.expires_at as "expiresAt", c.outcome, c.device_id as "deviceId", d.building_id as "buildingId"
     from device_command c join device d on d.tenant_id = c.tenant_id and d.id = c.device_id
     where c.tenant_id = $1 and c.id = $2 and c.outcome is null and d.revoked_at is null`,
    [tx.scope.tenantId, commandId],
  );
  return row ?? null;
}

/**
 * Notes the first answer of the device the command was for; false for any other, and for a second one. That something was brought is not believed
 * before it is there (`noteBrought`).
 */
export async function noteAnswer(tx: Transaction, deviceId: string, result: CommandResult): Promise<boolean> {
  const changed = await tx.change(
    "update device_command set outcome = $4, answered_at = now() where tenant_id = $1 and id = $2 and device_id = $3 and outcome is null and not ($4 = 'done' and command = any ($5))",
    [tx.scope.tenantId, result.id, deviceId, result.outcome, bringing],
  );
  return changed === 1;
}

export async function thumbprintOf(database: Database, scope: Scope, deviceId: string): Promise<Buffer | null> {
  const [row] = await database.read<{ thumbprint: Buffer | null }>(scope, {
    name: 'thumbprint-of-device',
    text: 'select key_thumbprint as thumbprint from device where tenant_id = (select current_tenant()) and id = $1',
    values: [deviceId],
  });
  return row?.thumbprint ?? null;
}
