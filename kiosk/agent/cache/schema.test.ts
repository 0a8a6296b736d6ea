import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { migrations } from './schema.ts';

/** Each table of a form with its columns, as an agent of that form names them. */
function tablesOf(form: number): string[] {
  const database = new Database(':memory:');
  try {
    for (const migration of migrations.slice(0, form)) database.exec(migration);
    return database
      .prepare<[], { place: string }>(
        `SELECT m.name || '.' || c.name AS place FROM sqlite_master m JOIN pragma_table_info(m.name) c
          WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY place`,
      )
      .all()
      .map(({ place }) => place);
  } finally {
    database.close();
  }
}

it.each(migrations.map((_, index) => index + 1))('what an agent of form %i reads is still there in the newest', (form) => {
  const before = tablesOf(form);
  expect(before.length).toBeGreaterThan(0);
  expect(tablesOf(migrations.length)).toEqual(expect.arrayContaining(before));
});
