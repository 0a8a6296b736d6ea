import { z } from 'zod';
import { Sequence } from '../sequence.ts';
import { Instant, Language, localizedText, Uuid } from '../text.ts';

export const AnnouncementCategory = z
  .enum(['general', 'works', 'outage', 'cleaning', 'assembly', 'safety'])
  .meta({ id: 'AnnouncementCategory' });
export type AnnouncementCategory = z.infer<typeof AnnouncementCategory>;

export const LobbyAnnouncement = z.strictObject({
  id: Uuid,
  category: AnnouncementCategory,
  urgent: z.boolean(),
  title: localizedText(120),
  body: localizedText(1_200).nullable(),
  /** Not shown before this instant. */
  publishAt: Instant,
  /** Not shown from this instant on; null means until withdrawn or until the document itself expires. */
  expiresAt: Instant.nullable(),
});
export type LobbyAnnouncement = z.infer<typeof LobbyAnnouncement>;

/** More than this no lobby reads, and no document carries. */
export const MOST_LOBBY_ANNOUNCEMENTS = 40;

/**
 * The sanitised building document: the only thing a kiosk or the public page can read. It is an allow-list: what is not
 * named here cannot leave the cloud, and both sides refuse fields they do not know. No person, apartment, floor, phone, e-mail
 * address or amount has a place in it (HDPA decision 75/2002 forbids them at the entrance).
 */
export const LobbyDocument = z
  .strictObject({
    building: z.strictObject({
      id: Uuid,
      name: localizedText(80),
      addressLine: localizedText(120),
      city: localizedText(60),
      /** IANA name; every date on the screen is told in it. */
      timeZone: z.string().max(60),
      /** The language shown first; the screen alternates when texts exist in both. */
      language: Language,
    }),
    announcements: z.array(LobbyAnnouncement).max(MOST_LOBBY_ANNOUNCEMENTS),
  })
  .meta({ id: 'LobbyDocument' });
export type LobbyDocument = z.infer<typeof LobbyDocument>;

/** The claims of the signed content message. */
export const ContentClaims = z.strictObject({
  kind: z.literal('content'),
  buildingId: Uuid,
  /** Grows by at least one with every change; a lower one than the device holds is refused. */
  sequence: Sequence,
  issuedAt: Instant,
  /** After this the device stops showing the document at all. */
  expiresAt: Instant,
  document: LobbyDocument,
});
export type ContentClaims = z.infer<typeof ContentClaims>;
