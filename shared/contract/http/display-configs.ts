import { z } from 'zod';
import { SceneList } from '../mqtt/scenes.ts';
import { Instant, Uuid } from '../text.ts';
import { PageQuery, pageOf, RowVersion } from './page.ts';

const Name = z.string().trim().min(1).max(60);
const Revision = z.int().positive();

/** A display configuration in a list: what screens show, without the scenes themselves. */
export const DisplayConfigSummary = z
  .strictObject({
    id: Uuid,
    name: z.string(),
    /** Null for one that may hang in every building of the office. */
    buildingId: Uuid.nullable(),
    sceneCount: z.int().nonnegative(),
    published: z.strictObject({ revision: Revision, at: Instant }).nullable(),
    /** The draft differs from what is published. */
    hasChanges: z.boolean(),
    /** Of the screens that the reader may see. */
    deviceCount: z.int().nonnegative(),
    version: RowVersion,
  })
  .meta({ id: 'DisplayConfigSummary' });
export type DisplayConfigSummary = z.infer<typeof DisplayConfigSummary>;

export const DisplayConfig = DisplayConfigSummary.extend({
  draft: SceneList,
  /** The screens that were given it, of those that the reader may see. */
  deviceIds: z.array(Uuid).max(1_000),
  /** How wide their pictures are, each width once and the smallest first; null stands for those that nobody measured. Missing from a cloud that does not say. */
  screenWidthsMm: z.array(z.int().positive().nullable()).max(200).optional(),
}).meta({ id: 'DisplayConfig' });
export type DisplayConfig = z.infer<typeof DisplayConfig>;

export const DisplayConfigPage = pageOf(DisplayConfigSummary);
/** GET /api/kiosk/display-configs. With a building: those that may hang there. */
export const DisplayConfigQuery = PageQuery.extend({ buildingId: Uuid.optional() });

/** POST /api/kiosk/display-configs. */
export const DisplayConfigBody = z.strictObject({ name: Name, buildingId: Uuid.nullable(), draft: SceneList });
export type DisplayConfigBody = z.infer<typeof DisplayConfigBody>;

/** PATCH /api/kiosk/display-configs/:configId: changes the draft; no screen shows it before it is published. */
export const DisplayConfigPatch = z.strictObject({ name: Name.optional(), draft: SceneList.optional(), version: RowVersion });
export type DisplayConfigPatch = z.infer<typeof DisplayConfigPatch>;

/** POST /api/kiosk/display-configs/:configId/publish: the draft becomes the next revision, and the screens get it. */
export const PublicationBody = z.strictObject({ version: RowVersion });

/** POST /api/kiosk/display-configs/:configId/revert: an earlier revision becomes the draft. */
export const RevertBody = z.strictObject({ revision: Revision, version: RowVersion });

/** Of more screens than this somebody decides in several requests. */
export const MOST_ASSIGNED = 500;

/** POST /api/kiosk/display-configs/:configId/devices: these screens get it; those lose it and show their own round. */
export const AssignmentBody = z.strictObject({ assign: z.array(Uuid).max(MOST_ASSIGNED), release: z.array(Uuid).max(MOST_ASSIGNED) });
export type AssignmentBody = z.infer<typeof AssignmentBody>;

export const DisplayConfigRevision = z
  .strictObject({ revision: Revision, publishedAt: Instant, publishedBy: z.string(), sceneCount: z.int().nonnegative() })
  .meta({ id: 'DisplayConfigRevision' });
export type DisplayConfigRevision = z.infer<typeof DisplayConfigRevision>;

/** GET /api/kiosk/display-configs/:configId/revisions: newest first. */
export const DisplayConfigRevisionList = z.strictObject({ items: z.array(DisplayConfigRevision).max(50) });
