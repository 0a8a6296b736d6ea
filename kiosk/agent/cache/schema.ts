import type Database from 'better-sqlite3';

/**
 * The forms the cache file went through. A file's `user_version` is the number of entries applied; entries are only ever appended.
 *
 * A release that fails its trial is rolled back, and then an older agent opens the file that the newer one has brought on: it uses it as it is, so that a screen without
 * a line does not lose its building (ADR 0032). An entry may therefore only add: tables, kinds, columns with a default. What changes its meaning gets another name; an
 * older agent misses the old one, takes the file for damaged and fetches everything again.
 */
export const migrations: readonly string[] = [
  `
  -- Two generations of each kind. A write goes to the one that is not current, then the pointer is flipped, in one transaction:
  -- whatever happens in between, the last good document is untouched.
  CREATE TABLE document (
    kind TEXT NOT NULL CHECK (kind IN ('content', 'desired', 'qr')),
    generation INTEGER NOT NULL CHECK (generation IN (0, 1)),
    jws TEXT NOT NULL,
    PRIMARY KEY (kind, generation)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE current_generation (
    kind TEXT PRIMARY KEY CHECK (kind IN ('content', 'desired', 'qr')),
    generation INTEGER NOT NULL CHECK (generation IN (0, 1))
  ) STRICT, WITHOUT ROWID;

  -- The last good time: a board without a battery clock cannot be earlier than this.
  CREATE TABLE clock_floor (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    time_ms INTEGER NOT NULL
  ) STRICT;

  -- Events that wait for a connection, oldest first.
  CREATE TABLE waiting_event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    payload TEXT NOT NULL
  ) STRICT;
  `,
  `
  -- Commands that were begun, so that none is carried out twice, whatever repeats it.
  CREATE TABLE begun_command (
    id TEXT PRIMARY KEY,
    begun_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- The arrangement of the screen is a kind more. SQLite cannot change a CHECK, so the two tables are made anew.
  CREATE TABLE document_4 (
    kind TEXT NOT NULL CHECK (kind IN ('content', 'desired', 'qr', 'scenes')),
    generation INTEGER NOT NULL CHECK (generation IN (0, 1)),
    jws TEXT NOT NULL,
    PRIMARY KEY (kind, generation)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO document_4 SELECT kind, generation, jws FROM document;
  DROP TABLE document;
  ALTER TABLE document_4 RENAME TO document;

  CREATE TABLE current_generation_4 (
    kind TEXT PRIMARY KEY CHECK (kind IN ('content', 'desired', 'qr', 'scenes')),
    generation INTEGER NOT NULL CHECK (generation IN (0, 1))
  ) STRICT, WITHOUT ROWID;
  INSERT INTO current_generation_4 SELECT kind, generation FROM current_generation;
  DROP TABLE current_generation;
  ALTER TABLE current_generation_4 RENAME TO current_generation;
  `,
  `
  -- What widgets show besides the content is a kind more; after this the kinds are the program's affair, which takes only those it knows.
  CREATE TABLE document_5 (
    kind TEXT NOT NULL,
    generation INTEGER NOT NULL CHECK (generation IN (0, 1)),
    jws TEXT NOT NULL,
    PRIMARY KEY (kind, generation)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO document_5 SELECT kind, generation, jws FROM document;
  DROP TABLE document;
  ALTER TABLE document_5 RENAME TO document;

  CREATE TABLE current_generation_5 (
    kind TEXT PRIMARY KEY,
    generation INTEGER NOT NULL CHECK (generation IN (0, 1))
  ) STRICT, WITHOUT ROWID;
  INSERT INTO current_generation_5 SELECT kind, generation FROM current_generation;
  DROP TABLE current_generation;
  ALTER TABLE current_generation_5 RENAME TO current_generation;
  `,
];

/** Brings an open file to the newest form. One of a newer agent stays as it is. */
export function migrate(database: Database.Database): void {
  const version = Number(database.pragma('user_version', { simple: true }));
  for (let next = version; next < migrations.length; next += 1) {
    database.transaction(() => {
      database.exec(migrations[next] ?? '');
      database.pragma(`user_version = ${next + 1}`);
    })();
  }
}
