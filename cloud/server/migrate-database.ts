import { migrate } from './db/migrate.ts';
import { readSettings } from './settings.ts';

// node cloud/server/migrate-database.ts    brings the database to the newest schema and gives the application role its password
// One step before the replicas start, so that only it holds the owner's password: DATABASE_OWNER_URL. The role's password is DATABASE_URL's.

// Nothing is served, so what production demands of a server (a public address) is not demanded here.
const read = readSettings({ ...process.env, CONCIERGE_MODE: 'demo' });
const faults = read.ok
  ? (['DATABASE_URL', 'DATABASE_OWNER_URL'] as const)
      .filter((name) => read.settings[name] === undefined)
      .map((name) => `${name}: must be set`)
  : read.faults;
if (!read.ok || read.settings.DATABASE_URL === undefined || read.settings.DATABASE_OWNER_URL === undefined) {
  console.error(`The database cannot be migrated, because of these settings:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  process.exit(78);
}
const application = new URL(read.settings.DATABASE_URL);
try {
  if (application.username !== 'concierge_app' || application.password === '')
    throw new Error('DATABASE_URL must name the role concierge_app and a password.');
  const { applied, total } = await migrate(read.settings.DATABASE_OWNER_URL, { appPassword: decodeURIComponent(application.password) });
  console.log(
    applied.length === 0 ? `All ${total} migrations had been applied.` : `Applied ${applied.length} of ${total}: ${applied.join(', ')}.`,
  );
} catch (error) {
  console.error(`The database could not be migrated: ${error instanceof Error ? error.message : String(error)}`);
  if (error instanceof Error && error.cause instanceof Error) console.error(`  ${error.cause.message}`);
  process.exitCode = 1;
}
