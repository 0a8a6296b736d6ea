import { type ClaimConfirmBody, ClaimLookupReply } from '@concierge/contract/http/device-claims.ts';
import { DeviceCommand, DeviceCommandList } from '@concierge/contract/http/device-commands.ts';
import { Device, type DevicePatch } from '@concierge/contract/http/devices.ts';
import { DeviceDetail, DevicePage } from '@concierge/contract/http/fleet.ts';
import type { CommandName } from '@concierge/contract/mqtt/command.ts';
import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { ApiProblem } from '../../ui/api/problem.ts';
import { api } from '../api.ts';
import { queryKeys } from '../query-keys.ts';

/** A building has a few screens; a page holds them. */
export const devicesOfBuildingQuery = (buildingId: string) =>
  queryOptions({
    queryKey: [...queryKeys.devices, 'building', buildingId],
    queryFn: async ({ signal }) => (await api.read(DevicePage, `/api/kiosk/devices?buildingId=${buildingId}&limit=200`, signal)).items,
  });

/** The screens that a few typed letters may mean. */
export const devicesNamedQuery = (typed: string) =>
  queryOptions({
    queryKey: [...queryKeys.devices, 'named', typed],
    queryFn: async ({ signal }) =>
      (await api.read(DevicePage, `/api/kiosk/devices?limit=8&q=${encodeURIComponent(typed.slice(0, 100))}`, signal)).items,
    enabled: typed !== '',
  });

export const deviceQuery = (deviceId: string) =>
  queryOptions({
    queryKey: [...queryKeys.devices, 'one', deviceId],
    queryFn: ({ signal }) => api.read(DeviceDetail, `/api/kiosk/devices/${deviceId}`, signal),
  });

/** The screen as it is now; null when it is gone. */
export async function readDevice(deviceId: string): Promise<Device | null> {
  try {
    return await api.read(DeviceDetail, `/api/kiosk/devices/${deviceId}`);
  } catch (problem) {
    if (problem instanceof ApiProblem && problem.code === 'not-found') return null;
    throw problem;
  }
}

export function changeDevice(deviceId: string, body: DevicePatch): Promise<Device> {
  return api.change(Device, { method: 'PATCH', path: `/api/kiosk/devices/${deviceId}`, body });
}

/** The device that shows this code, or the screen it has become. */
export function lookUpClaim(userCode: string): Promise<ClaimLookupReply> {
  return api.change(ClaimLookupReply, { method: 'POST', path: '/api/kiosk/claims/lookup', body: { userCode } });
}

/** Safe to repeat: a claim that this person has confirmed already is answered with its device. */
export function confirmClaim(claimId: string, body: ClaimConfirmBody): Promise<Device> {
  return api.change(Device, { method: 'POST', path: `/api/kiosk/claims/${claimId}/confirm`, body });
}

/** Hangs the screen in another building. */
export function moveDevice(deviceId: string, buildingId: string, version: number): Promise<null> {
  return api.change(z.null(), { method: 'POST', path: `/api/kiosk/devices/${deviceId}/move`, body: { buildingId, version } });
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
