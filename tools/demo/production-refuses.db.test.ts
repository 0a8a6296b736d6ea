import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCloud } from '@concierge/cloud-server/cloud.ts';
import { migrate } from '@concierge/cloud-server/db/migrate.ts';
import { openKeyring } from '@concierge/cloud-server/platform/keys/keyring.ts';
import { readSettings } from '@concierge/cloud-server/settings.ts';
import { type TestDatabase, testDatabase } from '@concierge/testing/postgres.ts';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { seedDemo } from './seed.ts';

let database: TestDatabase;
let folder: string;

beforeEach(async () => {
  database = await testDatabase((ownerUrl, appPassword) => migrate(ownerUrl, { appPassword }));
  folder = await mkdtemp(join(tmpdir(), 'concierge-production-'));
  await openKeyring(join(folder, 'keys'), { create: true, brokerHosts: ['localhost', '127.0.0.1'] });
});
afterEach(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

async function start(mode: 'production' | 'demo'): Promise<void> {
  const read = readSettings({
    CONCIERGE_MODE: mode,
    CONCIERGE_DATA: folder,
    DATABASE_URL: database.appUrl,
    PUBLIC_URL: 'https://concierge.example.gr',
    PORT: '0',
    MQTT_PORT: '0',
    WEATHER_URL: 'off',
  });
  if (!read.ok) throw new Error(read.faults.join('\n'));
  const cloud = await startCloud(read.settings, pino({ level: 'silent' }));
  await cloud.stop();
}

it('production does not start on a database that the demo filled, and starts on any other', async () => {
  await start('production');
  expect(await seedDemo(database.ownerUrl, Date.now())).toBe(true);
  await expect(start('production')).rejects.toThrow('this database was filled by the demo');
  await start('demo');
});
