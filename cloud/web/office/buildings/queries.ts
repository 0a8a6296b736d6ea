import { Building, type BuildingBody, BuildingPage, type BuildingPatch } from '@concierge/contract/http/buildings.ts';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { z } from 'zod';
import { api, readAllPages } from '../api.ts';
import { queryKeys } from '../query-keys.ts';

export const buildingsQuery = queryOptions({
  queryKey: queryKeys.buildings,
  queryFn: ({ signal }) => readAllPages(BuildingPage, '/api/buildings', signal),
});

/** One building out of the list that the navigation holds anyway; null when there is none with this id. */
export function useBuilding(buildingId: string): Building | null | undefined {
  const { data } = useQuery(buildingsQuery);
  return data === undefined ? undefined : (data.find((each) => each.id === buildingId) ?? null);
}

export function readBuilding(buildingId: string): Promise<Building> {
  return api.read(Building, `/api/buildings/${buildingId}`);
}

export function createBuilding(body: BuildingBody, idempotencyKey: string): Promise<Building> {
  return api.change(Building, { method: 'POST', path: '/api/buildings', body, idempotencyKey });
}

export function changeBuilding(buildingId: string, body: BuildingPatch): Promise<Building> {
  return api.change(Building, { method: 'PATCH', path: `/api/buildings/${buildingId}`, body });
}

/** Safe to repeat: a building that is back already is answered with not-found. */
export function restoreBuilding(buildingId: string): Promise<Building> {
  return api.change(Building, { method: 'POST', path: `/api/buildings/${buildingId}/restore` });
}

export function archiveBuilding(buildingId: string): Promise<null> {
  return api.change(z.null(), { method: 'DELETE', path: `/api/buildings/${buildingId}` });
}
