import { z } from 'zod';
import { DeviceRelease } from '../release/outcome.ts';
import { HeldSequence, Sequence } from '../sequence.ts';
import { Instant } from '../text.ts';

export const ClockState = z.enum(['trusted', 'estimated', 'unknown']);
export type ClockState = z.infer<typeof ClockState>;

/** What a device tells about itself: the acknowledgement of desired state and content by version. Sent when it changes, and on connect. */
export const Reported = z
  .strictObject({
    /** As a package names its versions; it is shown, grouped by and written into files. */
    agentVersion: z.string().regex(/^[\w.+-]{1,40}$/),
    shell: z.enum(['electron', 'chromium', 'none']),
    desiredSequence: HeldSequence,
    contentSequence: HeldSequence,
    qrSequence: HeldSequence,
    /** Missing from an agent that knows no scenes, and from what one said before. */
    scenesSequence: HeldSequence.optional(),
    /** Missing until the device holds any: a cloud that sends none is told nothing it does not know. */
    factsSequence: Sequence.optional(),
    /** The content sequence last painted on the screen, 0 before the first frame. */
    paintedSequence: HeldSequence,
    paintedAt: Instant.nullable(),
    clock: ClockState,
    /** What the device refused lately and why, so that an operator sees a forged or damaged document. */
    lastRefusal: z.strictObject({ topic: z.string().max(20), reason: z.string().max(60), at: Instant }).nullable(),
    /** What keeps scenes from being shown: files that could not be got, and films that did not play. Missing while neither does, and from an agent that does not tell. */
    media: z.strictObject({ missing: z.int().nonnegative(), unplayable: z.int().nonnegative() }).optional(),
    /** Missing where the device takes no releases. */
    release: DeviceRelease.optional(),
    at: Instant,
  })
  .meta({ id: 'Reported' });
export type Reported = z.infer<typeof Reported>;
