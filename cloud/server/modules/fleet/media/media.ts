import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Media, MediaList } from '@concierge/contract/http/media.ts';
import { type MediaType, MOST_MEDIA } from '@concierge/contract/media.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { uuidV7 } from '@concierge/kernel/uuid.ts';
import { actorOf, recordAudit } from '#platform/audit/audit.ts';
import type { Database, Scope } from '#platform/database/database.ts';
import type { FileStorage } from '#platform/files/file-storage.ts';
import type { Principal } from '#platform/http/principal.ts';
import type { Failure } from '#platform/http/problem.ts';
import type { Outbox } from '#platform/outbox/outbox.ts';
import { configsNaming } from '../scenes/scene-store.ts';
import { tenantOfDevice } from '../store.ts';
import { createArrivals } from './arrivals.ts';
import { provenDevice } from './device-proof.ts';
import { findMedia, insertMedia, isInLibrary, listMedia, lockLibrary, lockMedia, markDeleted, measureLibrary } from './media-store.ts';

/** Says that nobody needs the bytes of a file any more. */
export const MEDIA_DELETED = 'media.deleted';

export interface StoredMedia {
  readonly sha256: string;
  readonly type: MediaType;
  readonly bytes: number;
  read(first: number, last: number): Promise<Readable>;
}

/** The office's media library: what its scenes may show. It belongs to the whole office; whoever may arrange scenes anywhere may add to it. */
export interface MediaLibrary {
  list(principal: Principal): Promise<Result<MediaList, Failure>>;
  /** Cleans and keeps a file. The same file again is the same row, whoever sends it and however often. */
  add(principal: Principal, file: { name: string; chunks: AsyncIterable<Uint8Array> }): Promise<Result<Media, Failure>>;
  /** Refused while a draft or a published revision names it. */
  remove(principal: Principal, sha256: string): Promise<Result<null, Failure>>;
  open(principal: Principal, sha256: string): Promise<Result<StoredMedia, Failure>>;
  /** For a device that proves itself by the key it was claimed with; its own office's files only. Every refusal looks the same. */
  openForDevice(authorization: string | undefined, sha256: string): Promise<Result<StoredMedia, Failure>>;
}

export function createMediaLibrary(deps: {
  database: Database;
  storage: FileStorage;
  outbox: Outbox;
  quotaBytes: number;
  nowMs(): number;
}): MediaLibrary {
  const { database, storage, quotaBytes } = deps;
  const takeIn = createArrivals(deps);

  async function opened(scope: Scope, sha256: string): Promise<Result<StoredMedia, Failure>> {
    const media = await findMedia(database, scope, sha256);
    if (media === null) return failure({ code: 'not-found' });
    const file = await storage.open(scope.tenantId, sha256);
    // A file that is gone or cut is not sent under the name of the whole one.
    if (file === null || file.bytes !== media.bytes) return failure({ code: 'unavailable' });
    return success({ sha256, type: media.type, bytes: media.bytes, read: file.read });
  }

  return {
    async list(principal) {
      const items = await listMedia(database, principal.scope, MOST_MEDIA);
      return success({ items, usedBytes: items.reduce((sum, { bytes }) => sum + bytes, 0), quotaBytes });
    },

    async add(principal, { name, chunks }) {
      const { tenantId } = principal.scope;
      const taken = await takeIn(tenantId, chunks);
      if (!taken.ok) return taken;
      await using arrived = taken.value;
      const { sha256, bytes, width, height, kind } = arrived;
      const refused = await database
        .transaction<Failure | null>(principal.scope, async (tx) => {
          await lockLibrary(tx);
          // Its bytes again, in case the disk lost them.
          if ((await lockMedia(tx, sha256)) !== null) return (await arrived.keep()).ok ? null : { code: 'unavailable' };
          const library = await measureLibrary(tx);
          if (library.count >= MOST_MEDIA) return { code: 'media-count' };
          if (library.bytes + bytes > quotaBytes) return { code: 'media-quota' };
          const id = uuidV7(deps.nowMs(), randomBytes(16));
          await insertMedia(tx, { id, sha256, bytes, width, height, ...kind, name, by: principal.userId, at: new Date(deps.nowMs()) });
          await recordAudit(tx, actorOf(principal), {
            action: 'media.added',
            subjectKind: 'media',
            subjectId: id,
            details: { sha256, bytes },
          });
          // Before the commit: a row whose bytes are not on disk must not be. Bytes without a row are found again by the next upload of the same.
          return (await arrived.keep()).ok ? null : Promise.reject(new NoRoom());
        })
        .catch((error: unknown): Failure => {
          if (error instanceof NoRoom) return { code: 'unavailable' };
          throw error;
        });
      if (refused !== null) return failure(refused);
      const media = await findMedia(database, principal.scope, sha256);
      return media === null ? failure({ code: 'not-found' }) : success(media);
    },

    async remove(principal, sha256) {
      const refused = await database.transaction<Failure | null>(principal.scope, async (tx) => {
        await lockLibrary(tx);
        const media = await lockMedia(tx, sha256);
        if (media === null) return { code: 'not-found' };
        const mayAll = principal.buildingsFor('device:write') === null;
        if (!mayAll && media.uploadedBy !== principal.userId) return { code: 'not-allowed' };
        const users = await configsNaming(tx, sha256);
        if (users.length > 0) return { code: 'media-in-use', detail: whereItIs(users, principal) };
        await markDeleted(tx, media.id, new Date(deps.nowMs()));
        await recordAudit(tx, actorOf(principal), {
          action: 'media.deleted',
          subjectKind: 'media',
          subjectId: media.id,
          details: { sha256 },
        });
        await deps.outbox.emit(tx, MEDIA_DELETED, { tenantId: tx.scope.tenantId, subjectId: sha256 });
        return null;
      });
      return refused === null ? success(null) : failure(refused);
    },

    open: (principal, sha256) => opened(principal.scope, sha256),

    async openForDevice(authorization, sha256) {
      const proof = provenDevice(authorization, sha256);
      const tenantId = proof === null ? null : await tenantOfDevice(database, proof.deviceId);
      if (proof === null || tenantId === null) return failure({ code: 'claim-refused' });
      const scope = { tenantId, sessionId: null };
      return (await proof.isKeyOf(database, scope)) ? opened(scope, sha256) : failure({ code: 'claim-refused' });
    },
  };
}

/** Takes the row back with the transaction. */
class NoRoom extends Error {}

/** The programmes that show it, as far as this person may know of them. */
function whereItIs(users: readonly { name: string; buildingId: string | null }[], principal: Principal): { el: string; en: string } {
  const names = users
    .filter(({ buildingId }) => buildingId === null || principal.may('device:read', buildingId))
    .slice(0, 5)
    .map(({ name }) => name);
  const others = users.length - names.length;
  return {
    el: [...names.map((name) => `«${name}»`), ...(others > 0 ? [`και άλλα ${others}`] : [])].join(', '),
    en: [...names.map((name) => `“${name}”`), ...(others > 0 ? [`and ${others} more`] : [])].join(', '),
  };
}

/** Takes the bytes of a file that was deleted off the disk, unless the library has it again. */
export async function forgetUnneededFile(
  { database, storage }: { database: Database; storage: FileStorage },
  tenantId: string,
  sha256: string,
): Promise<void> {
  await database.transaction({ tenantId, sessionId: null }, async (tx) => {
    // Somebody may have added the same file again meanwhile, and would add it now.
    await lockLibrary(tx);
    if (!(await isInLibrary(tx, sha256))) await storage.remove(tenantId, sha256);
  });
}
