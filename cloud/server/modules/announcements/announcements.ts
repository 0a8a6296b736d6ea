import type { Announcement, AnnouncementBody, AnnouncementPatch, AnnouncementState } from '@concierge/contract/http/announcements.ts';
import { AnnouncementCategory } from '@concierge/contract/mqtt/content.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { Property } from '#modules/property/index.ts';
import { actorOf, recordAudit } from '#platform/audit/audit.ts';
import { type Database, violatedConstraint } from '#platform/database/database.ts';
import type { Orm } from '#platform/database/orm.ts';
import { decodeCursor, instantAndId, type Page, pageOfRows } from '#platform/http/cursor.ts';
import type { Principal } from '#platform/http/principal.ts';
import type { Failure } from '#platform/http/problem.ts';
import type { Outbox } from '#platform/outbox/outbox.ts';
import { announcementState, MAX_ANNOUNCEMENTS, tooManyAnnouncements } from './rules.ts';

/** Says that what a building announces changed. */
export const ANNOUNCEMENT_CHANGED = 'announcement.changed';

export interface AnnouncementsDeps {
  readonly database: Database;
  readonly orm: Orm;
  /** Says whether the building stands; what became of it is not ours to read. */
  readonly property: Pick<Property, 'lobbyBuilding'>;
  readonly outbox: Outbox;
  nowMs(): number;
}

export interface AnnouncementUseCases {
  list(
    principal: Principal,
    query: { buildingId: string; state?: AnnouncementState | undefined; cursor?: string | undefined; limit: number },
  ): Promise<Result<Page<Announcement>, Failure>>;
  create(principal: Principal, body: AnnouncementBody): Promise<Result<Announcement, Failure>>;
  change(principal: Principal, announcementId: string, patch: AnnouncementPatch): Promise<Result<Announcement, Failure>>;
}

