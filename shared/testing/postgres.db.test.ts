import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from './postgres.ts';

/** Stands for the migrations, which belong to the cloud. */
async function prepareTemplate(ownerUrl: string, appPassword: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  const known = await client.query("select from pg_roles where rolname = 'concierge_app'");
  if (known.rowCount === 0) await client.query('create role concierge_app login');
  await client.query(`alter role concierge_app password '${appPassword}'`);
  await client.query('create table if not exists shelf (book text); grant select on shelf to concierge_app');
  await client.end();
}

describe('a test database', () => {
  it('is a clone of the prepared template, seen by the owner and by the application', async () => {
    const database = await testDatabase(prepareTemplate, 'other_shelf');
    await query(database.ownerUrl, "create table note as select 'mine' as text; grant select on note to concierge_app");
    expect(await query(database.appUrl, 'select text, current_user as reader from note')).toEqual([
      { text: 'mine', reader: 'concierge_app' },
    ]);
    await expect(query(database.appUrl, "insert into note values ('theirs')")).rejects.toThrow(/permission denied/);
    await database.drop();
    await expect(query(database.ownerUrl, 'select 1')).rejects.toThrow(/does not exist/);
  });

  it('is made side by side with others and shares nothing with them', async () => {
    const databases = await Promise.all([1, 2, 3].map(() => testDatabase(prepareTemplate, 'other_shelf')));
    const [first, ...others] = databases as [TestDatabase, ...TestDatabase[]];
    await query(first.ownerUrl, 'create table mine ()');
    for (const other of others) await expect(query(other.ownerUrl, 'table mine')).rejects.toThrow(/does not exist/);
    await Promise.all(databases.map((database) => database.drop()));
  });

  it('is made anew after a preparation that failed half-way', async () => {
    const failing = async (ownerUrl: string) => {
      await query(ownerUrl, 'create table half ()');
      throw new Error('the second migration is wrong');
    };
    await expect(testDatabase(failing, 'other_retried')).rejects.toThrow('the second migration is wrong');
    const database = await testDatabase(prepareTemplate, 'other_retried');
    await expect(query(database.ownerUrl, 'table half')).rejects.toThrow(/does not exist/);
    await database.drop();
  });

  it('is dropped even when a connection was left open, and names who left it', async () => {
    const database = await testDatabase(prepareTemplate, 'other_shelf');
    const forgotten = new pg.Client({ connectionString: database.ownerUrl, application_name: 'forgetful' });
    forgotten.on('error', () => {
      // The drop ends this connection, which is the point of the test.
    });
    await forgotten.connect();
    await expect(database.drop()).rejects.toThrow(/forgetful/);
    await expect(query(database.ownerUrl, 'select 1')).rejects.toThrow(/does not exist/);
  });
});

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {
    // The query or the connect rejects as well.
  });
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}
