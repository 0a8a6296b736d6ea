import { Readable } from 'node:stream';
import { type FleetRelease, ReleaseStanding } from '@concierge/contract/http/device-releases.ts';
import {
  AlertKind,
  type DeviceDetail,
  type DeviceFilter,
  type DeviceHistory,
  type DeviceQuery,
  DeviceState,
  type FleetBuilding,
  type FleetCounts,
  type FleetDevice,
  type FleetGroup,
  type FleetGrouping,
  type FleetThresholds,
  type FleetThresholdsRow,
  type HistoryRange,
} from '@concierge/contract/http/fleet.ts';
import type { Language } from '@concierge/contract/text.ts';
import { fleetFileStrings } from '@concierge/i18n/fleet-file.ts';
import { fleetStrings } from '@concierge/i18n/office/fleet.ts';
import { releasesStrings } from '@concierge/i18n/office/releases.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { z } from 'zod';
import { actorOf, auditedOf, recordAudit } from '#platform/audit/audit.ts';
import type { Database } from '#platform/database/database.ts';
import { decodeCursor, type Page, pageOfRows, textAndId } from '#platform/http/cursor.ts';
import type { Principal } from '#platform/http/principal.ts';
import type { Failure } from '#platform/http/problem.ts';
import { releasesNow } from '../releases/office-store.ts';
import { shownRollout } from '../releases/office-view.ts';
import { programmeOfDevice } from '../scenes/scene-store.ts';
import { findDevice } from '../store.ts';
import { inOrder, twinHistory } from '../twins/history.ts';
import { TWIN_CLOSED, TWIN_OPENED } from '../twins/twins.ts';
import { alertsOf } from './alert-store.ts';
import { type CsvWords, deviceLine, headLine } from './csv-rules.ts';
import {
  countByBuilding,
  countFleet,
  countGroups,
  type FileRow,
  type FleetQuestion,
  findInFleet,
  listFleet,
  listForFile,
  releaseFigures,
  type SortedRow,
  sortKeys,
} from './fleet-store.ts';
import { changeThresholds, readHistory, thresholdsOf } from './health-store.ts';
import { cutoffsOf, historySpan } from './rules.ts';

/** A screen of the fleet before its building's name, which another module has. */
export type FleetDeviceRow = Omit<FleetDevice, 'building'>;

type Name = FleetDevice['building'];

/** What an office sees of its screens, and how it finds some among many. */
export interface FleetView {
  list(principal: Principal, query: DeviceQuery): Promise<Result<Page<FleetDevice>, Failure>>;
  counts(principal: Principal, filter: DeviceFilter): Promise<Result<FleetCounts, Failure>>;
  byBuilding(
    principal: Principal,
    query: DeviceFilter & { cursor?: string | undefined; limit: number },
  ): Promise<Result<Page<FleetBuilding>, Failure>>;
  groups(principal: Principal, filter: DeviceFilter, by: FleetGrouping): Promise<Result<FleetGroup[], Failure>>;
  /** The release that goes out, and how these screens stand with it. */
  release(principal: Principal, filter: DeviceFilter): Promise<Result<FleetRelease, Failure>>;
  detail(principal: Principal, deviceId: string): Promise<Result<DeviceDetail, Failure>>;
  history(principal: Principal, deviceId: string, range: HistoryRange): Promise<Result<DeviceHistory, Failure>>;
  /** A file of everything the filter leaves, read page by page while it is sent. */
  csv(principal: Principal, filter: DeviceFilter, language: Language): Promise<Result<Readable, Failure>>;
  thresholds(principal: Principal): Promise<FleetThresholdsRow>;
  changeThresholds(principal: Principal, thresholds: FleetThresholds, version: number): Promise<Result<FleetThresholdsRow, Failure>>;
}

