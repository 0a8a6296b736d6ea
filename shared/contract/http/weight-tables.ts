import { z } from 'zod';
import { Uuid } from '../text.ts';
import { RowVersion } from './page.ts';

/**
 * The tables of a Greek building (DOMAIN 1.2): general, elevator, heating (εi), owner, and the plot co-ownership that votes are counted by.
 */
export const WeightTableKind = z.enum(['general', 'elevator', 'heating', 'owner', 'vote']).meta({ id: 'WeightTableKind' });
export type WeightTableKind = z.infer<typeof WeightTableKind>;

/** What all parts together make: thousandths as a rule, finer where an engineer's study has more digits. */
export const PartsTotal = z.union([z.literal(1_000), z.literal(10_000), z.literal(100_000)]);

export const Weight = z.strictObject({
  apartmentId: Uuid,
  parts: z.int().min(0).max(100_000),
  /** Heating only: fi, the coefficient of remaining charge (PD 27-9/7-11-1985 §2.2.3), in hundredths; null elsewhere. */
  remainingChargeHundredths: z.int().min(0).max(99).nullable().default(null),
});
export type Weight = z.infer<typeof Weight>;

/** PUT /api/buildings/:buildingId/weight-tables/:kind. `version` is null for a table that does not exist yet. */
export const WeightTableBody = z.strictObject({
  partsTotal: PartsTotal,
  weights: z.array(Weight).min(1).max(2_000),
  version: RowVersion.nullable(),
});
export type WeightTableBody = z.infer<typeof WeightTableBody>;

export const WeightTable = z
  .strictObject({ kind: WeightTableKind, partsTotal: PartsTotal, weights: z.array(Weight), version: RowVersion })
  .meta({ id: 'WeightTable' });
export type WeightTable = z.infer<typeof WeightTable>;

export const WeightTableList = z.strictObject({ items: z.array(WeightTable).max(5) });
