import {
  Apartment,
  type ApartmentBody,
  ApartmentList,
  type ApartmentPatch,
  Occupancy,
  type OccupancyBody,
  OccupancyList,
  type OccupancyPatch,
} from '@concierge/contract/http/apartments.ts';
import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { api } from '../api.ts';
import { queryKeys } from '../query-keys.ts';

export const apartmentsQuery = (buildingId: string) =>
  queryOptions({ queryKey: queryKeys.apartments(buildingId), queryFn: ({ signal }) => readApartments(buildingId, signal) });

export async function readApartments(buildingId: string, signal?: AbortSignal): Promise<Apartment[]> {
  return (await api.read(ApartmentList, `/api/buildings/${buildingId}/apartments`, signal)).items;
}

export const occupanciesQuery = (apartmentId: string) =>
  queryOptions({ queryKey: queryKeys.occupancies(apartmentId), queryFn: ({ signal }) => readOccupancies(apartmentId, signal) });

export async function readOccupancies(apartmentId: string, signal?: AbortSignal): Promise<Occupancy[]> {
  return (await api.read(OccupancyList, `/api/apartments/${apartmentId}/occupancies`, signal)).items;
}

export function createApartment(buildingId: string, body: ApartmentBody, idempotencyKey: string): Promise<Apartment> {
  return api.change(Apartment, { method: 'POST', path: `/api/buildings/${buildingId}/apartments`, body, idempotencyKey });
}

export function changeApartment(apartmentId: string, body: ApartmentPatch): Promise<Apartment> {
  return api.change(Apartment, { method: 'PATCH', path: `/api/apartments/${apartmentId}`, body });
}

export function deleteApartment(apartmentId: string): Promise<null> {
  return api.change(z.null(), { method: 'DELETE', path: `/api/apartments/${apartmentId}` });
}

export function createOccupancy(apartmentId: string, body: OccupancyBody, idempotencyKey: string): Promise<Occupancy> {
  return api.change(Occupancy, { method: 'POST', path: `/api/apartments/${apartmentId}/occupancies`, body, idempotencyKey });
}

export function changeOccupancy(occupancyId: string, body: OccupancyPatch): Promise<Occupancy> {
  return api.change(Occupancy, { method: 'PATCH', path: `/api/occupancies/${occupancyId}`, body });
}
