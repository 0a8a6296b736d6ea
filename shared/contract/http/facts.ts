import { z } from 'zod';
import { AccountFact, WeatherFact } from '../mqtt/facts.ts';

/** GET /api/kiosk/facts/:buildingId: what widgets show of a building besides its content, as its screens were told last. */
export const BuildingFacts = z
  .strictObject({ weather: WeatherFact.nullable(), account: AccountFact.nullable() })
  .meta({ id: 'BuildingFacts' });
export type BuildingFacts = z.infer<typeof BuildingFacts>;