export function createAnnouncementUseCases({ database, orm, property, outbox, nowMs }: AnnouncementsDeps): AnnouncementUseCases {
  return {
    async list(principal, query) {
      if (!principal.may('announcement:read', query.buildingId)) return failure({ code: 'not-found' });
      const cursor = decodeCursor(query.cursor, instantAndId);
      if (!cursor.ok) return cursor;
      const now = new Date(nowMs());
      const mayWrite = principal.may('announcement:write', query.buildingId);
      // Residents see what is current; what is planned or was withdrawn is the office's.
      const state = mayWrite ? query.state : 'current';
      const [publishAt, id] = cursor.value ?? [];
      const rows = await database.transaction(principal.scope, async (tx) => {
        if ((await property.lobbyBuilding(tx, query.buildingId)) === null) return null;
        return orm.announcement.findMany({
          where: {
            buildingId: query.buildingId,
            AND: [
              ...(state === undefined ? [] : [whereState(state, now)]),
              ...(publishAt === undefined || id === undefined
                ? []
                : [{ OR: [{ publishAt: { lt: publishAt } }, { publishAt, id: { lt: id } }] }]),
            ],
          },
          orderBy: [{ publishAt: 'desc' }, { id: 'desc' }],
          take: query.limit + 1,
        });
      });
      if (rows === null) return failure({ code: 'not-found' });
      const page = pageOfRows(rows, query.limit, (row) => [row.publishAt.toISOString(), row.id]);
      return success({ items: page.items.map((row) => announcementOf(row, now.getTime())), nextCursor: page.nextCursor });
    },

    async create(principal, body) {
      if (!principal.may('announcement:read', body.buildingId)) return failure({ code: 'not-found' });
      if (!principal.may('announcement:write', body.buildingId)) return failure({ code: 'not-allowed' });
      const publishAt = new Date(body.publishAt ?? nowMs());
      if (body.expiresAt !== null && new Date(body.expiresAt) <= publishAt) return failure({ code: 'expires-before-publication' });
      try {
        return await database.transaction<Result<Announcement, Failure>>(principal.scope, async (tx) => {
          if ((await property.lobbyBuilding(tx, body.buildingId)) === null) return failure({ code: 'not-found' });
          if ((await orm.announcement.count({ where: { buildingId: body.buildingId } })) >= MAX_ANNOUNCEMENTS)
            return failure({ code: 'invalid-fields', detail: tooManyAnnouncements() });
          const made = await orm.announcement.create({
            data: {
              tenantId: tx.scope.tenantId,
              buildingId: body.buildingId,
              category: body.category,
              urgent: body.urgent,
              ...titleColumns(body.title),
              ...bodyColumns(body.body),
              publishAt,
              expiresAt: body.expiresAt === null ? null : new Date(body.expiresAt),
              createdBy: principal.userId,
            },
          });
          await recordAudit(tx, actorOf(principal), {
            action: 'announcement.created',
            subjectKind: 'announcement',
            subjectId: made.id,
            buildingId: made.buildingId,
            details: { urgent: made.urgent, category: made.category },
          });
          await tell(tx, made.buildingId, made.id);
          return success(announcementOf(made, nowMs()));
        });
      } catch (error) {
        if (violatedConstraint(error) === 'reference') return failure({ code: 'not-found' });
        throw error;
      }
    },

    async change(principal, announcementId, { version, ...patch }) {
      return database.transaction<Result<Announcement, Failure>>(principal.scope, async (tx) => {
        const before = await orm.announcement.findFirst({ where: { id: announcementId } });
        if (before === null || !principal.may('announcement:read', before.buildingId)) return failure({ code: 'not-found' });
        if (!principal.may('announcement:write', before.buildingId)) return failure({ code: 'not-allowed' });
        // What a building announced went out of sight with it.
        if ((await property.lobbyBuilding(tx, before.buildingId)) === null) return failure({ code: 'not-found' });
        const publishAt = patch.publishAt === undefined ? before.publishAt : new Date(patch.publishAt);
        const expiresAt = patch.expiresAt === undefined ? before.expiresAt : patch.expiresAt === null ? null : new Date(patch.expiresAt);
        if (expiresAt !== null && expiresAt <= publishAt) return failure({ code: 'expires-before-publication' });
        const { count } = await orm.announcement.updateMany({
          where: { id: announcementId, version },
          data: {
            ...(patch.category === undefined ? {} : { category: patch.category }),
            ...(patch.urgent === undefined ? {} : { urgent: patch.urgent }),
            ...(patch.title === undefined ? {} : titleColumns(patch.title)),
            ...(patch.body === undefined ? {} : bodyColumns(patch.body)),
            publishAt,
            expiresAt,
            ...(patch.withdrawn === undefined ? {} : { withdrawnAt: patch.withdrawn ? (before.withdrawnAt ?? new Date(nowMs())) : null }),
            updatedAt: new Date(nowMs()),
            version: { increment: 1 },
          },
        });
        if (count === 0) return failure({ code: 'version-conflict' });
        await recordAudit(tx, actorOf(principal), {
          action: patch.withdrawn === true ? 'announcement.withdrawn' : 'announcement.changed',
          subjectKind: 'announcement',
          subjectId: announcementId,
          buildingId: before.buildingId,
          details: { fields: Object.keys(patch).sort() },
        });
        await tell(tx, before.buildingId, announcementId);
        const after = await orm.announcement.findFirst({ where: { id: announcementId } });
        return after === null ? failure({ code: 'not-found' }) : success(announcementOf(after, nowMs()));
      });
    },
  };

  async function tell(tx: Parameters<Outbox['emit']>[0], buildingId: string, id: string): Promise<void> {
    await outbox.emit(tx, ANNOUNCEMENT_CHANGED, { tenantId: tx.scope.tenantId, buildingId, subjectId: id });
    await outbox.announceLive(tx, { subject: 'announcement', id, buildingId });
  }
}

/** The same rule as `announcementState`, as a condition the database can select by. */
function whereState(state: AnnouncementState, now: Date) {
  const notExpired = { OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] };
  switch (state) {
    case 'withdrawn':
      return { withdrawnAt: { not: null } };
    case 'expired':
      return { withdrawnAt: null, expiresAt: { lte: now } };
    case 'scheduled':
      return { withdrawnAt: null, publishAt: { gt: now }, ...notExpired };
    case 'current':
      return { withdrawnAt: null, publishAt: { lte: now }, ...notExpired };
  }
}

function titleColumns(title: AnnouncementBody['title']) {
  return { titleEl: title.el, titleEn: title.en };
}

function bodyColumns(body: AnnouncementBody['body']) {
  return { bodyEl: body?.el ?? null, bodyEn: body?.en ?? null };
}

interface Row {
  id: string;
  buildingId: string;
  category: string;
  urgent: boolean;
  titleEl: string;
  titleEn: string | null;
  bodyEl: string | null;
  bodyEn: string | null;
  publishAt: Date;
  expiresAt: Date | null;
  withdrawnAt: Date | null;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

function announcementOf(row: Row, nowMs: number): Announcement {
  return {
    id: row.id,
    buildingId: row.buildingId,
    category: AnnouncementCategory.parse(row.category),
    urgent: row.urgent,
    title: { el: row.titleEl, en: row.titleEn },
    body: row.bodyEl === null ? null : { el: row.bodyEl, en: row.bodyEn },
    publishAt: row.publishAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    state: announcementState(
      { publishAtMs: row.publishAt.getTime(), expiresAtMs: row.expiresAt?.getTime() ?? null, withdrawn: row.withdrawnAt !== null },
      nowMs,
    ),
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
