import { DeviceReleaseView, FleetRelease } from '@concierge/contract/http/device-releases.ts';
import {
  type AlertKind,
  type ClosedByHand,
  type DeviceFilter,
  DeviceHistory,
  DevicePage,
  type DeviceSort,
  FleetBuildingPage,
  FleetCounts,
  type FleetGrouping,
  FleetGroupList,
  type FleetThresholds,
  FleetThresholdsRow,
  type HistoryRange,
} from '@concierge/contract/http/fleet.ts';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { api } from '../api.ts';
import { queryKeys } from '../query-keys.ts';

const ROWS_A_PAGE = 50;

/** What nobody would choose the other way round: the name from Α, trouble first, the longest silence first, the hottest first, the newest version first. */
const directionOf: Readonly<Record<DeviceSort, 'asc' | 'desc'>> = {
  name: 'asc',
  state: 'asc',
  lastSign: 'asc',
  temperature: 'desc',
  version: 'desc',
};

export function addressOf(path: string, parts: Readonly<Record<string, string | number | null | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parts))
    if (value !== undefined && value !== null && value !== '') query.set(name, String(value));
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}

/** One page of the screens that the filter leaves; the next one begins after its cursor. */
export const fleetQuery = (filter: DeviceFilter, sort: DeviceSort, after: string | undefined) =>
  queryOptions({
    queryKey: [...queryKeys.devices, 'fleet', filter, sort, after],
    queryFn: ({ signal }) =>
      api.read(
        DevicePage,
        addressOf('/api/kiosk/devices', { ...filter, sort, direction: directionOf[sort], limit: ROWS_A_PAGE, cursor: after }),
        signal,
      ),
    placeholderData: keepPreviousData,
  });

export const fleetBuildingsQuery = (filter: DeviceFilter) =>
  infiniteQueryOptions({
    queryKey: [...queryKeys.devices, 'buildings', filter],
    queryFn: ({ pageParam, signal }) =>
      api.read(FleetBuildingPage, addressOf('/api/kiosk/fleet/buildings', { ...filter, limit: ROWS_A_PAGE, cursor: pageParam }), signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });

export const fleetCountsQuery = (filter: DeviceFilter) =>
  queryOptions({
    queryKey: [...queryKeys.devices, 'counts', filter],
    queryFn: ({ signal }) => api.read(FleetCounts, addressOf('/api/kiosk/fleet', filter), signal),
    placeholderData: keepPreviousData,
  });

export const fleetGroupsQuery = (filter: DeviceFilter, by: FleetGrouping) =>
  queryOptions({
    queryKey: [...queryKeys.devices, 'groups', filter, by],
    queryFn: async ({ signal }) => (await api.read(FleetGroupList, addressOf('/api/kiosk/fleet/groups', { ...filter, by }), signal)).items,
    placeholderData: keepPreviousData,
  });

/** A rollout goes on without any screen changing: it is looked at again by itself. */
const ROLLOUT_AGAIN_MS = 60_000;

export const fleetReleaseQuery = (filter: DeviceFilter) =>
  queryOptions({
    queryKey: [...queryKeys.devices, 'release', filter],
    queryFn: ({ signal }) => api.read(FleetRelease, addressOf('/api/kiosk/fleet/release', filter), signal),
    refetchInterval: ROLLOUT_AGAIN_MS,
    placeholderData: keepPreviousData,
  });

export const deviceReleaseQuery = (deviceId: string) =>
  queryOptions({
    queryKey: [...queryKeys.devices, 'one', deviceId, 'release'],
    queryFn: ({ signal }) => api.read(DeviceReleaseView, `/api/kiosk/devices/${deviceId}/release`, signal),
    refetchInterval: ROLLOUT_AGAIN_MS,
  });

/** A second one finds that it has not failed, and is refused. */
export function retryRelease(deviceId: string, sequence: number): Promise<DeviceReleaseView> {
  return api.change(DeviceReleaseView, { method: 'POST', path: `/api/kiosk/devices/${deviceId}/release/retry`, body: { sequence } });
}

export const historyQuery = (deviceId: string, range: HistoryRange) =>
  queryOptions({
    // Not under the devices: it grows by a point in five minutes, and not with every change of the screen.
    queryKey: ['device-history', deviceId, range],
    queryFn: ({ signal }) => api.read(DeviceHistory, `/api/kiosk/devices/${deviceId}/history?range=${range}`, signal),
    refetchInterval: 5 * 60_000,
    placeholderData: keepPreviousData,
  });

/** Safe to repeat: whoever knew first stays the one. */
export function acknowledgeAlert(deviceId: string, kind: AlertKind): Promise<null> {
  return api.change(z.null(), { method: 'POST', path: `/api/kiosk/devices/${deviceId}/alerts/${kind}/acknowledge` });
}

/** Says that what only a person can see to be over is over. */
export function closeAlert(deviceId: string, kind: ClosedByHand): Promise<null> {
  return api.change(z.null(), { method: 'POST', path: `/api/kiosk/devices/${deviceId}/alerts/${kind}/close` });
}

export const thresholdsQuery = queryOptions({
  queryKey: ['fleet-thresholds'],
  queryFn: ({ signal }) => readThresholds(signal),
});

export function readThresholds(signal?: AbortSignal): Promise<FleetThresholdsRow> {
  return api.read(FleetThresholdsRow, '/api/kiosk/fleet/thresholds', signal);
}

export function changeThresholds(thresholds: FleetThresholds, version: number): Promise<FleetThresholdsRow> {
  return api.change(FleetThresholdsRow, { method: 'PUT', path: '/api/kiosk/fleet/thresholds', body: { thresholds, version } });
}
