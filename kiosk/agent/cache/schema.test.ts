import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { migrations } from './schema.ts';

interface Column {
  readonly place: string;
  /** A row can be written by somebody who has never heard of it. */
  readonly optional: boolean;
}

/** Each column of a form, as an agent of that form names it. */
function columnsOf(form: number): Column[] {
  const database = new Database(':memory:');
  try {
    for (const migration of migrations.slice(0, form)) database.exec(migration);
    return database
      .prepare<[], { place: string; optional: number }>(
        `SELECT m.name || '.' || c.name AS place, c."notnull" = 0 AND c.pk = 0 OR c.dflt_value IS NOT NULL AS optional
           FROM sqlite_master m JOIN pragma_table_info(m.name) c
          WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY place`,
      )
      .all()
      .map(({ place, optional }) => ({ place, optional: optional === 1 }));
  } finally {
    database.close();
  }
}

const tableOf = ({ place }: Column): string => place.slice(0, place.indexOf('.'));
const newest = columnsOf(migrations.length);

it.each(migrations.map((_, index) => index + 1))('what an agent of form %i reads and writes is still there in the newest', (form) => {
  const before = columnsOf(form);
  const places = before.map(({ place }) => place);
  expect(newest.map(({ place }) => place)).toEqual(expect.arrayContaining(places));
  const tables = new Set(before.map(tableOf));
  const unheardOf = newest.filter((column) => tables.has(tableOf(column)) && !places.includes(column.place));
  expect(unheardOf.filter(({ optional }) => !optional)).toEqual([]);
});
