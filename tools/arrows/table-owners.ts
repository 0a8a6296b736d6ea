/** Which module alone reads and writes which tables; what it `owns` in the arrow table, by the names the database has for it. */
const tablesOfModule: Readonly<Record<string, readonly string[]>> = {
  identity: ['tenant', 'tenant_domain', 'user_account', 'user_session', 'membership'],
  plans: ['tenant_plan', 'tenant_plan_carried'],
  property: ['building', 'apartment', 'occupancy', 'weight_table', 'weight', 'building_account'],
  announcements: ['announcement'],
  weather: ['building_place', 'place_weather'],
  fleet: [
    'device',
    'development_claim',
    'device_request',
    'claim_try',
    'device_certificate',
    'device_command',
    'device_command_result',
    'device_batch',
    'device_preauthorisation',
    'device_health',
    'device_sample',
    'device_hour',
    'device_alert',
    'fleet_thresholds',
    'display_config',
    'display_config_revision',
    'device_scenes',
    'media',
    'release',
    'release_ring',
    'release_note',
    'rollout',
    'device_release',
    'device_release_event',
  ],
  lobby: ['lobby_document', 'lobby_facts', 'qr_batch', 'presence_proof'],
};

/** Tables of the platform, which modules write through its functions; the operator's programs, which have the owner's connection, by themselves. */
export const platformTables: readonly string[] = ['audit_event', 'audit_block', 'audit_seal', 'idempotency_record'];

export const ownerOfTable: ReadonlyMap<string, string> = new Map(
  Object.entries(tablesOfModule).flatMap(([module, tables]) => tables.map((table) => [table, module] as const)),
);

/** The program of the operator, which finds offices by their names with the owner's connection: no door of the application is open to it. */
const OPERATOR_STORE = 'cloud/server/modules/plans/operator-store.ts';

/** The tables of other modules that a line of this module's code names in SQL, or asks of Prisma. */
export function foreignTables(path: string, line: string): readonly string[] {
  const module = /^cloud\/server\/modules\/([^/]+)\//.exec(path)?.[1];
  if (module === undefined || path === OPERATOR_STORE) return [];
  const named = [
    ...[...line.matchAll(/\b(?:from|join|into|update|using)\s+(?:only\s+)?([a-z_]+)\b/g)].map((match) => match[1] ?? ''),
    ...[...line.matchAll(/\borm\.([a-zA-Z]+)\./g)].map((match) =>
      (match[1] ?? '').replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    ),
  ];
  return named.filter((table) => (ownerOfTable.get(table) ?? module) !== module);
}
