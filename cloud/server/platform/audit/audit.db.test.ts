import { type TestDatabase, testDatabase } from '@concierge/testing/postgres.ts';
import pg from 'pg';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { migrate } from '../../db/migrate.ts';
import { createDatabase, type Database, type Transaction } from '../database/database.ts';
import { isAudited, recordAudit, recordAuditOnce } from './audit.ts';
import { auditClock } from './jobs.ts';
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
    [
      'changed details that could never have been written',
      `update audit_event set details = '{"index":1.5}' where id = (select event_id from audit_seal where block_number = 1 and position = 1)`,
    ],
    ['a removed last block whose rows were left', 'delete from audit_block where number = 2'],
    [
      'a removed row whose seal was left',
      'delete from audit_event where id = (select event_id from audit_seal where block_number = 2 and position = 3)',
    ],
    ['an event moved into another block', 'update audit_seal set block_number = 1, position = 4 where block_number = 2 and position = 1'],
    ['a seal in a block that never was', 'update audit_seal set block_number = 7 where block_number = 2'],
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

  it('shows a tail that was cut off, or a chain that was rewritten as a whole, against the head told before', async () => {
    await write(3);
    await sealAudit(database, tenantId);
    await write(2);
    const lines: string[] = [];
    const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
    await auditClock({ database, tenantIds: async () => [tenantId], logger }).run(undefined);
    const told = z
      .object({ tenantId: z.uuid(), block: z.number(), hash: z.string(), msg: z.literal('audit head') })
      .parse(JSON.parse(lines[0] ?? ''));
    const head = { block: told.block, hash: Buffer.from(told.hash, 'hex') };
    expect(head.block).toBe(2);
    expect((await verifyAudit(database, tenantId, head)).fault).toBeNull();
    await tamper(
      'with gone as (delete from audit_seal where block_number = 2 returning event_id) delete from audit_event where id in (select event_id from gone)',
    );
    await tamper('delete from audit_block where number = 2');
    expect((await verifyAudit(database, tenantId)).fault).toBeNull();
    expect((await verifyAudit(database, tenantId, head)).fault).toBe('the chain ends with block 1, but block 2 was told before');
    await write(4);
    await sealAudit(database, tenantId);
    expect((await verifyAudit(database, tenantId)).fault).toBeNull();
    expect((await verifyAudit(database, tenantId, head)).fault).toBe('block 2 is not the one that was told before');
  });

  it('goes on sealing for the others when one tenant has a row that cannot be sealed', async () => {
    const { rows } = await owner.query<{ id: string }>("insert into tenant (slug, name) values ('broken', 'Broken') returning id");
    const broken = rows[0]?.id ?? '';
    await owner.query(
      `insert into audit_event (tenant_id, actor_kind, action, subject_kind, details) values ($1, 'system', 'x', 'thing', '{"share":0.5}')`,
      [broken],
    );
    await write(1);
    const clock = auditClock({ database, tenantIds: async () => [broken, tenantId] });
    await expect(clock.run(undefined)).rejects.toThrow(/1 tenants/);
    expect(await verifyAudit(database, tenantId)).toMatchObject({ events: 1, fault: null });
  });

  it('tells of rows that were never sealed', async () => {
    await write(1);
    await tamper("update audit_event set at = now() - interval '10 minutes'");
    expect(await verifyAudit(database, tenantId)).toMatchObject({ unsealed: 1 });
  });
});

describe('what was said of a subject lately', () => {
  const subjectId = '01900000-0000-7000-8000-00000000000a';
  const entry = (eventId: string) => ({ action: 'device.reported', subjectKind: 'device', subjectId, details: { eventId } });
  const plant = async (count: number, age: string, eventId: string) =>
    owner.query(
      `insert into audit_event (tenant_id, id, at, actor_kind, action, subject_kind, subject_id, details)
       select $1, uuidv7(-$4::interval), now() - $4::interval, 'system', 'device.reported', 'device', $2, jsonb_build_object('eventId', $5::text) from generate_series(1, $3)`,
      [tenantId, subjectId, count, age, eventId],
    );

  it('is known for thirty days, whether told twice by its event or in the same words', async () => {
    await plant(1, '29 days', 'known');
    await plant(1, '31 days', 'forgotten');
    const asTenant = <Value>(work: (tx: Transaction) => Promise<Value>) => database.transaction({ tenantId, sessionId: null }, work);
    expect(await asTenant((tx) => isAudited(tx, subjectId, 'known'))).toBe(true);
    expect(await asTenant((tx) => isAudited(tx, subjectId, 'forgotten'))).toBe(false);
    for (const eventId of ['known', 'forgotten', 'forgotten'])
      await asTenant((tx) => recordAuditOnce(tx, { kind: 'system', id: null }, entry(eventId)));
    expect((await owner.query('select from audit_event where subject_id = $1', [subjectId])).rowCount).toBe(3);
  });

  it('is looked for among what was said lately, not among all that ever was', async () => {
    await plant(20_000, '60 days', 'old');
    await plant(20, '1 day', 'new');
    await owner.query('analyze audit_event');
    const plans: string[] = [];
    await database.transaction({ tenantId, sessionId: null }, async (tx) => {
      const explained: Transaction = {
        ...tx,
        async query(text, values) {
          const rows = await tx.query<{ 'QUERY PLAN': string }>(`explain (analyze, costs off, timing off) ${text}`, values);
          plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
          return [];
        },
        change: async () => 0,
      };
      await isAudited(explained, subjectId, 'unknown');
      await recordAuditOnce(explained, { kind: 'system', id: null }, entry('unknown'));
    });
    expect(plans).toHaveLength(2);
    for (const plan of plans) {
      const passedOver = [...plan.matchAll(/Rows Removed by [\w ]*: (\d+)/g)].reduce((sum, [, rows]) => sum + Number(rows), 0);
      expect(passedOver, plan).toBe(20);
    }
  });
});
