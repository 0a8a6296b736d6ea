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
    /** When its labels were last drawn; null while nobody has. */
    labelsAt: Instant.nullable(),
    /** Until when a revocation can be undone; null where nothing is to be undone. */
    reopenableUntil: Instant.nullable(),
    /** How many of its serials are in which state. */
    serials: z.strictObject({ open: count, waiting: count, claimed: count, revoked: count, left: count, ended: count }),
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

export const SerialState = z.enum(['open', 'waiting', 'claimed', 'revoked', 'left', 'ended']);
export type SerialState = z.infer<typeof SerialState>;

/**
 * One serial of a batch. `open`: no machine has come with it. `waiting`: one has, and wants a building. `claimed`: it is a device. `revoked`: it was one, and was cut off.
 * `left`: it was one, and knows nothing of it any more. `ended`: the batch is over and nobody came.
 */
export const Preauthorisation = z
  .strictObject({
    serial: z.string(),
    /** As it stands on the label. */
    deviceNumber: z.string(),
    state: SerialState,
    /** When a machine last came with the token and this serial. */
    presentedAt: Instant.nullable(),
    /** Of the key of the machine that came: what its screen shows. */
    words: WordPair.nullable(),
    /** Where it goes, once that is known; null, as its device is, also where the reader may see no screens. */
    buildingId: Uuid.nullable(),
    device: z
      .strictObject({ id: Uuid, name: z.string(), online: z.boolean(), lastSeenAt: Instant.nullable(), claimedAt: Instant })
      .nullable(),
  })
  .meta({ id: 'Preauthorisation' });
export type Preauthorisation = z.infer<typeof Preauthorisation>;

export const PreauthorisationQuery = PageQuery.extend({ state: SerialState.optional() });
export const PreauthorisationPage = pageOf(Preauthorisation);

/** POST /api/kiosk/device-batches/:batchId/serials. Those that are there already stay as they are. */
export const AddSerialsBody = z.strictObject({ serials: z.array(BatchSerial).min(1).max(MAX_BATCH_SIZE) });

export const AddSerialsReply = z.strictObject({ added: count, alreadyThere: count }).meta({ id: 'AddSerialsReply' });
export type AddSerialsReply = z.infer<typeof AddSerialsReply>;

/**
 * PUT /api/kiosk/device-batches/:batchId/serials/:serial/place. A device that waits is claimed at once; one that has not come yet, when it comes. With the words that its screen shows it is
 * made sure that it is the one; with others it is not heard any more, and the serial is free for the machine that comes next.
 */
export const PlaceBody = z.strictObject({
  words: WordPair.optional(),
  buildingId: Uuid,
  name: z.string().trim().min(1).max(60),
  placement: z.string().trim().max(120).nullable(),
});
export type PlaceBody = z.infer<typeof PlaceBody>;

const BatchName = z.strictObject({ id: Uuid, number: z.int().positive(), name: z.string() });

/** A machine that may come, or has come, and is no device yet. */
export const ExpectedDevice = Preauthorisation.extend({ batch: BatchName }).meta({ id: 'ExpectedDevice' });
export type ExpectedDevice = z.infer<typeof ExpectedDevice>;

/** GET /api/kiosk/expected-devices: of all batches that stand, the newest first, with how many there are of both. */
export const ExpectedDeviceQuery = PageQuery.extend({ state: z.enum(['waiting', 'open']).default('waiting') });
export const ExpectedDevicePage = pageOf(ExpectedDevice).extend({ waiting: count, open: count }).meta({ id: 'ExpectedDevicePage' });
export type ExpectedDevicePage = z.infer<typeof ExpectedDevicePage>;

/** GET /api/kiosk/device-batches/:batchId/serials/:serial. */
export const ExpectedDeviceDetail = ExpectedDevice.extend({
  /** The words its screen shows among others, to choose from; null while no machine has come. */
  wordPairs: z.array(WordPair).nullable(),
}).meta({ id: 'ExpectedDeviceDetail' });
export type ExpectedDeviceDetail = z.infer<typeof ExpectedDeviceDetail>;

/** What stands on a label. */
export const DeviceNumber = z.string().regex(/^[1-9]\d{0,8}-\d{3,4}$/);

/** By which the label of one office's batch is told from another's of the same number: the end of the batch's id. */
export function batchMark(batchId: string): string {
  return batchId.slice(-8);
}

/** The address in a label's QR code, below the cloud's. */
export function labelAddress(cloudUrl: URL, called: string, batchId: string): string {
  const url = new URL('office/screens', cloudUrl);
  url.searchParams.set('device', called);
  url.searchParams.set('batch', batchMark(batchId));
  return url.href;
}

/** GET /api/kiosk/labels/:deviceNumber. A label of before batches were marked is looked for by its number alone. */
export const LabelQuery = z.strictObject({
  batch: z
    .string()
    .regex(/^[0-9a-f]{8}$/)
    .optional(),
});

/** What a label leads to. `unlisted`: its batch has the number, and no machine is listed for it yet. */
export const LabelTarget = z
  .strictObject({
    deviceNumber: z.string(),
    state: z.enum([...SerialState.options, 'unlisted']),
    /** Null where the reader may see the screen, and not its batch. */
    batch: BatchName.nullable(),
    serial: z.string().nullable(),
    /** The screen it has become, as long as it is one. */
    deviceId: Uuid.nullable(),
  })
  .meta({ id: 'LabelTarget' });
export type LabelTarget = z.infer<typeof LabelTarget>;
