import { createHash, randomUUID } from 'node:crypto';
import type pg from 'pg';
import { hashPassword } from '#modules/identity/index.ts';
import { aPicture } from './a-picture.ts';

/** A tenant with a row in every table, each text and number recognisable, so that a test can look for it where it must not be. */
export interface PlantedTenant {
  readonly tenantId: string;
  readonly slug: string;
  readonly host: string;
  readonly manager: { readonly id: string; readonly email: string; readonly password: string };
  readonly resident: { readonly id: string; readonly email: string; readonly password: string };
  readonly buildingId: string;
  readonly apartmentIds: readonly string[];
  readonly occupancyId: string;
  readonly announcementId: string;
  readonly deviceId: string;
  readonly commandId: string;
  readonly displayConfigId: string;
  readonly batchId: string;
  /** A machine that may come with the batch's token. */
  readonly batchSerial: string;
  /** Texts that belong to people and apartments: they must never reach a screen or the public. */
  readonly secrets: readonly string[];
  /** Texts that are made for everybody to read. */
  readonly publicTexts: readonly string[];
}

const password = 'a long test password';
let passwordHash: Promise<string> | undefined;

/** Inserts the tenant as the database's owner. `name` keeps two of them apart. */
export async function plantTenant(owner: pg.ClientBase, name: string): Promise<PlantedTenant> {
  passwordHash ??= hashPassword(password);
  const hash = await passwordHash;
  const mark = (what: string) => `${what}-${name}-${createHash('sha256').update(`${what}${name}`).digest('hex').slice(0, 8)}`;
  const tenantId = randomUUID();
  const [managerId, residentId, buildingId, occupancyId, announcementId, deviceId, displayConfigId, batchId, commandId] = Array.from(
    { length: 9 },
    () => randomUUID(),
  ) as [string, string, string, string, string, string, string, string, string];
  const apartmentIds = [randomUUID(), randomUUID()];
  const phone = `+30 69${createHash('sha256').update(name).digest().readUInt32BE(0).toString().padStart(10, '7').slice(0, 8)}`;
  const planted: PlantedTenant = {
    tenantId,
    slug: `tenant-${name}`,
    host: `${name}.example.test`,
    manager: { id: managerId, email: `${mark('manager')}@example.test`, password },
    resident: { id: residentId, email: `${mark('resident')}@example.test`, password },
    buildingId,
    apartmentIds,
    occupancyId,
    announcementId,
    deviceId,
    commandId,
    displayConfigId,
    batchId,
    batchSerial: mark('BoardSerial').toLowerCase(),
    secrets: [
      mark('ManagerName'),
      mark('ResidentName'),
      mark('OccupantName'),
      mark('manager'),
      mark('resident'),
      mark('occupant'),
      mark('Apt'),
      mark('DeviceName'),
      mark('Placement'),
      mark('Programme'),
      mark('Scene'),
      mark('Serial'),
      mark('BatchName'),
      mark('BoardSerial').toLowerCase(),
      mark('LogLine'),
      mark('Picture'),
      mark('Withdrawn'),
      phone,
      '770317',
      mark('AuditSecret'),
      mark('IdempotencySecret'),
      mark('Operator'),
      ...apartmentIds,
      occupancyId,
      managerId,
      residentId,
    ],
    publicTexts: [mark('BuildingName'), mark('Street'), mark('Title'), mark('Body')],
  };
  const insert = async (table: string, row: Record<string, unknown>) => {
    const columns = Object.keys(row);
    await owner.query(
      `insert into ${table} (${columns.join(', ')}) values (${columns.map((_, index) => `$${index + 1}`).join(', ')})`,
      Object.values(row),
    );
  };
  const t = { tenant_id: tenantId };
  await owner.query('begin');
  await insert('tenant', { id: tenantId, slug: planted.slug, name: mark('TenantName') });
  await insert('tenant_plan', { ...t, plan: 'premium', starts_at: new Date(0), set_by: mark('Operator').slice(0, 60) });
  await insert('tenant_plan_carried', { ...t, plan: 'premium', carried_at: new Date(0) });
  await insert('tenant_domain', { ...t, host: planted.host });
  await insert('user_account', {
    ...t,
    id: managerId,
    email: planted.manager.email,
    full_name: mark('ManagerName'),
    phone,
    password_hash: hash,
    office_role: 'office_manager',
  });
  await insert('user_account', {
    ...t,
    id: residentId,
    email: planted.resident.email,
    full_name: mark('ResidentName'),
    phone,
    password_hash: hash,
  });
  await insert('user_session', {
    ...t,
    user_id: managerId,
    refresh_hash: Buffer.alloc(32, 1),
    expires_at: new Date(Date.now() + 86_400_000),
    user_agent: mark('Agent'),
  });
  await insert('building', {
    ...t,
    id: buildingId,
    name_el: mark('BuildingName'),
    address_line_el: mark('Street'),
    city_el: 'Αθήνα',
    postal_code: '11528',
  });
  for (const [index, id] of apartmentIds.entries()) {
    await insert('apartment', {
      ...t,
      id,
      building_id: buildingId,
      label: `${mark('Apt').slice(0, 18)}${index}`,
      floor: 1,
      position: index + 1,
      area_square_metres: 77,
    });
  }
  await insert('occupancy', {
    ...t,
    id: occupancyId,
    apartment_id: apartmentIds[0],
    kind: 'owner',
    full_name: mark('OccupantName'),
    email: `${mark('occupant')}@example.test`,
    phone,
    starts_on: '2020-01-01',
  });
  await insert('membership', { ...t, user_id: residentId, building_id: buildingId, role: 'resident' });
  await insert('weight_table', { ...t, building_id: buildingId, kind: 'general', parts_total: 1_000 });
  for (const [index, apartmentId] of apartmentIds.entries()) {
    await insert('weight', { ...t, building_id: buildingId, kind: 'general', apartment_id: apartmentId, parts: index === 0 ? 317 : 683 });
  }
  await insert('announcement', {
    ...t,
    id: announcementId,
    building_id: buildingId,
    category: 'general',
    title_el: mark('Title'),
    body_el: mark('Body'),
    created_by: managerId,
  });
  await insert('announcement', {
    ...t,
    building_id: buildingId,
    category: 'general',
    title_el: mark('Withdrawn'),
    withdrawn_at: new Date(),
    created_by: managerId,
  });
  const list = JSON.stringify({
    scenes: [
      {
        id: randomUUID(),
        name: { el: mark('Scene'), en: null },
        view: { kind: 'standard', standard: 'overview' },
        durationSeconds: null,
        priority: 'normal',
        schedule: null,
        mostDataAgeHours: null,
      },
    ],
    fallbackSceneId: null,
  });
  await insert('display_config', {
    ...t,
    id: displayConfigId,
    name: mark('Programme'),
    building_id: buildingId,
    draft: list,
    published_revision: 1,
  });
  await insert('display_config_revision', {
    ...t,
    display_config_id: displayConfigId,
    revision: 1,
    list,
    published_at: new Date(0),
    published_by: managerId,
  });
  await insert('media', {
    ...t,
    sha256: createHash('sha256').update(name).digest('hex'),
    type: 'image/png',
    bytes: 4_096,
    width: 1,
    height: 1,
    name: mark('Picture'),
    uploaded_by: managerId,
    uploaded_at: new Date(0),
  });
  await insert('device', {
    ...t,
    id: deviceId,
    building_id: buildingId,
    name: mark('DeviceName'),
    placement: mark('Placement'),
    serial: mark('Serial'),
    certificate_fingerprint: mark('Fingerprint'),
    certificate_expires_at: new Date(Date.now() + 86_400_000),
    display: JSON.stringify({ language: 'el', widthMm: 770_317 % 3_000 }),
  });
  await insert('device_scenes', {
    ...t,
    device_id: deviceId,
    sequence: 1,
    building_id: buildingId,
    revision: 0,
    jws: 'planted',
    issued_at: new Date(0),
  });
  await insert('device_certificate', {
    ...t,
    device_id: deviceId,
    serial: createHash('sha256').update(name).digest('hex').slice(0, 32),
    expires_at: new Date(Date.now() + 86_400_000),
  });
  await insert('device_release', { ...t, device_id: deviceId, state: 'passed-over', reason: 'offline' });
  await insert('device_release_event', { ...t, device_id: deviceId, sequence: 1, what: 'offered' });
  await insert('device_command', {
    ...t,
    id: commandId,
    device_id: deviceId,
    command: 'logs',
    issued_by: managerId,
    issued_at: new Date(0),
    expires_at: new Date(1),
  });
  await insert('device_batch', {
    ...t,
    id: batchId,
    number: 1,
    name: mark('BatchName'),
    building_id: buildingId,
    size: 10,
    created_by: managerId,
    expires_at: new Date(Date.now() + 86_400_000),
  });
  await insert('device_preauthorisation', { ...t, batch_id: batchId, serial: planted.batchSerial, number: 1 });
  await insert('device_health', {
    ...t,
    device_id: deviceId,
    taken_at: new Date(0),
    received_at: new Date(0),
    telemetry: JSON.stringify({ ...aPicture, agentUptimeSeconds: 770_317 }),
    troubles: [],
  });
  for (const table of ['device_sample', 'device_hour'])
    await insert(table, { ...t, device_id: deviceId, at: new Date(0), temperature_decidegrees: 7_703, power: false });
  await insert('device_alert', { ...t, device_id: deviceId, kind: 'hot', opened_at: new Date(0), closed_at: new Date(1) });
  await insert('fleet_thresholds', { ...t, thresholds: '{}' });
  await insert('device_command_result', {
    ...t,
    device_id: deviceId,
    command: 'logs',
    command_id: commandId,
    building_id: buildingId,
    content_type: 'text/plain',
    content: Buffer.from(mark('LogLine')),
    received_at: new Date(),
  });
  await insert('development_claim', {
    ...t,
    token_hash: createHash('sha256').update(name).digest(),
    building_id: buildingId,
    device_name: mark('DeviceName'),
    expires_at: new Date(Date.now() + 86_400_000),
  });
  await insert('lobby_document', {
    ...t,
    building_id: buildingId,
    sequence: 1,
    content_hash: 'planted',
    document: '{}',
    jws: 'planted',
    issued_at: new Date(0),
    expires_at: new Date(1),
  });
  // Both are for everybody to see, so they carry no mark.
  await insert('building_account', { ...t, building_id: buildingId, iban: 'GR1601101250000000012300695', holder: 'POLYKATOIKIA' });
  await insert('building_place', { ...t, building_id: buildingId, name_el: 'Αθήνα', latitude: 37.98, longitude: 23.73 });
  await insert('lobby_facts', {
    ...t,
    building_id: buildingId,
    sequence: 1,
    content_hash: 'planted',
    facts: '{}',
    jws: 'planted',
    issued_at: new Date(0),
    expires_at: new Date(1),
  });
  await insert('qr_batch', {
    ...t,
    device_id: deviceId,
    sequence: 1,
    first_slot: 1,
    slot_count: 1,
    jws: 'planted',
    issued_at: new Date(0),
  });
  await insert('presence_proof', {
    ...t,
    device_id: deviceId,
    building_id: buildingId,
    slot: 1,
    browser_hash: Buffer.alloc(32, 2),
    join_hash: Buffer.alloc(32, 3),
    join_until: new Date(0),
  });
  const eventId = randomUUID();
  await insert('audit_event', {
    ...t,
    id: eventId,
    actor_kind: 'system',
    action: 'planted',
    subject_kind: 'tenant',
    details: JSON.stringify({ note: mark('AuditSecret') }),
  });
  await insert('audit_block', { ...t, number: 1, event_count: 1, previous_hash: Buffer.alloc(32), hash: Buffer.alloc(32, 9) });
  await insert('audit_seal', { ...t, event_id: eventId, block_number: 1, position: 1 });
  await insert('idempotency_record', {
    ...t,
    user_id: managerId,
    key: mark('IdempotencySecret'),
    request_hash: Buffer.alloc(32),
    status: 200,
    reply: '{}',
  });
  await owner.query('commit');
  return planted;
}
