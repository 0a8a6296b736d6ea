import type { ScreenScenes } from '@concierge/contract/kiosk/screen.ts';
import type { Scene } from '@concierge/contract/mqtt/scenes.ts';
import { localMoment } from '@concierge/kernel/local-moment.ts';
import { isOn } from '@concierge/kernel/schedule.ts';

/** What decides which of the arranged scenes are on. */
export interface SceneConditions {
  /** Null while nobody knows what time it is: then what is bound to a time is not shown. */
  readonly nowMs: number | null;
  readonly timeZone: string;
  /** When somebody last vouched for the building's data, Unix milliseconds; null if never. */
  readonly confirmedMs: number | null;
}

/** What the scenes are about. */
export interface SceneContents {
  hasContent(scene: Scene): boolean;
  isAd(scene: Scene): boolean;
}

/**
 * The scenes of this round: the takeovers alone where there are any that have something to show, else the normal ones, else the fillers, else the fallback. Advertisements are never all there is:
 * where a group has nothing else, they stand in the next that has. May be empty.
 */
export function scenesOfRound(list: ScreenScenes, conditions: SceneConditions, { hasContent, isAd }: SceneContents): readonly Scene[] {
  const isShown = (scene: Scene) => isSceneOn(scene, conditions) && hasContent(scene);
  const isFallback = (scene: Scene) => scene.id === list.fallbackSceneId && isFallbackOn(scene, conditions) && hasContent(scene);
  const groups = [...PRIORITIES.map((priority) => (scene: Scene) => scene.priority === priority && isShown(scene)), isFallback];
  let ads: readonly Scene[] = [];
  for (const isOfGroup of groups) {
    const those = list.scenes.filter((scene) => ads.includes(scene) || isOfGroup(scene));
    if (!those.every(isAd)) return those;
    ads = those;
  }
  return [];
}

const PRIORITIES = ['takeover', 'normal', 'filler'] as const;

/** Whether its schedule and the age of the data allow it now. */
export function isSceneOn({ schedule, mostDataAgeHours }: Scene, { nowMs, timeZone, confirmedMs }: SceneConditions): boolean {
  if (schedule === null && mostDataAgeHours === null) return true;
  if (nowMs === null) return false;
  if (mostDataAgeHours !== null && (confirmedMs === null || nowMs - confirmedMs > mostDataAgeHours * HOUR_MS)) return false;
  return schedule === null || isOn(schedule, localMoment(nowMs, timeZone));
}

/** The fallback is for the hours of which no schedule says anything, so its own is not asked; the age of the data is. */
function isFallbackOn(fallback: Scene, conditions: SceneConditions): boolean {
  return isSceneOn({ ...fallback, schedule: null }, conditions);
}

/** The next instant at which other scenes are on, if that is before `untilMs`; null when none is. Schedules change on whole minutes, ages at an instant of their own. */
export function nextSceneChange(list: ScreenScenes, conditions: SceneConditions, untilMs: number): number | null {
  const { nowMs, confirmedMs } = conditions;
  if (nowMs === null) return null;
  const moments = list.scenes.flatMap(({ mostDataAgeHours }) =>
    mostDataAgeHours === null || confirmedMs === null ? [] : [confirmedMs + mostDataAgeHours * HOUR_MS + 1],
  );
  for (let minute = (Math.floor(nowMs / MINUTE_MS) + 1) * MINUTE_MS; minute <= untilMs; minute += MINUTE_MS) moments.push(minute);
  const onAt = (atMs: number) => {
    const then = { ...conditions, nowMs: atMs };
    return list.scenes.map((scene) => [isSceneOn(scene, then), scene.id === list.fallbackSceneId && isFallbackOn(scene, then)]).join();
  };
  const now = onAt(nowMs);
  return (
    moments
      .filter((moment) => moment > nowMs && moment <= untilMs)
      .toSorted((first, second) => first - second)
      .find((moment) => onAt(moment) !== now) ?? null
  );
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
