import { z } from 'zod';

/** Lists are always bounded: at most 200 rows a page, continued by an opaque cursor, which holds a name of up to 80 letters. */
export const PageQuery = z.strictObject({
  cursor: z.string().max(600).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() });
}

/** The version read with a row and sent back with its change; another one in between is answered with 409 `version-conflict`. */
export const RowVersion = z.int().positive().max(2_147_483_647);
