import type { HeldKind } from '@concierge/contract/signed-document.ts';
import type Database from 'better-sqlite3';

export type Generation = 0 | 1;

export interface StoredDocument {
  readonly generation: Generation;
  readonly jws: string;
}

/** The statements on the tables of documents, clock floor and waiting events. Each may throw what SQLite throws. */
export interface CacheRows {
  /** The generations that exist, the current one first. Nothing about them is believed yet. */
  documents(kind: HeldKind): readonly StoredDocument[];
  /** Writes a document beside the current one and makes it current, or leaves everything as it was. */
  replace(kind: HeldKind, jws: string): void;
  /** Makes a generation current: the other one proved to be damaged. */
  pointTo(kind: HeldKind, generation: Generation): void;
  clockFloorMs(): number | null;
  saveClockFloor(timeMs: number): void;
  waitingEvents(limit: number): readonly { id: number; payload: string }[];
  /** All of them or none. */
  addEvents(payloads: readonly string[], keep: number): void;
  removeEvent(id: number): void;
  /** Whether it was not begun before. */
  beginCommand(id: string, nowMs: number, keep: number): boolean;
}

export function prepareRows(database: Database.Database): CacheRows {
  const selectDocuments = database.prepare<[string], { generation: unknown; jws: unknown }>(
    `SELECT document.generation, document.jws
       FROM document LEFT JOIN current_generation USING (kind)
      WHERE document.kind = ?
      ORDER BY document.generation = current_generation.generation DESC, document.generation`,
  );
  const selectGeneration = database.prepare<[string], { generation: unknown }>('SELECT generation FROM current_generation WHERE kind = ?');
  const upsertDocument = database.prepare<[string, Generation, string]>(
    `INSERT INTO document (kind, generation, jws) VALUES (?, ?, ?)
     ON CONFLICT (kind, generation) DO UPDATE SET jws = excluded.jws`,
  );
  const upsertGeneration = database.prepare<[string, Generation]>(
    `INSERT INTO current_generation (kind, generation) VALUES (?, ?)
     ON CONFLICT (kind) DO UPDATE SET generation = excluded.generation`,
  );
  const selectFloor = database.prepare<[], { time_ms: unknown }>('SELECT time_ms FROM clock_floor WHERE id = 1');
  const upsertFloor = database.prepare<[number]>(
    'INSERT INTO clock_floor (id, time_ms) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET time_ms = excluded.time_ms',
  );
  const selectEvents = database.prepare<[number], { id: number; payload: string }>(
    'SELECT id, payload FROM waiting_event ORDER BY id LIMIT ?',
  );
  const insertEvent = database.prepare<[string]>('INSERT INTO waiting_event (payload) VALUES (?)');
  const deleteOldEvents = database.prepare<[number]>('DELETE FROM waiting_event WHERE id <= (SELECT max(id) FROM waiting_event) - ?');
  const insertCommand = database.prepare<[string, number]>(
    'INSERT INTO begun_command (id, begun_at_ms) VALUES (?, ?) ON CONFLICT DO NOTHING',
  );
  const deleteOldCommands = database.prepare<[number]>(
    'DELETE FROM begun_command WHERE id NOT IN (SELECT id FROM begun_command ORDER BY begun_at_ms DESC, id DESC LIMIT ?)',
  );
  const deleteEvent = database.prepare<[number]>('DELETE FROM waiting_event WHERE id = ?');

  return {
    documents(kind) {
      return selectDocuments
        .all(kind)
        .flatMap(({ generation, jws }) => ((generation === 0 || generation === 1) && typeof jws === 'string' ? [{ generation, jws }] : []));
    },
    replace: database.transaction((kind: HeldKind, jws: string) => {
      const other: Generation = selectGeneration.get(kind)?.generation === 0 ? 1 : 0;
      upsertDocument.run(kind, other, jws);
      upsertGeneration.run(kind, other);
    }),
    pointTo(kind, generation) {
      upsertGeneration.run(kind, generation);
    },
    clockFloorMs() {
      const timeMs = selectFloor.get()?.time_ms;
      return typeof timeMs === 'number' ? timeMs : null;
    },
    saveClockFloor(timeMs) {
      upsertFloor.run(timeMs);
    },
    waitingEvents: (limit) => selectEvents.all(limit),
    addEvents: database.transaction((payloads: readonly string[], keep: number) => {
      for (const payload of payloads) insertEvent.run(payload);
      deleteOldEvents.run(keep);
    }),
    removeEvent(id) {
      deleteEvent.run(id);
    },
    beginCommand: database.transaction((id: string, nowMs: number, keep: number) => {
      const begun = insertCommand.run(id, nowMs).changes === 1;
      deleteOldCommands.run(keep);
      return begun;
    }),
  };
}
