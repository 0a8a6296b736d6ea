import type { Database } from '#platform/database/database.ts';

/** What the demo's seed writes into the audit of each of its offices. Audit rows are never changed or deleted, so it marks the database for good. */
export const DEMO_SEEDED = 'demo.seeded';

/** Throws when the database is one that the demo filled: the passwords of its people stand in the README. */
export async function refuseDemoData(database: Database, tenantIds: readonly string[]): Promise<void> {
  for (const tenantId of tenantIds) {
    const [seeded] = await database.read(
      { tenantId, sessionId: null },
      {
        name: 'seeded-by-demo',
        text: 'select from audit_event where tenant_id = (select current_tenant()) and subject_id = $1 and action = $2 limit 1',
        values: [tenantId, DEMO_SEEDED],
      },
    );
    if (seeded !== undefined)
      throw new Error(
        'DATABASE_URL: this database was filled by the demo, whose passwords everybody can read in the README. Production needs one of its own: make an empty database, migrate it and create the first office in it (deploy/README.md).',
      );
  }
}
