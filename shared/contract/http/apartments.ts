import { z } from 'zod';
import { CalendarDate, Uuid } from '../text.ts';
import { RowVersion } from './page.ts';

const fields = {
  /** What the door or the statement says: Α1, Ισόγειο κατάστημα. Unique in its building. */
  label: z.string().trim().min(1).max(20),
  /** 0 is the ground floor, negative below it. */
  floor: z.int().min(-5).max(60),
  /** Place in every list of the building, from 1. */
  position: z.int().min(1).max(2_000),
  areaSquareMetres: z.int().min(1).max(10_000).nullable(),
};

/** POST /api/buildings/:buildingId/apartments. */
export const ApartmentBody = z.strictObject({ ...fields, areaSquareMetres: fields.areaSquareMetres.default(null) });
export type ApartmentBody = z.infer<typeof ApartmentBody>;

/** PATCH /api/apartments/:apartmentId. */
export const ApartmentPatch = z.strictObject(fields).partial().extend({ version: RowVersion });
export type ApartmentPatch = z.infer<typeof ApartmentPatch>;

export const OccupancyKind = z.enum(['owner', 'tenant']).meta({ id: 'OccupancyKind' });

const occupancyFields = {
  kind: OccupancyKind,
  fullName: z.string().trim().min(1).max(120),
  email: z.email().max(254).nullable(),
  phone: z
    .string()
    .trim()
    .regex(/^\+?[0-9 ]{6,20}$/)
    .nullable(),
  startsOn: CalendarDate,
  /** The last day; null while it lasts. */
  endsOn: CalendarDate.nullable(),
};

/** POST /api/apartments/:apartmentId/occupancies. */
export const OccupancyBody = z.strictObject({
  ...occupancyFields,
  email: occupancyFields.email.default(null),
  phone: occupancyFields.phone.default(null),
  endsOn: occupancyFields.endsOn.default(null),
});
export type OccupancyBody = z.infer<typeof OccupancyBody>;

/** PATCH /api/occupancies/:occupancyId. */
export const OccupancyPatch = z.strictObject(occupancyFields).omit({ kind: true }).partial().extend({ version: RowVersion });
export type OccupancyPatch = z.infer<typeof OccupancyPatch>;

export const Occupancy = z.strictObject({ id: Uuid, apartmentId: Uuid, ...occupancyFields, version: RowVersion }).meta({ id: 'Occupancy' });
export type Occupancy = z.infer<typeof Occupancy>;

/** An apartment as the office sees it, with who lives there or owns it today. */
export const Apartment = z
  .strictObject({ id: Uuid, buildingId: Uuid, ...fields, version: RowVersion, current: z.array(Occupancy) })
  .meta({ id: 'Apartment' });
export type Apartment = z.infer<typeof Apartment>;

export const ApartmentList = z.strictObject({ items: z.array(Apartment).max(2_000) });
export const OccupancyList = z.strictObject({ items: z.array(Occupancy).max(500) });
