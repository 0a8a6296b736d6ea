import { resultMaxBytes } from '@concierge/contract/http/command-results.ts';
import { cardFaults, cardFiles, claimLines, type PaintedFrame, type ScreenState } from '@concierge/contract/kiosk/screen.ts';
import { FilmRef, PictureRef } from '@concierge/contract/media.ts';
import { LobbyDocument } from '@concierge/contract/mqtt/content.ts';
import { DisplaySettings } from '@concierge/contract/mqtt/desired.ts';
import { AccountFact, WeatherFact } from '@concierge/contract/mqtt/facts.ts';
import { ClockState } from '@concierge/contract/mqtt/reported.ts';
import { SceneList } from '@concierge/contract/mqtt/scenes.ts';
import { Instant } from '@concierge/contract/text.ts';
import { z } from 'zod';

/** What Electron's main process and the agent beside it say to each other. Both sides parse: neither process believes the other. */

/** A code of the largest size drawn as a path is some 60 KB. */
const MAX_PATH_LENGTH = 200_000;
const MAX_PICTURE_LENGTH = Math.ceil(resultMaxBytes.screenshot / 3) * 4;

export const Frame = z.strictObject({
  contentSequence: z.int().nonnegative(),
  scene: z.string().min(1).max(40),
  unplayable: z.int().nonnegative().optional(),
}) satisfies z.ZodType<PaintedFrame>;

const MediaUrl = z.string().regex(/^\/media\/[0-9a-f]{64}$/);

export const State = z.strictObject({
  phase: z.enum(['starting', 'unclaimed', 'running', 'safe']),
  contentSequence: z.int().nonnegative(),
  document: LobbyDocument.nullable(),
  confirmedAt: Instant.nullable(),
  validUntilMs: z.number().nullable().optional(),
  link: z.enum(['online', 'offline']),
  clock: ClockState,
  nowMs: z.number(),
  qr: z
    .strictObject({
      path: z.string().max(MAX_PATH_LENGTH),
      size: z.int().positive().max(200),
      url: z.string().max(300),
      validUntilMs: z.number(),
    })
    .nullable(),
  claim: z
    .strictObject({
      line: z.enum(claimLines),
      refusedFiles: z
        .array(z.strictObject({ file: z.enum(cardFiles), fault: z.enum(cardFaults) }))
        .max(cardFiles.length)
        .readonly(),
      code: z
        .strictObject({
          userCode: z.string().max(20),
          words: z.strictObject({ el: z.string().max(60), en: z.string().max(60) }),
          qr: z.strictObject({ path: z.string().max(MAX_PATH_LENGTH), size: z.int().positive().max(200) }),
        })
        .nullable(),
    })
    .nullable(),
  identity: z.strictObject({ el: z.string().max(60), en: z.string().max(60) }).nullable(),
  pageNumber: z.int().nonnegative(),
  display: DisplaySettings,
  lit: z.boolean(),
  scenes: z.strictObject({ ...SceneList.shape, sequence: z.int().positive() }).nullable(),
  facts: z.strictObject({
    weather: WeatherFact.nullable(),
    account: z
      .strictObject({
        ...AccountFact.shape,
        qr: z.strictObject({ path: z.string().max(MAX_PATH_LENGTH), size: z.int().positive().max(200) }),
      })
      .nullable(),
  }),
  media: z
    .array(z.union([PictureRef.extend({ url: MediaUrl }), FilmRef.extend({ url: MediaUrl })]))
    .max(400)
    .readonly(),
  demo: z.boolean(),
}) satisfies z.ZodType<ScreenState>;

export const AgentStart = z.strictObject({
  dataDir: z.string().min(1),
  cloudUrl: z.string().optional(),
  claimTokenFile: z.string().optional(),
  bootTokenFile: z.string().optional(),
  applianceDir: z.string().optional(),
  displayFile: z.string().optional(),
  cloudAuthorityFile: z.string().optional(),
  demo: z.boolean(),
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']),
  /** How often the agent says that it lives. */
  aliveEveryMs: z.int().min(10).max(60_000),
});
export type AgentStart = z.infer<typeof AgentStart>;

export const ToAgent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('start'), start: AgentStart }),
  z.strictObject({ kind: z.literal('painted'), frame: Frame }),
  /** The picture that was wanted last, a JPEG in base64; null when none could be taken. */
  z.strictObject({ kind: z.literal('picture'), jpeg: z.base64().max(MAX_PICTURE_LENGTH).nullable() }),
  z.strictObject({ kind: z.literal('stop') }),
]);
export type ToAgent = z.infer<typeof ToAgent>;

export const FromAgent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('state'), state: State }),
  /** Said by the same loop that does the agent's work: an agent that hangs cannot say it. */
  z.strictObject({ kind: z.literal('alive') }),
  z.strictObject({ kind: z.literal('picture-wanted') }),
]);
export type FromAgent = z.infer<typeof FromAgent>;
