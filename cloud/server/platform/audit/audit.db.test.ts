import { type TestDatabase, testDatabase } from '@concierge/testing/postgres.ts';
import pg from 'pg';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from '../../db/migrate.ts';
import { createDatabase, type Database } from '../database/database.ts';
import { recordAudit } from './audit.ts';
import { sealAudit } from './sealer.ts';
import { verifyAudit } from './verify.ts';

let test: TestDatabase;
let database: Database;
let owner: pg.Client;
let tenantId: string;

beforeEach(async () => {
  test = await testDatabase((ownerUrl, appPassword) => migrate(ownerUrl, { appPassword }));
  database = createDatabase({ url: test.appUrl, logger: pino({ level: 'silent' }) });
  owner = new pg.Client({ connectionString: test.ownerUrl });
  await owner.connect();
  tenantId = (await owner.query<{ id: string }>("insert into tenant (slug, name) values ('ours', 'Ours') returning id")).rows[0]?.id ?? '';
});
afterEach(async () => {
  await database.close();
  await owner.end();
  await test.drop();
});

const write = async (count: number) => {
  for (let index = 0; index < count; index += 1) {
    await database.transaction({ tenantId, sessionId: null }, async (tx) => {
      await recordAudit(
        tx,
        { kind: 'system', id: null },
        { action: 'test', subjectKind: 'thing', subjectId: null, details: { index, ά: [true, null, 'ß'] } },
      );
    });
  }
};
/** As somebody with the database's own rights would: around every trigger. */
const tamper = async (statement: string) => {
  await owner.query("set session_replication_role = 'replica'");
  await owner.query(statement);
  await owner.query("set session_replication_role = 'origin'");
};

describe('the audit chain', () => {
  it('verifies when nothing was touched, over several blocks and sealers at once', async () => {
    await write(3);
    await Promise.all([sealAudit(database, tenantId), sealAudit(database, tenantId), sealAudit(database, tenantId)]);
    await write(2);
    await sealAudit(database, tenantId);
    expect(await verifyAudit(database, tenantId)).toEqual({ blocks: 2, events: 5, unsealed: 0, fault: null });
  });

  it.each([
    [
      'a changed row',
      "update audit_event set action = 'other' where id = (select event_id from audit_seal where block_number = 1 and position = 2)",
    ],
    [
      'changed details',
      `update audit_event set details = '{"index":7}' where id = (select event_id from audit_seal where block_number = 2 and position = 1)`,
    ],
    ['a removed row', 'delete from audit_event where id = (select event_id from audit_seal where block_number = 1 and position = 1)'],
    [
      'a removed row with its seal',
      'with gone as (delete from audit_seal where block_number = 2 and position = 1 returning event_id) delete from audit_event where id in (select event_id from gone)',
    ],
    ['a removed first block', 'delete from audit_block where number = 1'],
    ['swapped rows', 'update audit_seal set position = 3 - position + 100 where block_number = 1 and position < 3'],
    ['a rewritten hash', "update audit_block set hash = decode(repeat('ab', 32), 'hex') where number = 1"],
  ])('shows %s', async (_name, statement) => {
    await write(3);
    await sealAudit(database, tenantId);
    await write(3);
    await sealAudit(database, tenantId);
    expect((await verifyAudit(database, tenantId)).fault).toBeNull();
    await tamper(statement);
    expect((await verifyAudit(database, tenantId)).fault).not.toBeNull();
  });

  it('tells of rows that were never sealed', async () => {
    await write(1);
    await tamper("update audit_event set at = now() - interval '10 minutes'");
    expect(await verifyAudit(database, tenantId)).toMatchObject({ unsealed: 1 });
  });
});
