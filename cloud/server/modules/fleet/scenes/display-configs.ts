import { randomBytes } from 'node:crypto';
import type {
  AssignmentBody,
  DisplayConfig,
  DisplayConfigBody,
  DisplayConfigPatch,
  DisplayConfigRevision,
  DisplayConfigSummary,
} from '@concierge/contract/http/display-configs.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { uuidV7 } from '@concierge/kernel/uuid.ts';
import { actorOf, recordAudit } from '#platform/audit/audit.ts';
import { type Database, type Transaction, violatedConstraint } from '#platform/database/database.ts';
import { decodeCursor, type Page, pageOfRows, textAndId } from '#platform/http/cursor.ts';
import type { Principal } from '#platform/http/principal.ts';
import type { Failure } from '#platform/http/problem.ts';
import type { Outbox } from '#platform/outbox/outbox.ts';
import { DEVICE_CHANGED } from '../devices.ts';
import { faultsOfDraft } from './scene-faults.ts';
import { faultsOfMedia } from './scene-media.ts';
import {
  changeDraft,
  countConfigs,
  deleteConfig,
  findConfig,
  findRevision,
  giveConfig,
  insertConfig,
  listConfigs,
  listRevisions,
  lockDevices,
  publishDraft,
} from './scene-store.ts';

/** Says that a display configuration has a new revision. */
export const DISPLAY_CONFIG_PUBLISHED = 'display-config.published';

/** What the office does with display configurations. One without a building belongs to the whole office, and only who may change every screen may change it. */
export interface DisplayConfigs {
  list(
    principal: Principal,
    query: { buildingId?: string | undefined; cursor?: string | undefined; limit: number },
  ): Promise<Result<Page<DisplayConfigSummary>, Failure>>;
  find(principal: Principal, configId: string): Promise<Result<DisplayConfig, Failure>>;
  create(principal: Principal, body: DisplayConfigBody): Promise<Result<DisplayConfig, Failure>>;
  change(principal: Principal, configId: string, patch: DisplayConfigPatch): Promise<Result<DisplayConfig, Failure>>;
  publish(principal: Principal, configId: string, version: number): Promise<Result<DisplayConfig, Failure>>;
  revert(principal: Principal, configId: string, revision: number, version: number): Promise<Result<DisplayConfig, Failure>>;
  revisions(principal: Principal, configId: string): Promise<Result<DisplayConfigRevision[], Failure>>;
  assign(principal: Principal, configId: string, body: AssignmentBody): Promise<Result<DisplayConfig, Failure>>;
  remove(principal: Principal, configId: string): Promise<Result<null, Failure>>;
}

/** Each holds dozens of revisions: no office fills the database of all others. */
export const MAX_CONFIGS = 500;

