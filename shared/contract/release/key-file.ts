import { z } from 'zod';
import { PublicSigningKey } from '../keys.ts';

/** A root key says what a release is and stays offline; a timestamp key only says which one is to be installed now, and lies with the cloud. */
export const ReleaseKeyRole = z.enum(['root', 'timestamp']);
export type ReleaseKeyRole = z.infer<typeof ReleaseKeyRole>;

/** A private key of releases as its file holds it. The role stands in it, so that a root key laid where the online key belongs is refused. */
export const ReleaseKeyFile = z.strictObject({ ...PublicSigningKey.shape, d: z.string().max(64), role: ReleaseKeyRole });
