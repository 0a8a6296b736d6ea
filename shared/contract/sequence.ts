import { z } from 'zod';

/** The number of a document or a release, counted up by whoever makes them. As large as an `integer` of PostgreSQL, where it is kept and compared. */
export const Sequence = z.int().positive().max(2_147_483_647);

/** The number of the one that somebody holds; 0 where none is held yet. */
export const HeldSequence = z.int().nonnegative().max(2_147_483_647);