export interface DisplayConfigsDeps {
  readonly database: Database;
  readonly outbox: Outbox;
  fullNames(scope: Principal['scope'], userIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  nowMs(): number;
}

export function createDisplayConfigs({ database, outbox, fullNames, nowMs }: DisplayConfigsDeps): DisplayConfigs {
  async function readable(principal: Principal, configId: string): Promise<Result<DisplayConfig, Failure>> {
    const config = await findConfig(database, principal.scope, { allowed: principal.buildingsFor('device:read'), configId });
    if (config === null || !mayOn(principal, 'device:read', config.buildingId)) return failure({ code: 'not-found' });
    return success(config);
  }

  async function writable(principal: Principal, configId: string): Promise<Result<DisplayConfig, Failure>> {
    const config = await readable(principal, configId);
    if (!config.ok) return config;
    return mayOn(principal, 'device:write', config.value.buildingId) ? config : failure({ code: 'not-allowed' });
  }

  /** Changes one configuration, and returns it as it is afterwards. `work` answers null when it has done it. */
  async function changing(
    principal: Principal,
    configId: string,
    action: string,
    work: (tx: Transaction, config: DisplayConfig) => Promise<Failure | Readonly<Record<string, unknown>>>,
  ): Promise<Result<DisplayConfig, Failure>> {
    const config = await writable(principal, configId);
    if (!config.ok) return config;
    const refused = await database.transaction(principal.scope, async (tx) => {
      const done = await work(tx, config.value);
      if (isFailure(done)) return done;
      await note(tx, principal, config.value, action, done);
      return null;
    });
    return refused === null ? readable(principal, configId) : failure(refused);
  }

  async function note(
    tx: Transaction,
    principal: Principal,
    config: { id: string; buildingId: string | null },
    action: string,
    details: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    await recordAudit(tx, actorOf(principal), {
      action: `display-config.${action}`,
      subjectKind: 'display-config',
      subjectId: config.id,
      buildingId: config.buildingId,
      details,
    });
    await outbox.announceLive(tx, { subject: 'display-config', id: config.id, buildingId: config.buildingId });
  }

  return {
    async list(principal, query) {
      const cursor = decodeCursor(query.cursor, textAndId);
      if (!cursor.ok) return cursor;
      if (query.buildingId !== undefined && !principal.may('device:read', query.buildingId)) return failure({ code: 'not-found' });
      const rows = await listConfigs(database, principal.scope, {
        allowed: principal.buildingsFor('device:read'),
        buildingId: query.buildingId ?? null,
        after: cursor.value,
        limit: query.limit + 1,
      });
      return success(pageOfRows(rows, query.limit, (row) => [row.name, row.id]));
    },

    find: readable,

    async create(principal, body) {
      if (body.buildingId !== null && !principal.may('device:read', body.buildingId)) return failure({ code: 'not-found' });
      if (!mayOn(principal, 'device:write', body.buildingId)) return failure({ code: 'not-allowed' });
      const faults = faultsOfDraft(body.draft);
      if (faults !== null) return failure(faults);
      const id = uuidV7(nowMs(), randomBytes(16));
      try {
        const refused = await database.transaction(principal.scope, async (tx) => {
          const missing = await faultsOfMedia(tx, body.draft);
          if (missing !== null) return missing;
          if ((await countConfigs(tx)) >= MAX_CONFIGS) return tooManyConfigs();
          await insertConfig(tx, { id, ...body });
          await note(tx, principal, { id, buildingId: body.buildingId }, 'created', { scenes: body.draft.scenes.length });
          return null;
        });
        if (refused !== null) return failure(refused);
      } catch (error) {
        if (violatedConstraint(error) === 'reference') return failure({ code: 'not-found' });
        throw error;
      }
      return readable(principal, id);
    },

    change: (principal, configId, { version, ...patch }) =>
      changing(principal, configId, 'changed', async (tx) => {
        const faults = patch.draft === undefined ? null : (faultsOfDraft(patch.draft) ?? (await faultsOfMedia(tx, patch.draft)));
        if (faults !== null) return faults;
        return (await changeDraft(tx, configId, version, patch)) ? { fields: Object.keys(patch).sort() } : { code: 'version-conflict' };
      }),

    publish: (principal, configId, version) =>
      changing(principal, configId, 'published', async (tx, config) => {
        // What was saved by an older version of ours is looked at again before screens get it.
        const faults = faultsOfDraft(config.draft) ?? (await faultsOfMedia(tx, config.draft));
        if (faults !== null) return faults;
        const revision = await publishDraft(tx, configId, { version, by: principal.userId, at: new Date(nowMs()) });
        if (revision === null) return { code: 'version-conflict' };
        await outbox.emit(tx, DISPLAY_CONFIG_PUBLISHED, { tenantId: tx.scope.tenantId, subjectId: configId });
        return { revision };
      }),

    revert: (principal, configId, revision, version) =>
      changing(principal, configId, 'reverted', async (tx) => {
        const list = await findRevision(tx, configId, revision);
        if (list === null) return { code: 'not-found' };
        return (await changeDraft(tx, configId, version, { draft: list })) ? { revision } : { code: 'version-conflict' };
      }),

    async revisions(principal, configId) {
      const config = await readable(principal, configId);
      if (!config.ok) return config;
      const revisions = await listRevisions(database, principal.scope, configId);
      const people = await fullNames(
        principal.scope,
        revisions.map(({ publishedBy }) => publishedBy),
      );
      return success(revisions.map((revision) => ({ ...revision, publishedBy: people.get(revision.publishedBy) ?? '' })));
    },

    assign: (principal, configId, { assign, release }) =>
      changing(principal, configId, 'assigned', async (tx, config) => {
        const wanted = [...new Set([...assign, ...release])];
        const devices = await lockDevices(tx, wanted);
        // One that is missing, of another tenant, or in a building where this person has no say, is answered alike.
        if (devices.length !== wanted.length || !devices.every(({ buildingId }) => principal.may('device:write', buildingId)))
          return { code: 'not-found' };
        const places = new Map(devices.map(({ id, buildingId }) => [id, buildingId]));
        if (config.buildingId !== null && assign.some((id) => places.get(id) !== config.buildingId))
          return { code: 'scenes-of-other-building' };
        const given = await giveConfig(tx, assign, configId, configId);
        const taken = await giveConfig(
          tx,
          release.filter((id) => !assign.includes(id)),
          null,
          configId,
        );
        for (const deviceId of [...given, ...taken]) {
          const buildingId = places.get(deviceId);
          if (buildingId === undefined) continue;
          await outbox.emit(tx, DEVICE_CHANGED, { tenantId: tx.scope.tenantId, buildingId, subjectId: deviceId });
          await outbox.announceLive(tx, { subject: 'device', id: deviceId, buildingId });
        }
        return { given: given.length, taken: taken.length };
      }),

    async remove(principal, configId) {
      const config = await writable(principal, configId);
      if (!config.ok) return config;
      const removed = await database.transaction(principal.scope, async (tx) => {
        if (!(await deleteConfig(tx, configId))) return false;
        await note(tx, principal, config.value, 'removed', {});
        return true;
      });
      return removed ? success(null) : failure({ code: 'scenes-in-use' });
    },
  };
}

function mayOn(principal: Principal, permission: 'device:read' | 'device:write', buildingId: string | null): boolean {
  if (buildingId !== null) return principal.may(permission, buildingId);
  return permission === 'device:read' ? principal.may(permission) : principal.buildingsFor(permission) === null;
}

function isFailure(done: Failure | Readonly<Record<string, unknown>>): done is Failure {
  return 'code' in done;
}

function tooManyConfigs(): Failure {
  return {
    code: 'invalid-fields',
    detail: {
      el: `Το γραφείο έχει ήδη ${MAX_CONFIGS} προγράμματα, που είναι το όριο. Διαγράψτε ένα που δεν χρειάζεται πια.`,
      en: `The office already has ${MAX_CONFIGS} programmes, which is the limit. Delete one that is no longer needed.`,
    },
  };
}
