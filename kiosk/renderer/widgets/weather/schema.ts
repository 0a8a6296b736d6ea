import { z } from 'zod';

/** The weather of the building's place, which the office sets with the building. */
export const WeatherSettings = z.strictObject({
  /** now: as it is; days: and the days to come, where there is room for them. */
  shows: z.enum(['now', 'days']),
});
export type WeatherSettings = z.infer<typeof WeatherSettings>;
