import { z } from 'zod';
import { LobbyDocument } from '../mqtt/content.ts';
import { Instant } from '../text.ts';

/** GET /api/public-info/:buildingId: the same sanitised document the lobby screen has. */
export const PublicInfo = z
  .strictObject({ sequence: z.int().positive(), issuedAt: Instant, document: LobbyDocument })
  .meta({ id: 'PublicInfo' });
export type PublicInfo = z.infer<typeof PublicInfo>;
