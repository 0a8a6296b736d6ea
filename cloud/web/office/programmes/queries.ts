import {
  type AssignmentBody,
  DisplayConfig,
  type DisplayConfigBody,
  DisplayConfigPage,
  type DisplayConfigPatch,
  DisplayConfigRevisionList,
} from '@concierge/contract/http/display-configs.ts';
import { type DeviceFilter, DevicePage } from '@concierge/contract/http/fleet.ts';
import { PublicInfo } from '@concierge/contract/http/public-info.ts';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { api, readAllPages } from '../api.ts';
import { queryKeys } from '../query-keys.ts';
import { addressOf } from '../screens/fleet-queries.ts';

const path = '/api/kiosk/display-configs';

export const programmesQuery = queryOptions({
  queryKey: queryKeys.displayConfigs,
  queryFn: ({ signal }) => readAllPages(DisplayConfigPage, path, signal),
});

export const programmeQuery = (configId: string) =>
  queryOptions({
    queryKey: [...queryKeys.displayConfigs, configId],
    queryFn: ({ signal }) => readProgramme(configId, signal),
    // The editor holds the draft; what others do to it is met when it is saved.
    staleTime: Number.POSITIVE_INFINITY,
  });

export function readProgramme(configId: string, signal?: AbortSignal): Promise<DisplayConfig> {
  return api.read(DisplayConfig, `${path}/${configId}`, signal);
}

export const revisionsQuery = (configId: string) =>
  queryOptions({
    queryKey: [...queryKeys.displayConfigs, configId, 'revisions'],
    queryFn: async ({ signal }) => (await api.read(DisplayConfigRevisionList, `${path}/${configId}/revisions`, signal)).items,
  });

/** Which screens somebody looks for to give them a programme. */
export type ScreenFilter = Pick<DeviceFilter, 'q' | 'buildingId'>;

const devicesPath = '/api/kiosk/devices';
const SCREENS_SHOWN_AT_ONCE = 100;

/** Those screens page by page, as the server finds them. */
export const screensForQuery = (filter: ScreenFilter) =>
  infiniteQueryOptions({
    queryKey: [...queryKeys.devices, 'for-programme', filter],
    queryFn: ({ pageParam, signal }) =>
      api.read(DevicePage, addressOf(devicesPath, { ...filter, limit: SCREENS_SHOWN_AT_ONCE, cursor: pageParam }), signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });

const SCREENS_A_PAGE = 200;
/** So many screens are chosen at once; whoever has more says so. */
export const MOST_CHOSEN = 20_000;

/** All of those screens, for choosing them at once; `MOST_CHOSEN` at most. */
export async function readScreens(filter: ScreenFilter): Promise<DevicePage['items']> {
  const items: DevicePage['items'] = [];
  let cursor: string | null = null;
  do {
    const page: DevicePage = await api.read(DevicePage, addressOf(devicesPath, { ...filter, limit: SCREENS_A_PAGE, cursor }));
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null && items.length < MOST_CHOSEN);
  return items;
}

/** The building's sanitised document, as its screens have it. */
export const documentQuery = (buildingId: string) =>
  queryOptions({
    queryKey: [...queryKeys.announcements(buildingId), 'lobby-document'],
    queryFn: async ({ signal }) => (await api.read(PublicInfo, `/api/public-info/${buildingId}`, signal)).document,
  });

export function createProgramme(body: DisplayConfigBody, idempotencyKey: string): Promise<DisplayConfig> {
  return api.change(DisplayConfig, { method: 'POST', path, body, idempotencyKey });
}

export function changeProgramme(configId: string, body: DisplayConfigPatch): Promise<DisplayConfig> {
  return api.change(DisplayConfig, { method: 'PATCH', path: `${path}/${configId}`, body });
}

export function publishProgramme(configId: string, version: number): Promise<DisplayConfig> {
  return api.change(DisplayConfig, { method: 'POST', path: `${path}/${configId}/publish`, body: { version } });
}

export function revertProgramme(configId: string, revision: number, version: number): Promise<DisplayConfig> {
  return api.change(DisplayConfig, { method: 'POST', path: `${path}/${configId}/revert`, body: { revision, version } });
}

export function assignProgramme(configId: string, body: AssignmentBody): Promise<DisplayConfig> {
  return api.change(DisplayConfig, { method: 'POST', path: `${path}/${configId}/devices`, body });
}

export function removeProgramme(configId: string): Promise<null> {
  return api.change(z.null(), { method: 'DELETE', path: `${path}/${configId}` });
}
