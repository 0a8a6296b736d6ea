import { compactIban, isIban } from '@concierge/kernel/iban.ts';
import { z } from 'zod';
import { AccountFact } from '../mqtt/facts.ts';
import { RowVersion } from './page.ts';

/** PUT /api/buildings/:buildingId/account. The number may be typed with spaces. */
export const BuildingAccountBody = z.strictObject({
  iban: z.string().max(60).transform(compactIban).refine(isIban, { error: 'an account number that checks' }),
  holder: AccountFact.shape.holder,
  /** Null when there is none yet. */
  version: RowVersion.nullable(),
});
export type BuildingAccountBody = z.infer<typeof BuildingAccountBody>;

export const BuildingAccount = z.strictObject({ ...AccountFact.shape, version: RowVersion }).meta({ id: 'BuildingAccount' });
export type BuildingAccount = z.infer<typeof BuildingAccount>;

/** GET /api/buildings/:buildingId/account. */
export const BuildingAccountReply = z.strictObject({ account: BuildingAccount.nullable() });
