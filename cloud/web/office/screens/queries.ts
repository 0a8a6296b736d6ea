import { type ClaimConfirmBody, FoundClaim } from '@concierge/contract/http/device-claims.ts';
import { DeviceCommand, DeviceCommandList } from '@concierge/contract/http/device-commands.ts';
import { Device, DevicePage, type DevicePatch } from '@concierge/contract/http/devices.ts';
import type { CommandName } from '@concierge/contract/mqtt/command.ts';
import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
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

/** The device that shows this code. */
export function lookUpClaim(userCode: string): Promise<FoundClaim> {
  return api.change(FoundClaim, { method: 'POST', path: '/api/kiosk/claims/lookup', body: { userCode } });
}

/** Safe to repeat: a claim that this person has confirmed already is answered with its device. */
export function confirmClaim(claimId: string, body: ClaimConfirmBody): Promise<Device> {
  return api.change(Device, { method: 'POST', path: `/api/kiosk/claims/${claimId}/confirm`, body });
}

/** Tells the screen to wipe itself and leave. */
export function decommissionDevice(deviceId: string): Promise<null> {
  return api.change(z.null(), { method: 'DELETE', path: `/api/kiosk/devices/${deviceId}` });
}

/** Cuts the screen off without it. */
export function revokeDevice(deviceId: string): Promise<null> {
  return api.change(z.null(), { method: 'POST', path: `/api/kiosk/devices/${deviceId}/revoke` });
}

export const commandsQuery = (deviceId: string) =>
  queryOptions({
    queryKey: queryKeys.deviceCommands(deviceId),
    queryFn: async ({ signal }) => (await api.read(DeviceCommandList, `/api/kiosk/devices/${deviceId}/commands`, signal)).items,
  });

/** Not repeated by itself: a second one would be carried out a second time. */
export function commandDevice(deviceId: string, command: CommandName): Promise<DeviceCommand> {
  return api.change(DeviceCommand, { method: 'POST', path: `/api/kiosk/devices/${deviceId}/commands`, body: { command } });
}

/** Where what a command brought is served: a picture, or lines. */
export function resultPath(deviceId: string, commandId: string): string {
  return `/api/kiosk/devices/${deviceId}/commands/${commandId}/result`;
}

/** Lines as they were brought; they never change. */
export const logQuery = (deviceId: string, commandId: string) =>
  queryOptions({
    queryKey: queryKeys.deviceLog(deviceId, commandId),
    queryFn: ({ signal }) => api.readText(resultPath(deviceId, commandId), signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
