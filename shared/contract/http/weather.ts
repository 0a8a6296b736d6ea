import { z } from 'zod';
import { WeatherFact } from '../mqtt/facts.ts';
import { localizedText } from '../text.ts';
import { RowVersion } from './page.ts';

/** About a kilometre: a town, and nobody's house. */
const degrees = (most: number) =>
  z
    .number()
    .min(-most)
    .max(most)
    .transform((value) => Math.round(value * 100) / 100);

const place = { name: localizedText(60), latitude: degrees(90), longitude: degrees(180) };

/** PUT /api/buildings/:buildingId/place: which place's weather the building shows. */
export const PlaceBody = z.strictObject({
  ...place,
  /** Null when there is none yet. */
  version: RowVersion.nullable(),
});
export type PlaceBody = z.infer<typeof PlaceBody>;

export const BuildingPlace = z
  .strictObject({
    name: localizedText(60),
    latitude: z.number(),
    longitude: z.number(),
    version: RowVersion,
    /** What its screens show now; null while there is nothing that is recent enough. */
    weather: WeatherFact.nullable(),
  })
  .meta({ id: 'BuildingPlace' });
export type BuildingPlace = z.infer<typeof BuildingPlace>;

/** GET /api/buildings/:buildingId/place. */
export const BuildingPlaceReply = z.strictObject({
  /** False when this installation asks no weather service. */
  service: z.boolean(),
  /** Whether places can be searched by name. */
  search: z.boolean(),
  place: BuildingPlace.nullable(),
});
export type BuildingPlaceReply = z.infer<typeof BuildingPlaceReply>;

/** GET /api/weather/places. */
export const PlaceQuery = z.strictObject({ name: z.string().trim().min(2).max(60) });

export const FoundPlace = z
  .strictObject({
    name: localizedText(60),
    /** The larger places it lies in, the nearest first. */
    region: z.string().max(200),
    latitude: z.number(),
    longitude: z.number(),
  })
  .meta({ id: 'FoundPlace' });
export type FoundPlace = z.infer<typeof FoundPlace>;

export const FoundPlaces = z.strictObject({ items: z.array(FoundPlace).max(10) });
