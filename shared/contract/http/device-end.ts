import { z } from 'zod';
import type { ReadForm } from '../signed-claims.ts';
import { Instant, Uuid } from '../text.ts';

/**
 * The cloud's signed word that a device is nobody's any more (docs/adr/0017): it was revoked, or has left, or its machine was claimed anew. It ends with no date, because no device comes back
 * under the same id; so whoever kept one and repeats it says nothing but what is true.
 */
export const DeviceEnd = z.strictObject({ kind: z.literal('ended'), deviceId: Uuid, issuedAt: Instant });
export type DeviceEnd = z.infer<typeof DeviceEnd>;

/** A field that this version does not know may be the one that says "not now". */
export const deviceEndForm: ReadForm<DeviceEnd> = { typ: 'nc-ended+jws', schema: DeviceEnd, unknownFields: 'refused' };

export const DEVICE_END_MAX_BYTES = 2_000;

/** The other answer of POST /api/kiosk/certificates, with the word as a compact JWS. */
export const DeviceEndReply = z.strictObject({ ended: z.string().max(DEVICE_END_MAX_BYTES) }).meta({ id: 'DeviceEndReply' });
export type DeviceEndReply = z.infer<typeof DeviceEndReply>;
