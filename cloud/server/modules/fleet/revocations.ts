import type { Database } from '#platform/database/database.ts';

/** Whom the embedded broker turns away although their certificate has not run out. An external broker gets the list as a file instead. */
export interface Revocations {
  has(deviceId: string): boolean;
  add(deviceId: string): void;
  /** Reads who was revoked before this process began. */
  load(): Promise<void>;
}

export function createRevocations(database: Database): Revocations {
  const revoked = new Set<string>();
  return {
    has: (deviceId) => revoked.has(deviceId),
    add: (deviceId) => void revoked.add(deviceId),
    async load() {
      for (const { id } of await database.directory<{ id: string }>('select id from revoked_devices()')) revoked.add(id);
    },
  };
}
