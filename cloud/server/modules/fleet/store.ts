import type { Device } from '@concierge/contract/http/devices.ts';
import type { DisplaySettings } from '@concierge/contract/mqtt/desired.ts';
import type { Reported } from '@concierge/contract/mqtt/reported.ts';
import type { Database, Scope, Transaction } from '#platform/database/database.ts';

export const instant = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** What is told of `device d`, with what decides whether it is connected. */
export const deviceColumnsWith = (
  online: string,
) => `d.id, d.building_id as "buildingId", d.name, d.placement, ${online} as online, ${instant('d.last_seen_at')} as "lastSeenAt",
  d.leaving_at is not null as leaving, d.wipe_failed_at is not null as "wipeFailed", d.content_sequence as "contentSequence", d.reported, d.display, d.display_config_id as "displayConfigId", d.version`;
const deviceColumns = deviceColumnsWith('d.online');

export async function findDevice(database: Database, scope: Scope, deviceId: string): Promise<Device | null> {
  const [device] = await database.read<Device>(scope, {
    name: 'find-device',
    text: `select ${deviceColumns} from device d where d.tenant_id = (select current_tenant()) and d.id = $1 and d.revoked_at is null`,
    values: [deviceId],
  });
  return device ?? null;
}

/** Where a device hung that was revoked or decommissioned; null for any other. */
export async function buildingOfEnded(database: Database, scope: Scope, deviceId: string): Promise<string | null> {
  const [row] = await database.read<{ buildingId: string }>(scope, {
    name: 'find-ended-device',
    text: `select building_id as "buildingId" from device where tenant_id = (select current_tenant()) and id = $1 and revoked_at is not null`,
    values: [deviceId],
  });
  return row?.buildingId ?? null;
}

export async function changeDevice(
  tx: Transaction,
  deviceId: string,
  version: number,
  patch: { name?: string | undefined; placement?: string | null | undefined; display?: DisplaySettings | undefined },
): Promise<boolean> {
  const changed = await tx.change(
    `update device set name = coalesce($4, name), placement = case when $5 then $6 else placement end, display = coalesce($7::jsonb, display), version = version + 1
     where tenant_id = $1 and id = $2 and version = $3 and revoked_at is null`,
    [
      tx.scope.tenantId,
      deviceId,
      version,
      patch.name ?? null,
      patch.placement !== undefined,
      patch.placement ?? null,
      patch.display === undefined ? null : JSON.stringify(patch.display),
    ],
  );
  return changed === 1;
}

