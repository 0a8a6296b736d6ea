import { z } from 'zod';
import { AnnouncementCategory } from '../mqtt/content.ts';
import { Instant, localizedText, Uuid } from '../text.ts';
import { PageQuery, pageOf, RowVersion } from './page.ts';

const fields = {
  category: AnnouncementCategory,
  urgent: z.boolean(),
  title: localizedText(120),
  body: localizedText(1_200).nullable(),
  publishAt: Instant,
  expiresAt: Instant.nullable(),
};

/** POST /api/announcements. Without `publishAt` it is published at once. */
export const AnnouncementBody = z.strictObject({
  buildingId: Uuid,
  ...fields,
  urgent: fields.urgent.default(false),
  body: fields.body.default(null),
  publishAt: fields.publishAt.optional(),
  expiresAt: fields.expiresAt.default(null),
});
export type AnnouncementBody = z.infer<typeof AnnouncementBody>;

/** PATCH /api/announcements/:announcementId. */
export const AnnouncementPatch = z.strictObject(fields).partial().extend({ withdrawn: z.boolean().optional(), version: RowVersion });
export type AnnouncementPatch = z.infer<typeof AnnouncementPatch>;

/** What the clock says of an announcement; computed on read, never stored. */
export const AnnouncementState = z.enum(['scheduled', 'current', 'expired', 'withdrawn']).meta({ id: 'AnnouncementState' });
export type AnnouncementState = z.infer<typeof AnnouncementState>;

export const Announcement = z
  .strictObject({
    id: Uuid,
    buildingId: Uuid,
    ...fields,
    state: AnnouncementState,
    version: RowVersion,
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: 'Announcement' });
export type Announcement = z.infer<typeof Announcement>;

export const AnnouncementQuery = PageQuery.extend({ buildingId: Uuid, state: AnnouncementState.optional() });
export const AnnouncementPage = pageOf(Announcement);
