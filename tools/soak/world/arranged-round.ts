import type { Scene, ScenesClaims } from '@concierge/contract/mqtt/scenes.ts';
import { UNKNOWN_WIDGET } from './arrangement.ts';
import { marksIn } from './marks.ts';

/** What an arrangement lets a screen say at a moment. */
export interface ArrangedRound {
  readonly marks: ReadonlySet<string>;
  /** Takeovers that are on, each of which surely has something to show: nothing else may be on the glass. */
  readonly takeovers: ReadonlySet<string>;
}

export interface RoundConditions {
  /** Null for a screen that does not know what time it is. */
  readonly trueMs: number | null;
  /** The age of the building's data is at least this. */
  readonly leastDataAgeMs: number;
}

const DAY_MS = 86_400_000;
const PRIORITIES = ['takeover', 'normal', 'filler'] as const;

/**
 * The rules of an arrangement, told a second time and in another way than the renderer does (kiosk/renderer/scene-rounds.ts): on a line of wall-clock minutes, from the beginning of each stretch to
 * its end. Where it depends on what the building has (announcements, a code) a scene may be shown and need not.
 */
export function arrangedRound(claims: ScenesClaims, conditions: RoundConditions): ArrangedRound {
  const none = { marks: new Set<string>(), takeovers: new Set<string>() };
  const { trueMs } = conditions;
  if (claims.configuration === null || (trueMs !== null && Date.parse(claims.expiresAt) <= trueMs)) return none;
  const { scenes, fallbackSceneId } = claims.configuration.list;
  const on = scenes.filter((scene) => isKnown(scene) && mayBeOn(scene, conditions));
  const marks = new Set<string>();
  let takeovers = none.takeovers;
  for (const priority of PRIORITIES) {
    const those = on.filter((scene) => scene.priority === priority);
    for (const mark of those.flatMap((scene) => marksOf(scene, trueMs))) marks.add(mark);
    const sure = those.some(surelyShown);
    if (sure && priority === 'takeover') takeovers = new Set(those.flatMap((scene) => marksOf(scene, trueMs)));
    if (sure) return { marks, takeovers };
  }
  const fallback = scenes.find(({ id }) => id === fallbackSceneId);
  // Of no schedule, but not of any age.
  const mayFallBack = fallback !== undefined && isKnown(fallback) && mayBeOn({ ...fallback, schedule: null }, conditions);
  for (const mark of mayFallBack ? marksOf(fallback, trueMs) : []) marks.add(mark);
  return { marks, takeovers };
}

function isKnown({ view }: Scene): boolean {
  return view.kind === 'standard' || [...view.portrait, ...view.landscape].every(({ widget }) => widget !== UNKNOWN_WIDGET);
}

function surelyShown({ view, mostDataAgeHours }: Scene): boolean {
  return mostDataAgeHours === null && (view.kind === 'layout' || view.standard === 'overview');
}

function mayBeOn({ schedule, mostDataAgeHours }: Scene, { trueMs, leastDataAgeMs }: RoundConditions): boolean {
  if (mostDataAgeHours !== null && (trueMs === null || leastDataAgeMs > mostDataAgeHours * 3_600_000)) return false;
  if (schedule === null) return true;
  if (trueMs === null) return false;
  const { from, to, weekdays, hours } = schedule;
  const nowMs = wallMs(trueMs);
  const todayMs = Math.floor(nowMs / DAY_MS) * DAY_MS;
  return [todayMs - DAY_MS, todayMs].some((dayMs) => {
    const day = new Date(dayMs);
    const date = day.toISOString().slice(0, 10);
    if (!weekdays.includes(day.getUTCDay() || 7) || (from !== null && date < from) || (to !== null && date > to)) return false;
    const beginMs = dayMs + (hours === null ? 0 : minuteOf(hours.from) * 60_000);
    const endMs = dayMs + (hours === null ? DAY_MS : minuteOf(hours.to) * 60_000);
    return nowMs >= beginMs && nowMs < (endMs <= beginMs ? endMs + DAY_MS : endMs);
  });
}

/** The marks people may read in it: of the days to know of only those that are not past. */
function marksOf({ view }: Scene, trueMs: number | null): string[] {
  if (view.kind === 'standard') return [];
  const today = trueMs === null ? null : new Date(wallMs(trueMs)).toISOString().slice(0, 10);
  return view.portrait.flatMap(({ widget, settings }) => {
    if (widget !== 'events') return marksIn(JSON.stringify(settings));
    const events = settings['events'] as { date: string; name: { el: string } }[];
    return events.filter(({ date }) => today !== null && date >= today).flatMap(({ name }) => marksIn(name.el));
  });
}

const athens = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Athens', dateStyle: 'short', timeStyle: 'medium' });

/** What the wall clock of Athens says, as if it were UTC: the two hours of October that are one on the wall are one here. */
function wallMs(trueMs: number): number {
  return Date.parse(`${athens.format(trueMs).replace(' ', 'T')}Z`);
}

function minuteOf(hour: string): number {
  return Number(hour.slice(0, 2)) * 60 + Number(hour.slice(3));
}