export interface FleetViewDeps {
  readonly database: Database;
  readonly buildings: {
    names(scope: Principal['scope'], buildingIds: readonly string[]): Promise<ReadonlyMap<string, Name>>;
    named(scope: Principal['scope'], words: readonly string[]): Promise<string[][]>;
  };
  fullNames(scope: Principal['scope'], userIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  nowMs(): number;
}

const MOST_WORDS = 6;
const CSV_PAGE = 500;
const MOST_CSV_ROWS = 100_000;
const MOST_ALERTS_SHOWN = 50;
const MOST_TWIN_ENTRIES = 20;
const NO_NAME: Name = { el: '', en: null };

const numberAndId = z.tuple([z.string().regex(/^-?\d{1,17}$/), z.uuid()]);

export function createFleetView(deps: FleetViewDeps): FleetView {
  const { database, buildings } = deps;

  /** The question with everything that belongs to it; a failure when it names a building that this person does not see. */
  async function ask(principal: Principal, filter: DeviceFilter): Promise<Result<FleetQuestion, Failure>> {
    const { scope } = principal;
    if (filter.buildingId !== undefined && !principal.may('device:read', filter.buildingId)) return failure({ code: 'not-found' });
    const { thresholds } = await thresholdsOf(database, scope);
    const words = (filter.q ?? '').split(/[\s,·]+/).filter((word) => word !== '');
    const asked = words.slice(0, MOST_WORDS);
    const found = asked.length === 0 ? [] : await buildings.named(scope, asked);
    return success({
      allowed: principal.buildingsFor('device:read'),
      filter,
      words: asked.map((word, index) => ({ word, buildingIds: found[index] ?? [] })),
      cutoffs: cutoffsOf(deps.nowMs(), thresholds),
      releases: await releasesNow(database),
    });
  }

  async function named<Row extends SortedRow>(
    principal: Principal,
    rows: readonly Row[],
  ): Promise<(Omit<Row, 'sortKey'> & { building: Name })[]> {
    const names = await buildings.names(principal.scope, [...new Set(rows.map((row) => row.buildingId))]);
    return rows.map((row) => {
      const { sortKey: _, ...device } = row;
      return { ...device, building: names.get(row.buildingId) ?? NO_NAME };
    });
  }

  async function seen(principal: Principal, deviceId: string): Promise<boolean> {
    const device = await findDevice(database, principal.scope, deviceId);
    return device !== null && principal.may('device:read', device.buildingId);
  }

  return {
    async list(principal, query) {
      const cursor = decodeCursor(query.cursor, sortKeys[query.sort].type === 'text' ? textAndId : numberAndId);
      if (!cursor.ok) return cursor;
      const question = await ask(principal, query);
      if (!question.ok) return question;
      const { sort, direction, limit } = query;
      const rows = await listFleet(database, principal.scope, question.value, { sort, direction, after: cursor.value, limit: limit + 1 });
      const page = pageOfRows(rows, limit, (row) => [row.sortKey, row.id]);
      return success({ items: await named(principal, page.items), nextCursor: page.nextCursor });
    },

    async counts(principal, filter) {
      const question = await ask(principal, filter);
      if (!question.ok) return question;
      const counted = await countFleet(database, principal.scope, question.value);
      const none = Object.fromEntries(DeviceState.options.map((state) => [state, 0])) as FleetCounts['states'];
      const rings = question.value.releases.rings.map(({ ring, name }) => ({ ring, name, count: counted.rings[ring] ?? 0 }));
      return success({ ...counted, rings, withoutRing: counted.rings['none'] ?? 0, states: { ...none, ...counted.states } });
    },

    async groups(principal, filter, by) {
      const question = await ask(principal, filter);
      if (!question.ok) return question;
      const { rings } = question.value.releases;
      const rows = await countGroups(database, principal.scope, question.value, by);
      const nameOf = (key: string | null) => (by === 'ring' ? (rings.find(({ ring }) => String(ring) === key)?.name ?? null) : null);
      return success(rows.map((row) => ({ ...row, name: nameOf(row.key) })));
    },

    async release(principal, filter) {
      const question = await ask(principal, filter);
      if (!question.ok) return question;
      const { rollout, rings } = question.value.releases;
      const { standings, reasons, versions } = await releaseFigures(database, principal.scope, question.value);
      const none = Object.fromEntries(ReleaseStanding.options.map((standing) => [standing, 0])) as FleetRelease['standings'];
      return success({
        rollout: rollout === null ? null : shownRollout(rollout),
        rings: rings.map(({ ring, name }) => ({ ring, name })),
        standings: { ...none, ...standings },
        reasons,
        versions,
      });
    },

    async byBuilding(principal, query) {
      const cursor = decodeCursor(query.cursor, numberAndId);
      if (!cursor.ok) return cursor;
      const question = await ask(principal, query);
      if (!question.ok) return question;
      const rows = await countByBuilding(database, principal.scope, question.value, { after: cursor.value, limit: query.limit + 1 });
      const page = pageOfRows(rows, query.limit, (row) => [String(row.trouble + row.offline), row.buildingId]);
      const names = await buildings.names(
        principal.scope,
        page.items.map((row) => row.buildingId),
      );
      return success({
        items: page.items.map((row) => ({ ...row, name: names.get(row.buildingId) ?? NO_NAME })),
        nextCursor: page.nextCursor,
      });
    },

    async detail(principal, deviceId) {
      const { scope } = principal;
      const { thresholds } = await thresholdsOf(database, scope);
      const row = await findInFleet(database, scope, deviceId, {
        cutoffs: cutoffsOf(deps.nowMs(), thresholds),
        releases: await releasesNow(database),
      });
      if (row === null || !principal.may('device:read', row.buildingId)) return failure({ code: 'not-found' });
      const alerts = await alertsOf(database, scope, deviceId, MOST_ALERTS_SHOWN);
      const names = await buildings.names(scope, [row.buildingId]);
      const people = await deps.fullNames(
        scope,
        alerts.flatMap((alert) => alert.acknowledgedBy ?? []),
      );
      const twinEntries = { actions: [TWIN_OPENED, TWIN_CLOSED], kind: 'twin', limit: MOST_TWIN_ENTRIES };
      const twins = twinHistory(await auditedOf(database, scope, deviceId, twinEntries)).map((twin) => ({ ...twin, acknowledgedBy: null }));
      const known = alerts.map((alert) => ({
        ...alert,
        acknowledgedBy: alert.acknowledgedBy === null ? null : (people.get(alert.acknowledgedBy) ?? ''),
      }));
      return success({
        ...row,
        building: names.get(row.buildingId) ?? NO_NAME,
        programme: await programmeOfDevice(database, scope, deviceId),
        history: inOrder([...known, ...twins]).slice(0, MOST_ALERTS_SHOWN),
      });
    },

    async history(principal, deviceId, range) {
      if (!(await seen(principal, deviceId))) return failure({ code: 'not-found' });
      const span = historySpan(range, deps.nowMs());
      const points = await readHistory(database, principal.scope, deviceId, span);
      return success({ from: span.from.toISOString(), to: span.to.toISOString(), stepSeconds: span.stepSeconds, points });
    },

    async csv(principal, filter, language) {
      const question = await ask(principal, filter);
      if (!question.ok) return question;
      const words = csvWords(language);
      async function* lines(): AsyncGenerator<string> {
        yield headLine(words, language);
        let after: readonly [string, string] | null = null;
        for (let sent = 0; sent < MOST_CSV_ROWS; sent += CSV_PAGE) {
          const page = { sort: 'name', direction: 'asc', after, limit: CSV_PAGE } as const;
          const rows: FileRow[] = await listForFile(database, principal.scope, (question as { value: FleetQuestion }).value, page);
          const devices = await named(principal, rows);
          if (devices.length > 0) yield devices.map((device) => deviceLine(device, words, language)).join('');
          const last = rows.at(-1);
          if (last === undefined || rows.length < CSV_PAGE) return;
          after = [last.sortKey, last.id];
        }
      }
      return success(Readable.from(lines()));
    },

    thresholds: (principal) => thresholdsOf(database, principal.scope),

    async changeThresholds(principal, thresholds, version) {
      // They hold for every building, so whoever changes them answers for every building.
      if (principal.buildingsFor('device:write') !== null) return failure({ code: 'not-allowed' });
      const changed = await database.transaction(principal.scope, async (tx) => {
        if (!(await changeThresholds(tx, thresholds, version))) return false;
        await recordAudit(tx, actorOf(principal), {
          action: 'fleet.thresholds-changed',
          subjectKind: 'tenant',
          subjectId: tx.scope.tenantId,
          details: { ...thresholds },
        });
        return true;
      });
      return changed ? success(await thresholdsOf(database, principal.scope)) : failure({ code: 'version-conflict' });
    },
  };
}

function csvWords(language: Language): CsvWords {
  const { fleet } = fleetStrings[language];
  const file = fleetFileStrings[language];
  return {
    columns: file.columns,
    state: fleet.state,
    alert: alertNames(fleet.alert),
    standing: releasesStrings[language].release.standing,
    power: fleet.power,
    throttled: fleet.throttled,
    clock: file.clock,
    yes: file.yes,
  };
}

function alertNames(names: Readonly<Record<AlertKind, string>>): CsvWords['alert'] {
  return Object.fromEntries(AlertKind.options.map((kind) => [kind, names[kind]])) as CsvWords['alert'];
}
