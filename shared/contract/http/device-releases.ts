import { z } from 'zod';
import { Sequence } from '../sequence.ts';
import { Instant } from '../text.ts';

/** Releases of the kiosk's program as an office sees them on its own screens (ADR 0027). Starting and stopping a rollout is the platform operator's. */

/** Where a screen stands with the release that is rolled out. */
export const ReleaseStanding = z.enum([
  /** Runs it, or a later one. */
  'current',
  /** May start it, or has started it and is proving it. */
  'starting',
  /** Has it and waits to be allowed to start: for the night, mostly. */
  'waiting',
  'downloading',
  /** Not offered yet: its ring's turn has not come, or it is away. */
  'later',
  /** Cannot take it now; looked at again by itself. */
  'held',
  'failed',
  /** The rollout was stopped before it came here. */
  'stopped',
  /** Nothing is rolled out, or this screen takes no releases. */
  'none',
]);
export type ReleaseStanding = z.infer<typeof ReleaseStanding>;

/** How a screen of the fleet stands. */
export const FleetDeviceRelease = z.strictObject({
  standing: ReleaseStanding,
  /** Null where it takes no releases, or is in no ring. */
  ring: z.int().nonnegative().nullable(),
  /** The release it runs; null where it says none. */
  running: z.string().nullable(),
  /** What it or the cloud has to say of `held`, `failed` and `downloading`. */
  reason: z.string().nullable(),
});
export type FleetDeviceRelease = z.infer<typeof FleetDeviceRelease>;

const count = z.int().nonnegative();

export const ReleaseRing = z.strictObject({ ring: z.int().nonnegative(), name: z.string() });
export type ReleaseRing = z.infer<typeof ReleaseRing>;

const Quiet = z.strictObject({ from: z.string(), until: z.string() });

export const OfficeRollout = z.strictObject({
  sequence: z.int().positive(),
  version: z.string(),
  state: z.enum(['running', 'paused', 'aborted', 'ended']),
  /** The ring that is asked now, with all before it. */
  ring: z.int().nonnegative(),
  startedAt: Instant,
  /** Until when its ring is watched before the next one is asked; null while devices of it have not answered, and after the last. */
  soaksUntil: Instant.nullable(),
  /** When devices may start it, by their building's clock; null for always. */
  quiet: Quiet.nullable(),
});
export type OfficeRollout = z.infer<typeof OfficeRollout>;

/** GET /api/kiosk/fleet/release: the release that goes out, and how many of the reader's screens stand where. */
export const FleetRelease = z
  .strictObject({
    /** The latest one; null while there has been none. */
    rollout: OfficeRollout.nullable(),
    rings: z.array(ReleaseRing).max(10),
    standings: z.record(ReleaseStanding, count),
    /** Why screens failed or are passed over, the commonest first. */
    reasons: z.array(z.strictObject({ standing: z.enum(['held', 'failed']), reason: z.string(), count })).max(20),
    versions: z.array(z.strictObject({ version: z.string(), count })).max(20),
  })
  .meta({ id: 'FleetRelease' });
export type FleetRelease = z.infer<typeof FleetRelease>;

/** Why a screen stands where it stands: what a person who asks is told. */
export const ReleaseWhy = z.enum([
  'takes-no-releases',
  'nothing-rolled-out',
  'current',
  /** The ring before its own is being watched. */
  'ring-soaks',
  /** The ring before its own has not answered yet. */
  'ring-later',
  'paused',
  /** Its turn has come; it is asked within minutes. */
  'soon',
  /** Its turn has come, and it is not connected. */
  'away',
  'held',
  'downloading',
  /** It could not be downloaded, and it tries again by itself. */
  'trying-again',
  'quiet-hours',
  /** It is night; only so many start at once. */
  'place',
  'starting',
  'proving',
  'failed',
  'stopped',
]);
export type ReleaseWhy = z.infer<typeof ReleaseWhy>;

/** GET /api/kiosk/devices/:deviceId/release. */
export const DeviceReleaseView = z
  .strictObject({
    running: z.strictObject({ sequence: z.int().nonnegative(), version: z.string() }).nullable(),
    ring: ReleaseRing.nullable(),
    rollout: OfficeRollout.nullable(),
    standing: ReleaseStanding,
    why: ReleaseWhy,
    reason: z.string().nullable(),
    /** Since when it is so. */
    since: Instant.nullable(),
    /** Whether a person may ask it to try once more. */
    mayRetry: z.boolean(),
    /** Newest first. */
    history: z
      .array(
        z.strictObject({
          at: Instant,
          sequence: z.int().positive(),
          version: z.string().nullable(),
          what: z.enum(['offered', 'done', 'failed', 'withdrawn', 'retried']),
          reason: z.string().nullable(),
          /** The full name of whoever asked for it; null where nobody of the office did. */
          by: z.string().nullable(),
        }),
      )
      .max(20),
  })
  .meta({ id: 'DeviceReleaseView' });
export type DeviceReleaseView = z.infer<typeof DeviceReleaseView>;

/** POST /api/kiosk/devices/:deviceId/release/retry names the release that was seen to have failed, so that a click that comes late tries no other. */
export const ReleaseRetryBody = z.strictObject({ sequence: Sequence });
