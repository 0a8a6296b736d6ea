import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { z } from 'zod';
import { isStorable } from './json-body.ts';
import type { Failure } from './problem.ts';

/** The sort keys of the last row of a page: the next page starts after them. */
export type Cursor = readonly string[];

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** The keys of a list sorted by a text and the id that settles ties. */
export const textAndId = z.tuple([z.string().max(200).refine(isStorable), z.uuid()]);
/** The keys of a list sorted by an instant and the id that settles ties. */
export const instantAndId = z.tuple([z.iso.datetime({ precision: 3 }), z.uuid()]);

/** The keys in an opaque cursor, of the list's own form; null for the first page; a failure for a text we did not make. */
export function decodeCursor<Keys extends Cursor>(cursor: string | undefined, keys: z.ZodType<Keys>): Result<Keys | null, Failure> {
  if (cursor === undefined) return success(null);
  try {
    const parsed = keys.safeParse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    if (parsed.success) return success(parsed.data);
  } catch {
    // Falls through: not JSON.
  }
  return failure({
    code: 'invalid-fields',
    errors: [{ pointer: '/cursor', message: { el: 'Δεν είναι συνέχεια αυτής της λίστας.', en: 'not a cursor of this list' } }],
  });
}

/** A page out of `limit + 1` rows read: the extra one only tells that there is more. */
export function pageOfRows<Item>(rows: readonly Item[], limit: number, keysOf: (row: Item) => Cursor): Page<Item> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return {
    items,
    nextCursor: rows.length > limit && last !== undefined ? Buffer.from(JSON.stringify(keysOf(last))).toString('base64url') : null,
  };
}
