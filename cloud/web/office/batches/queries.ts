import {
  DeviceBatch,
  DeviceBatchPage,
  ExpectedDeviceDetail,
  ExpectedDevicePage,
  LabelTarget,
  type PlaceBody,
  Preauthorisation,
  PreauthorisationPage,
  type SerialState,
} from '@concierge/contract/http/device-batches.ts';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { api } from '../api.ts';
import { queryKeys } from '../query-keys.ts';
import { addressOf } from '../screens/fleet-queries.ts';

const ALL = '/api/kiosk/device-batches';
const ROWS_A_PAGE = 50;

export const batchesQuery = infiniteQueryOptions({
  queryKey: [...queryKeys.batches, 'list'],
  queryFn: ({ pageParam, signal }) => api.read(DeviceBatchPage, addressOf(ALL, { limit: ROWS_A_PAGE, cursor: pageParam }), signal),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.nextCursor,
});

export const batchQuery = (batchId: string) =>
  queryOptions({
    queryKey: [...queryKeys.batches, 'one', batchId],
    queryFn: ({ signal }) => api.read(DeviceBatch, `${ALL}/${batchId}`, signal),
  });

export const batchSerialsQuery = (batchId: string, state: SerialState | undefined) =>
  infiniteQueryOptions({
    queryKey: [...queryKeys.batches, 'serials', batchId, state],
    queryFn: ({ pageParam, signal }) =>
      api.read(PreauthorisationPage, addressOf(`${ALL}/${batchId}/serials`, { state, limit: ROWS_A_PAGE, cursor: pageParam }), signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });

export type ExpectedState = 'waiting' | 'open';

export const expectedQuery = (state: ExpectedState) =>
  infiniteQueryOptions({
    queryKey: [...queryKeys.batches, 'expected', state],
    queryFn: ({ pageParam, signal }) =>
      api.read(ExpectedDevicePage, addressOf('/api/kiosk/expected-devices', { state, limit: ROWS_A_PAGE, cursor: pageParam }), signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });

/** How many wait for a building. */
export const waitingQuery = queryOptions({
  queryKey: [...queryKeys.batches, 'waiting'],
  queryFn: async ({ signal }) => (await api.read(ExpectedDevicePage, '/api/kiosk/expected-devices?limit=1', signal)).waiting,
});

export const expectedDeviceQuery = (batchId: string, serial: string) =>
  queryOptions({
    queryKey: [...queryKeys.batches, 'serial', batchId, serial],
    queryFn: ({ signal }) => api.read(ExpectedDeviceDetail, serialPath(batchId, serial), signal),
  });

export const labelQuery = (deviceNumber: string, batch: string | undefined) =>
  queryOptions({
    queryKey: [...queryKeys.batches, 'label', deviceNumber, batch],
    queryFn: ({ signal }) => api.read(LabelTarget, addressOf(`/api/kiosk/labels/${encodeURIComponent(deviceNumber)}`, { batch }), signal),
  });

function serialPath(batchId: string, serial: string): string {
  return `${ALL}/${batchId}/serials/${encodeURIComponent(serial)}`;
}

/** Safe to repeat: what is placed there already is answered with its device. */
export function placeDevice(batchId: string, serial: string, body: PlaceBody): Promise<Preauthorisation> {
  return api.change(Preauthorisation, { method: 'PUT', path: `${serialPath(batchId, serial)}/place`, body });
}

export function removeSerial(batchId: string, serial: string): Promise<null> {
  return api.change(z.null(), { method: 'DELETE', path: serialPath(batchId, serial) });
}

/** Safe to repeat, like its opposite. */
export function revokeBatch(batchId: string): Promise<DeviceBatch> {
  return api.change(DeviceBatch, { method: 'POST', path: `${ALL}/${batchId}/revoke` });
}

export function reopenBatch(batchId: string): Promise<DeviceBatch> {
  return api.change(DeviceBatch, { method: 'POST', path: `${ALL}/${batchId}/reopen` });
}
