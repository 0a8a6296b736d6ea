import { z } from 'zod';
import { Instant, Uuid } from '../text.ts';
import { WordPair } from './device-claims.ts';
import { PageQuery, pageOf } from './page.ts';

/** Devices that are prepared together and claimed without a person at each of them (ADR 0019). */
export const MAX_BATCH_SIZE = 1_000;

/** A board's serial number as a list or a scanner brings it: compared in small letters. */
export const BatchSerial = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9-]{1,60}$/);

/** What a card carries: which batch it is of, and a secret of 32 bytes in base64url. The cloud is only ever told the SHA-256 of the whole text before a device sends it. */
export const BootToken = z.string().regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.[A-Za-z0-9_-]{43}$/);

export function bootTokenOf(batchId: string, secret: string): string {
  return BootToken.parse(`${batchId}.${secret}`);
}

/** The batch a token says it is of; null for a text that is none. */
export function batchOfBootToken(token: string): string | null {
  return BootToken.safeParse(token).success ? (token.split('.')[0] ?? null) : null;
}

/** What people call a device before it has a name: the number of its batch and its own in it. It stands on the label. */
export function deviceNumber(batchNumber: number, number: number): string {
  return `${batchNumber}-${String(number).padStart(3, '0')}`;
}

/** POST /api/kiosk/device-batches. Without a building a device waits until the office chooses one. */
export const DeviceBatchBody = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(40)
    .regex(/^[^\p{Cc}\u202a-\u202e\u2066-\u2069]+$/u),
  size: z.int().min(1).max(MAX_BATCH_SIZE),
  serials: z.array(BatchSerial).max(MAX_BATCH_SIZE).default([]),
  buildingId: Uuid.nullable().default(null),
  lastsDays: z.int().min(1).max(365),
});
export type DeviceBatchBody = z.infer<typeof DeviceBatchBody>;

const count = z.int().nonnegative();

export const DeviceBatch = z
  .strictObject({
    id: Uuid,
    /** Counts the tenant's batches, from 1. */
    number: z.int().positive(),
    name: z.string(),
    buildingId: Uuid.nullable(),
    size: z.int().positive(),
    state: z.enum(['open', 'expired', 'revoked']),
    createdAt: Instant,
    expiresAt: Instant,
    /** When the token of its cards was last made; null when none is good. */
    bootTokenAt: Instant.nullable(),
    /** How many of its serials are in which state. */
    serials: z.strictObject({ open: count, waiting: count, claimed: count, revoked: count, ended: count }),
    /** How often its token came from a machine that it is not for: a card that was lost, copied, or put into a machine nobody listed. */
    refusedCount: count,
    lastRefusedAt: Instant.nullable(),
  })
  .meta({ id: 'DeviceBatch' });
export type DeviceBatch = z.infer<typeof DeviceBatch>;

export const DeviceBatchQuery = PageQuery;
export const DeviceBatchPage = pageOf(DeviceBatch);

/** PUT /api/kiosk/device-batches/:batchId/boot-token. Another token than the present one only with `replace`: cards that carry the old one are worthless from then on. */
export const BootTokenBody = z.strictObject({ tokenSha256: z.string().regex(/^[0-9a-f]{64}$/), replace: z.boolean() });

/**
 * One serial of a batch. `open`: no machine has come with it. `waiting`: one has, and wants a building. `claimed`: it is a device. `revoked`: it was one.
 * `ended`: the batch is over and nobody came.
 */
export const Preauthorisation = z
  .strictObject({
    serial: z.string(),
    /** As it stands on the label. */
    deviceNumber: z.string(),
    state: z.enum(['open', 'waiting', 'claimed', 'revoked', 'ended']),
    /** When a machine last came with the token and this serial. */
    presentedAt: Instant.nullable(),
    /** Of the key of the machine that came: what its screen shows. */
    words: WordPair.nullable(),
    /** Where it goes, once that is known. */
    buildingId: Uuid.nullable(),
    device: z
      .strictObject({ id: Uuid, name: z.string(), online: z.boolean(), lastSeenAt: Instant.nullable(), claimedAt: Instant })
      .nullable(),
  })
  .meta({ id: 'Preauthorisation' });
export type Preauthorisation = z.infer<typeof Preauthorisation>;

export const PreauthorisationQuery = PageQuery;
export const PreauthorisationPage = pageOf(Preauthorisation);

/** POST /api/kiosk/device-batches/:batchId/serials. Those that are there already stay as they are. */
export const AddSerialsBody = z.strictObject({ serials: z.array(BatchSerial).min(1).max(MAX_BATCH_SIZE) });

export const AddSerialsReply = z.strictObject({ added: count, alreadyThere: count }).meta({ id: 'AddSerialsReply' });
export type AddSerialsReply = z.infer<typeof AddSerialsReply>;

/** PUT /api/kiosk/device-batches/:batchId/serials/:serial/place. A device that waits is claimed at once; one that has not come yet, when it comes. */
export const PlaceBody = z.strictObject({
  buildingId: Uuid,
  name: z.string().trim().min(1).max(60),
  placement: z.string().trim().max(120).nullable(),
});
export type PlaceBody = z.infer<typeof PlaceBody>;
