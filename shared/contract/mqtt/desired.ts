import { z } from 'zod';
import { Sequence } from '../sequence.ts';
import { Instant, Language, Uuid } from '../text.ts';
import { SceneSchedule } from './scenes.ts';

/** How the device's screen is mounted and lit. Sizes follow the physical width, not CSS guesses (DESIGN, Lobby). */
export const DisplaySettings = z.strictObject({
  /** 'alternate' shows Greek and English in turn where both exist. */
  language: z.union([Language, z.literal('alternate')]),
  /** The visible width of the screen in millimetres; null when nobody measured it. */
  widthMm: z.int().min(100).max(3_000).nullable(),
  /** When the glass is lit, by the building's wall clock; without it, always. What is urgent lights it at any hour. */
  litWhen: SceneSchedule.optional(),
});
export type DisplaySettings = z.infer<typeof DisplaySettings>;

/** A release that the cloud offers this device. Its statements and its bundle lie under plain names below `from`; whether they hold, they say themselves (ADR 0015). */
export const OfferedRelease = z.strictObject({
  sequence: Sequence,
  /** Ends with a slash. */
  from: z
    .url({ protocol: /^https?$/ })
    .max(300)
    .endsWith('/'),
  /** Whether the device may start it now. Until then it lies in the spare slot and waits. */
  start: z.boolean(),
});
export type OfferedRelease = z.infer<typeof OfferedRelease>;

/**
 * The claims of the signed desired-state message. It is small and signed anew every few minutes while the cloud is well, so it is also the
 * proof that the content the device holds is still current: `confirmedAt` is what the screen measures the age of its data from.
 */
export const DesiredClaims = z.strictObject({
  kind: z.literal('desired'),
  deviceId: Uuid,
  buildingId: Uuid,
  sequence: Sequence,
  issuedAt: Instant,
  expiresAt: Instant,
  /** The cloud vouches that this content is the newest as of `confirmedAt`; null while the building has none, or none any more (ADR 0012). */
  content: z.strictObject({ sequence: Sequence, confirmedAt: Instant }).nullable(),
  display: DisplaySettings,
  /** The buildings it hung in before: one that still belongs to any of them forgets what it holds and belongs to `buildingId` from now on. */
  movedFrom: z.array(Uuid).min(1).max(10).optional(),
  /** The device leaves its building: it hides what it shows, says so (the event `decommissioned`), wipes itself and may be claimed anew. */
  decommission: z.literal(true).optional(),
  /** Sent to devices that speak of releases only. Without it nothing is offered, or no longer. */
  release: OfferedRelease.optional(),
});
export type DesiredClaims = z.infer<typeof DesiredClaims>;