export async function insertDevice(
  tx: Transaction,
  device: {
    id: string;
    buildingId: string;
    name: string;
    placement: string | null;
    serial: string;
    fingerprint: string;
    keyThumbprint: Uint8Array;
    certificateSerial: string;
    certificateExpiresAt: Date;
    certificatePem: string;
    display: DisplaySettings;
  },
): Promise<void> {
  await tx.change(
    `insert into device (tenant_id, id, building_id, name, placement, serial, certificate_fingerprint, certificate_expires_at, display, key_thumbprint)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      tx.scope.tenantId,
      device.id,
      device.buildingId,
      device.name,
      device.placement,
      device.serial,
      device.fingerprint,
      device.certificateExpiresAt,
      JSON.stringify(device.display),
      device.keyThumbprint,
    ],
  );
  await insertCertificate(tx, device.id, {
    serial: device.certificateSerial,
    expiresAt: device.certificateExpiresAt,
    certificatePem: device.certificatePem,
  });
}

async function insertCertificate(
  tx: Transaction,
  deviceId: string,
  certificate: { serial: string; expiresAt: Date; certificatePem: string },
): Promise<void> {
  await tx.change(
    'insert into device_certificate (tenant_id, device_id, serial, expires_at, certificate_pem) values ($1, $2, $3, $4, $5)',
    [tx.scope.tenantId, deviceId, certificate.serial, certificate.expiresAt, certificate.certificatePem],
  );
}

interface LockedKey {
  readonly keyThumbprint: Buffer;
  readonly buildingId: string;
  /** The newest certificate it was given within the day, all of which are for this key; null when there is none. */
  readonly recentCertificatePem: string | null;
}

/** The key the device was claimed with, and its row locked; null when unknown, revoked, or claimed before keys were noted. */
export async function lockDeviceKey(tx: Transaction, deviceId: string): Promise<LockedKey | null> {
  const [row] = await tx.query<LockedKey>(
    `select key_thumbprint as "keyThumbprint", building_id as "buildingId", (select c.certificate_pem from device_certificate c
       where c.tenant_id = $1 and c.device_id = $2 and c.issued_at > now() - interval '1 day' and c.certificate_pem is not null order by c.issued_at desc limit 1) as "recentCertificatePem"
     from device where tenant_id = $1 and id = $2 and revoked_at is null and key_thumbprint is not null for update`,
    [tx.scope.tenantId, deviceId],
  );
  return row ?? null;
}

/** The living devices of the tenant that were claimed with this key, locked in the order of their ids. */
export async function lockDevicesOfKey(tx: Transaction, keyThumbprint: Uint8Array): Promise<{ id: string; buildingId: string }[]> {
  return tx.query<{ id: string; buildingId: string }>(
    `select id, building_id as "buildingId" from device where tenant_id = $1 and key_thumbprint = $2 and revoked_at is null order by id for update`,
    [tx.scope.tenantId, keyThumbprint],
  );
}

export async function noteCertificate(
  tx: Transaction,
  deviceId: string,
  certificate: { fingerprint: string; serial: string; expiresAt: Date; certificatePem: string },
): Promise<void> {
  await tx.change('update device set certificate_fingerprint = $3, certificate_expires_at = $4 where tenant_id = $1 and id = $2', [
    tx.scope.tenantId,
    deviceId,
    certificate.fingerprint,
    certificate.expiresAt,
  ]);
  await insertCertificate(tx, deviceId, certificate);
}

export interface PublishTarget {
  readonly id: string;
  readonly buildingId: string;
  readonly display: DisplaySettings;
  readonly desiredSequence: number;
  readonly contentSequence: number;
  readonly leaving: boolean;
  readonly movedFrom: readonly string[];
  /** The release it is offered; null for none, and for a device that knows nothing of releases. */
  readonly release: { readonly sequence: number; readonly start: boolean } | null;
}

/** A device that has never said a word of releases refuses a desired state with one. One that has just moved has said nothing in its new building, and takes on what it was taking. */
const targetColumns = `new.id, new.building_id as "buildingId", new.display, new.desired_sequence as "desiredSequence", new.content_sequence as "contentSequence", new.leaving_at is not null as leaving, new.moved_from as "movedFrom",
  (select jsonb_build_object('sequence', r.sequence, 'start', r.may_start) from device_release r
    where r.tenant_id = new.tenant_id and r.device_id = new.id and r.state in ('offered', 'waiting', 'trial') and coalesce(new.reported ? 'release', true)) as release`;

/**
 * INVARIANT of every statement on several devices: their rows are locked in the order of their ids, and nobody who holds one device's row asks for another's. Else two of them wait for each
 * other for ever (found by 200 kiosks at once).
 */
const inOrder = (condition: string) =>
  `id in (select id from device where tenant_id = $1 and ${condition} and revoked_at is null and leaving_at is null order by id for update)`;

/** Takes the next desired sequence for all devices of a building, and notes the content that it will speak of: 0 for none. */
export async function nextDesiredOfBuilding(tx: Transaction, buildingId: string, contentSequence: number): Promise<PublishTarget[]> {
  return tx.query<PublishTarget>(
    `update device set desired_sequence = desired_sequence + 1, content_sequence = $3
     where tenant_id = $1 and ${inOrder('building_id = $2')} returning ${targetColumns}`,
    [tx.scope.tenantId, buildingId, contentSequence],
  );
}

/** Takes the next desired sequence for one device, whose row the caller holds. */
export async function nextDesiredOfDevice(tx: Transaction, deviceId: string): Promise<PublishTarget[]> {
  return tx.query<PublishTarget>(
    `update device set desired_sequence = desired_sequence + 1 where tenant_id = $1 and id = $2 and revoked_at is null returning ${targetColumns}`,
    [tx.scope.tenantId, deviceId],
  );
}

/**
 * Notes that all devices of a building are sent this content now, and returns their ids. Those that had none before are also due a desired state that speaks of it: the one they hold says
 * that there is none.
 */
export async function noteContentOfBuilding(
  tx: Transaction,
  buildingId: string,
  sequence: number,
): Promise<{ deviceIds: string[]; firstTime: PublishTarget[] }> {
  const rows = await tx.query<PublishTarget & { isFirst: boolean }>(
    `update device set content_sequence = greatest(content_sequence, $3), content_sent_at = now(), desired_sequence = desired_sequence + (content_sequence = 0)::int
     where tenant_id = $1 and ${inOrder('building_id = $2')}
     returning ${targetColumns}, old.content_sequence = 0 as "isFirst"`,
    [tx.scope.tenantId, buildingId, sequence],
  );
  return { deviceIds: rows.map((row) => row.id), firstTime: rows.filter((row) => row.isFirst) };
}

/** Notes the newest content of one device, whose row the caller holds. */
export async function setContentOfDevice(tx: Transaction, deviceId: string, sequence: number): Promise<void> {
  await tx.change('update device set content_sequence = $3 where tenant_id = $1 and id = $2 and content_sequence < $3', [
    tx.scope.tenantId,
    deviceId,
    sequence,
  ]);
}

export async function setQrSequence(tx: Transaction, deviceId: string, sequence: number): Promise<void> {
  await tx.change('update device set qr_sequence = $3 where tenant_id = $1 and id = $2', [tx.scope.tenantId, deviceId, sequence]);
}

export interface DeviceRow {
  readonly id: string;
  readonly buildingId: string;
  readonly contentSequence: number;
  readonly qrSequence: number;
  readonly reported: Reported | null;
  /** 0 while it never had an arrangement. */
  readonly scenesSequence: number;
  readonly contentSentRecently: boolean;
  readonly qrSentRecently: boolean;
  readonly scenesSentRecently: boolean;
  readonly leaving: boolean;
}

export async function lockDevice(tx: Transaction, deviceId: string): Promise<DeviceRow | null> {
  const [row] = await tx.query<DeviceRow>(
    `select id, building_id as "buildingId", content_sequence as "contentSequence", qr_sequence as "qrSequence", reported,
       coalesce(content_sent_at > now() - interval '10 seconds', false) as "contentSentRecently",
       coalesce(qr_sent_at > now() - interval '10 seconds', false) as "qrSentRecently",
       coalesce(scenes_sent_at > now() - interval '10 seconds', false) as "scenesSentRecently",
       coalesce((select s.sequence from device_scenes s where s.tenant_id = $1 and s.device_id = $2), 0) as "scenesSequence", leaving_at is not null as leaving
     from device where tenant_id = $1 and id = $2 and revoked_at is null for update`,
    [tx.scope.tenantId, deviceId],
  );
  return row ?? null;
}

export async function noteSent(tx: Transaction, deviceId: string, sent: { content: boolean; qr: boolean; scenes: boolean }): Promise<void> {
  await tx.change(
    `update device set content_sent_at = case when $3 then now() else content_sent_at end, qr_sent_at = case when $4 then now() else qr_sent_at end,
       scenes_sent_at = case when $5 then now() else scenes_sent_at end
     where tenant_id = $1 and id = $2`,
    [tx.scope.tenantId, deviceId, sent.content, sent.qr, sent.scenes],
  );
}

export async function buildingsWithDevices(tx: Transaction): Promise<string[]> {
  const rows = await tx.query<{ buildingId: string }>(
    'select distinct building_id as "buildingId" from device where tenant_id = $1 and revoked_at is null',
    [tx.scope.tenantId],
  );
  return rows.map((row) => row.buildingId);
}

/** The devices that hang in a building. */
export async function devicesOfBuilding(tx: Transaction, buildingId: string): Promise<string[]> {
  const rows = await tx.query<{ id: string }>('select id from device where tenant_id = $1 and building_id = $2 and revoked_at is null', [
    tx.scope.tenantId,
    buildingId,
  ]);
  return rows.map((row) => row.id);
}

/** Where these devices stand; of a revoked one nothing. */
export async function placesOf(tx: Transaction, deviceIds: readonly string[]): Promise<{ deviceId: string; buildingId: string }[]> {
  if (deviceIds.length === 0) return [];
  return tx.query<{ deviceId: string; buildingId: string }>(
    'select id as "deviceId", building_id as "buildingId" from device where tenant_id = $1 and id = any ($2) and revoked_at is null',
    [tx.scope.tenantId, deviceIds],
  );
}

/** How many earlier buildings are remembered: a device that sleeps through more moves is claimed anew. */
const MOVES_KEPT = 10;

/**
 * Hangs the device in another building; false when somebody changed it in between. What it said of the old one is forgotten with it, and a display configuration of the old building alone
 * does not come along.
 */
export async function moveDevice(tx: Transaction, deviceId: string, move: { from: string; to: string; version: number }): Promise<boolean> {
  const changed = await tx.change(
    `update device set building_id = $4, moved_from = (array_remove($3::uuid || moved_from, $4))[1:${MOVES_KEPT}], content_sequence = 0, reported = null,
       display_config_id = (select c.id from display_config c where c.tenant_id = $1 and c.id = display_config_id and c.building_id is null), version = version + 1
     where tenant_id = $1 and id = $2 and building_id = $3 and version = $5 and revoked_at is null and leaving_at is null`,
    [tx.scope.tenantId, deviceId, move.from, move.to, move.version],
  );
  return changed === 1;
}

/** Tells the device to leave; false when it is gone already. Asked again it stays at the first time. */
export async function startLeaving(tx: Transaction, deviceId: string): Promise<boolean> {
  const changed = await tx.change(
    'update device set leaving_at = coalesce(leaving_at, now()), version = version + 1 where tenant_id = $1 and id = $2 and revoked_at is null',
    [tx.scope.tenantId, deviceId],
  );
  return changed === 1;
}

/** Ends the device's life, by itself (`left`) or because the office cut it off; false when it had ended. */
export async function revokeDevice(tx: Transaction, deviceId: string, left: boolean): Promise<boolean> {
  const changed = await tx.change(
    `update device set revoked_at = now(), left_at = case when $3 then now() end, online = false, version = version + 1
     where tenant_id = $1 and id = $2 and revoked_at is null`,
    [tx.scope.tenantId, deviceId, left],
  );
  return changed === 1;
}

/** Nobody is known to be online any more: the broker that knew has started anew. */
export async function forgetPresence(tx: Transaction): Promise<void> {
  await tx.change('update device set online = false where tenant_id = $1 and online', [tx.scope.tenantId]);
}

export async function tenantOfDevice(database: Database, deviceId: string): Promise<string | null> {
  const [row] = await database.directory<{ tenant: string | null }>('select tenant_of_device($1) as tenant', [deviceId]);
  return row?.tenant ?? null;
}

/** Whether a device's life is over, however long ago. */
export async function hasEnded(database: Database, deviceId: string): Promise<boolean> {
  const [row] = await database.directory<{ ended: boolean }>('select device_has_ended($1) as ended', [deviceId]);
  return row?.ended === true;
}

export async function tenantOfClaim(database: Database, tokenHash: Uint8Array): Promise<string | null> {
  const [row] = await database.directory<{ tenant: string | null }>('select tenant_of_development_claim($1) as tenant', [tokenHash]);
  return row?.tenant ?? null;
}

interface OpenClaim {
  readonly buildingId: string;
  readonly deviceName: string;
  readonly expiresAt: Date;
}

/** The claim of a token that is still good, locked, so that of two that come with it at once one is second. */
export async function lockClaim(tx: Transaction, tokenHash: Uint8Array): Promise<OpenClaim | null> {
  const [row] = await tx.query<OpenClaim>(
    `select building_id as "buildingId", device_name as "deviceName", expires_at as "expiresAt" from development_claim
     where tenant_id = $1 and token_hash = $2 and used_at is null and expires_at > now() for update`,
    [tx.scope.tenantId, tokenHash],
  );
  return row ?? null;
}

interface MadeDevice {
  readonly keyThumbprint: Buffer | null;
  readonly buildingId: string;
  /** Revoked, or told to leave. */
  readonly ended: boolean;
  readonly certificates: number;
}

/** The device that a token has made already; null while it has made none. */
export async function findMade(tx: Transaction, deviceId: string): Promise<MadeDevice | null> {
  const [row] = await tx.query<MadeDevice>(
    `select key_thumbprint as "keyThumbprint", building_id as "buildingId", revoked_at is not null or leaving_at is not null as ended,
       (select count(*)::int from device_certificate c where c.tenant_id = $1 and c.device_id = $2) as certificates
     from device where tenant_id = $1 and id = $2 for update`,
    [tx.scope.tenantId, deviceId],
  );
  return row ?? null;
}

export async function insertClaim(
  tx: Transaction,
  claim: { tokenHash: Uint8Array; buildingId: string; deviceName: string; expiresAt: Date },
): Promise<void> {
  await tx.change(
    'insert into development_claim (tenant_id, token_hash, building_id, device_name, expires_at) values ($1, $2, $3, $4, $5)',
    [tx.scope.tenantId, claim.tokenHash, claim.buildingId, claim.deviceName, claim.expiresAt],
  );
}
