import { parseArgs } from 'node:util';
import { TRIAL_DAYS } from '@concierge/contract/plans.ts';
import pg from 'pg';
import { createOffice, NewOffice } from '#modules/identity/index.ts';
import { grantTrial } from '#modules/plans/index.ts';
import { readSettings } from './settings.ts';

// node cloud/server/create-office.ts --slug athina --name "Διαχείριση Αθηνών" --email maria@athina.gr --manager "Μαρία Παπαδοπούλου" [--language en] [--host athina.example.gr]
// Creates an office with its first manager and prints the manager's password, once. Needs DATABASE_URL and DATABASE_OWNER_URL, as the migration does.
// Exit code: 0 created · 64 the office is not described well · 65 it exists, or a host is another's · 78 a setting is missing · 1 anything else.

const refusals = {
  'slug-taken': 'There is an office with this slug already.',
  'host-taken': 'One of the hosts belongs to another office.',
};

const { values } = parseArgs({
  options: {
    slug: { type: 'string' },
    name: { type: 'string' },
    email: { type: 'string' },
    manager: { type: 'string' },
    language: { type: 'string' },
    host: { type: 'string', multiple: true },
  },
});
const { host, ...described } = values;
const office = NewOffice.safeParse({ ...described, hosts: host });
// Nothing is served, so what production demands of a server (a public address) is not demanded here.
const read = readSettings({ ...process.env, CONCIERGE_MODE: 'demo' });

if (!office.success) {
  console.error('The office cannot be created:');
  for (const { path, message } of office.error.issues) console.error(`  --${path[0] === 'hosts' ? 'host' : path.join('.')}: ${message}`);
  process.exitCode = 64;
} else if (!read.ok || read.settings.DATABASE_OWNER_URL === undefined) {
  console.error(['The office cannot be created:', ...(read.ok ? ['DATABASE_OWNER_URL: must be set'] : read.faults)].join('\n  '));
  process.exitCode = 78;
} else {
  process.exitCode = await create(read.settings.DATABASE_OWNER_URL, office.data);
}

async function create(ownerUrl: string, wanted: NewOffice): Promise<number> {
  const owner = new pg.Client({ connectionString: ownerUrl, application_name: 'concierge-create-office' });
  try {
    await owner.connect();
    const created = await createOffice(owner, wanted, (tenantId) =>
      grantTrial(owner, tenantId, { by: 'create-office', nowMs: Date.now() }),
    );
    if (!created.ok) {
      console.error(refusals[created.error]);
      return 65;
    }
    console.log(
      `Created ${wanted.name} (${created.value.tenantId}).\n${wanted.email} logs in with the password ${created.value.password}\n` +
        `It may try premium for ${TRIAL_DAYS} days (manage-plans.ts).`,
    );
    return 0;
  } catch (error) {
    console.error(`The office could not be created: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  } finally {
    await owner.end();
  }
}
