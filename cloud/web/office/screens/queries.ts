import { Device, DevicePage, type DevicePatch } from '@concierge/contract/http/devices.ts';
import { queryOptions } from '@tanstack/react-query';
import { api, readAllPages } from '../api.ts';
import { queryKeys } from '../query-keys.ts';

export const devicesQuery = queryOptions({
  queryKey: queryKeys.devices,
  queryFn: ({ signal }) => readDevices(signal),
});

export function readDevices(signal?: AbortSignal): Promise<Device[]> {
  return readAllPages(DevicePage, '/api/kiosk/devices', signal);
}

export function changeDevice(deviceId: string, body: DevicePatch): Promise<Device> {
  return api.change(Device, { method: 'PATCH', path: `/api/kiosk/devices/${deviceId}`, body });
}
