import { z } from 'zod';
import { PublicSigningKey } from '../keys.ts';
import { DisplaySettings } from '../mqtt/desired.ts';
import { Reported } from '../mqtt/reported.ts';
import { Instant, Uuid } from '../text.ts';
import { RowVersion } from './page.ts';

export const Device = z
  .strictObject({
    id: Uuid,
    buildingId: Uuid,
    name: z.string(),
    placement: z.string().nullable(),
    online: z.boolean(),
    lastSeenAt: Instant.nullable(),
    /** It was told to wipe itself and has not said yet that it did. */
    leaving: z.boolean(),
    /** It has said that its disk does not let it. */
    wipeFailed: z.boolean().optional(),
    /** The newest content the cloud made for the building; the device has it when `reported.contentSequence` is equal. */
    contentSequence: z.int().nonnegative(),
    reported: Reported.nullable(),
    display: DisplaySettings,
    /** The display configuration it was given; null for the lobby's own round. */
    displayConfigId: Uuid.nullable(),
    version: RowVersion,
  })
  .meta({ id: 'Device' });
export type Device = z.infer<typeof Device>;

/** PATCH /api/kiosk/devices/:deviceId. */
export const DevicePatch = z.strictObject({
  name: z.string().trim().min(1).max(60).optional(),
  placement: z.string().trim().max(120).nullable().optional(),
  display: DisplaySettings.optional(),
  version: RowVersion,
});
export type DevicePatch = z.infer<typeof DevicePatch>;

/** POST /api/kiosk/devices/:deviceId/move: it hangs in another building of the office from now on, and keeps its name and its key. */
export const MoveBody = z.strictObject({ buildingId: Uuid, version: RowVersion });

/**
 * POST /api/kiosk/claims/development. Only the demo has this route: a single-use token on the machine's own disk stands for the code and words
 * that a manager confirms (ADR 0016). The key is the device's own; only the CSR travels.
 */
export const DevelopmentClaimBody = z.strictObject({
  token: z.string().min(20).max(100),
  csrPem: z.string().max(4_000),
  serial: z.string().min(1).max(60),
});

/** POST /api/kiosk/certificates. The request is signed by the key the device was claimed with; nothing else proves who asks, and nothing else is needed. */
export const RenewalBody = z.strictObject({ deviceId: Uuid, csrPem: z.string().max(4_000) });

export const RenewalReply = z.strictObject({ certificatePem: z.string() }).meta({ id: 'RenewalReply' });
export type RenewalReply = z.infer<typeof RenewalReply>;

export const ClaimReply = z.strictObject({
  deviceId: Uuid,
  buildingId: Uuid,
  certificatePem: z.string(),
  /** The authority the broker's and the device's certificates come from. */
  authorityPem: z.string(),
  brokerUrl: z.string(),
  cloudUrl: z.string(),
  signingKeys: z.array(PublicSigningKey).min(1).max(8),
  /** Of those keys (signing-keys.ts); a cloud of before they could change does not say. */
  signingKeysVersion: z.int().positive().optional(),
});
export type ClaimReply = z.infer<typeof ClaimReply>;
