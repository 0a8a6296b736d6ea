import { type BuildingAccount, type BuildingAccountBody, BuildingAccountReply } from '@concierge/contract/http/building-account.ts';
import { BuildingFacts } from '@concierge/contract/http/facts.ts';
import { BuildingPlaceReply, type FoundPlace, FoundPlaces, type PlaceBody } from '@concierge/contract/http/weather.ts';
import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { api } from '../api.ts';
import { queryKeys } from '../query-keys.ts';

const MINUTE_MS = 60_000;

/** The building's own rows are read again when the building is said to have changed. */
const keyOf = (buildingId: string, what: string) => [...queryKeys.buildings, buildingId, what];

export const accountQuery = (buildingId: string) =>
  queryOptions({ queryKey: keyOf(buildingId, 'account'), queryFn: () => readAccount(buildingId) });

export async function readAccount(buildingId: string): Promise<BuildingAccount | null> {
  return (await api.read(BuildingAccountReply, `/api/buildings/${buildingId}/account`)).account;
}

export async function saveAccount(buildingId: string, body: BuildingAccountBody): Promise<BuildingAccount> {
  const { account } = await api.change(BuildingAccountReply, { method: 'PUT', path: `/api/buildings/${buildingId}/account`, body });
  if (account === null) throw new Error('an account that was saved is there');
  return account;
}

export function removeAccount(buildingId: string): Promise<null> {
  return api.change(z.null(), { method: 'DELETE', path: `/api/buildings/${buildingId}/account` });
}

/** Nobody tells an open page that there is newer weather, so it looks. */
export const placeQuery = (buildingId: string) =>
  queryOptions({
    queryKey: keyOf(buildingId, 'place'),
    queryFn: () => readPlace(buildingId),
    refetchInterval: MINUTE_MS,
  });

export function readPlace(buildingId: string): Promise<BuildingPlaceReply> {
  return api.read(BuildingPlaceReply, `/api/buildings/${buildingId}/place`);
}

export function savePlace(buildingId: string, body: PlaceBody): Promise<BuildingPlaceReply> {
  return api.change(BuildingPlaceReply, { method: 'PUT', path: `/api/buildings/${buildingId}/place`, body });
}

export function removePlace(buildingId: string): Promise<null> {
  return api.change(z.null(), { method: 'DELETE', path: `/api/buildings/${buildingId}/place` });
}

export async function searchPlaces(name: string): Promise<FoundPlace[]> {
  return (await api.read(FoundPlaces, `/api/weather/places?name=${encodeURIComponent(name)}`)).items;
}

/** What the building's screens were told last, for the preview. */
export const factsQuery = (buildingId: string) =>
  queryOptions({
    queryKey: keyOf(buildingId, 'facts'),
    queryFn: ({ signal }) => api.read(BuildingFacts, `/api/kiosk/facts/${buildingId}`, signal),
    refetchInterval: MINUTE_MS,
  });
