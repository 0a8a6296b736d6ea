import { z } from 'zod';
import { Sequence } from '../sequence.ts';
import { CalendarDate, Instant, localizedText, Uuid } from '../text.ts';

/** The grid that widgets stand on, for each way a screen may hang. A cell is about one line of body type tall. */
export const GRID = { portrait: { columns: 12, rows: 16 }, landscape: { columns: 20, rows: 8 } } as const;
export const MOST_SCENES = 20;
export const MOST_PLACEMENTS = 8;

const Hour = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/);

/** When a scene is on, by the building's wall clock; see shared/kernel/schedule.ts. */
export const SceneSchedule = z
  .strictObject({
    from: CalendarDate.nullable(),
    to: CalendarDate.nullable(),
    weekdays: z.array(z.int().min(1).max(7)).min(1).max(7),
    hours: z.strictObject({ from: Hour, to: Hour }).nullable(),
  })
  .refine(({ weekdays }) => new Set(weekdays).size === weekdays.length, { path: ['weekdays'], error: 'each weekday once' })
  .refine(({ from, to }) => from === null || to === null || from <= to, { path: ['to'], error: 'the last day is not before the first' })
  .meta({ id: 'SceneSchedule' });
export type SceneSchedule = z.infer<typeof SceneSchedule>;

/**
 * One widget at its place. `widget` and `settings` are open here on purpose: a screen may be older than the widget, and then drops this scene instead of refusing them all. Whoever saves
 * or shows a scene parses the settings with the widget's own schema (kiosk/renderer/widgets).
 */
export const Placement = z
  .strictObject({
    id: Uuid,
    widget: z.string().regex(/^[a-z][a-z-]{1,29}$/),
    column: z.int().min(0).max(GRID.landscape.columns),
    row: z.int().min(0).max(GRID.portrait.rows),
    columns: z.int().min(1).max(GRID.landscape.columns),
    rows: z.int().min(1).max(GRID.portrait.rows),
    settings: z.record(z.string().max(40), z.json()),
  })
  .meta({ id: 'Placement' });
export type Placement = z.infer<typeof Placement>;

const Placements = z.array(Placement).max(MOST_PLACEMENTS);

/** What a scene shows: one of the lobby's own scenes, or widgets that were arranged for it. */
const SceneView = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('standard'), standard: z.enum(['overview', 'announcements', 'join']) }),
  z.strictObject({ kind: z.literal('layout'), portrait: Placements, landscape: Placements }),
]);

/** takeover: while it is on, nothing else is. filler: shown only while nothing else is on. */
export const ScenePriority = z.enum(['takeover', 'normal', 'filler']);
export type ScenePriority = z.infer<typeof ScenePriority>;

export const Scene = z
  .strictObject({
    id: Uuid,
    name: localizedText(60),
    view: SceneView,
    /** How long it stands, and where a film plays once at least; null for as long as its text takes to read, or its film to play. */
    durationSeconds: z.int().min(5).max(120).nullable(),
    priority: ScenePriority,
    schedule: SceneSchedule.nullable(),
    /** It hides when nobody has vouched for the building's data for longer than this; null for as long as the data may be shown at all. */
    mostDataAgeHours: z.int().min(1).max(720).nullable(),
  })
  .meta({ id: 'Scene' });
export type Scene = z.infer<typeof Scene>;

/** The scenes of a screen in their order, and what it shows while none of them is on. */
export const SceneList = z
  .strictObject({
    scenes: z.array(Scene).min(1).max(MOST_SCENES),
    /** One of the scenes, shown by itself; null for the lobby's own overview. */
    fallbackSceneId: Uuid.nullable(),
  })
  .refine(({ scenes }) => new Set(scenes.map(({ id }) => id)).size === scenes.length, { path: ['scenes'], error: 'each scene once' })
  .refine(({ scenes, fallbackSceneId }) => fallbackSceneId === null || scenes.some(({ id }) => id === fallbackSceneId), {
    path: ['fallbackSceneId'],
    error: 'the fallback is one of the scenes',
  })
  .meta({ id: 'SceneList' });
export type SceneList = z.infer<typeof SceneList>;

/** The claims of the signed scenes message: the published revision of the display configuration that the device was given. */
export const ScenesClaims = z.strictObject({
  kind: z.literal('scenes'),
  deviceId: Uuid,
  buildingId: Uuid,
  sequence: Sequence,
  issuedAt: Instant,
  /** After this the screen shows its own round. Far ahead: an arrangement says nothing that could become untrue. */
  expiresAt: Instant,
  /** Null when the device has no configuration any more: it shows its own round. */
  configuration: z.strictObject({ id: Uuid, revision: z.int().positive(), list: SceneList }).nullable(),
});
export type ScenesClaims = z.infer<typeof ScenesClaims>;
