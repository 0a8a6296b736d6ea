import { z } from 'zod';
import { Instant, Language, localizedText, Uuid } from '../text.ts';
import { pageOf, RowVersion } from './page.ts';

const fields = {
  name: localizedText(80),
  addressLine: localizedText(120),
  city: localizedText(60),
  postalCode: z
    .string()
    .trim()
    .regex(/^\d{5}$/),
  timeZone: z.string().max(60),
  language: Language,
};

/** POST /api/buildings. */
export const BuildingBody = z.strictObject({
  ...fields,
  timeZone: fields.timeZone.default('Europe/Athens'),
  language: fields.language.default('el'),
});
export type BuildingBody = z.infer<typeof BuildingBody>;

/** PATCH /api/buildings/:buildingId. */
export const BuildingPatch = z.strictObject(fields).partial().extend({ version: RowVersion });
export type BuildingPatch = z.infer<typeof BuildingPatch>;

export const Building = z
  .strictObject({
    id: Uuid,
    ...fields,
    apartmentCount: z.int().nonnegative(),
    deviceCount: z.int().nonnegative().optional(),
    version: RowVersion,
    createdAt: Instant,
  })
  .meta({ id: 'Building' });
export type Building = z.infer<typeof Building>;

export const BuildingPage = pageOf(Building);
