import { randomUUID } from 'node:crypto';
import type { Placement, Scene, SceneList, SceneSchedule } from '@concierge/contract/mqtt/scenes.ts';
import type { Random } from '../random.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MOST_SCENES = 6;
/** What a screen of today does not know: a scene with it is never shown. */
export const UNKNOWN_WIDGET = 'hologram';
const COMPANIONS = ['clock', 'announcements', 'events', 'join', 'contacts', 'weather'] as const;

/** Scenes as an office might arrange them: on some days and hours, over midnight too, alone, as fillers, only while the data is fresh, and now and then with a widget that is newer than the screen. */
export function anArrangement(random: Random, trueMs: number, nextMark: () => string): SceneList {
  const scenes = Array.from({ length: random.between(1, MOST_SCENES) }, () => aScene(random, trueMs, nextMark));
  const [first, ...others] = scenes;
  if (first === undefined) throw new Error('an arrangement has a scene');
  return { scenes, fallbackSceneId: random.chance(0.5) ? random.pick([first, ...others]).id : null };
}

/** One scene for all hours, with the weather in it. */
export function weatherArrangement(nextMark: () => string): SceneList {
  const mark = nextMark();
  const text = { title: { el: `${mark} Όπως ορίστηκε`, en: null }, body: null, ground: 'plain' };
  const scene: Scene = {
    id: randomUUID(),
    name: { el: mark, en: null },
    view: { kind: 'layout', ...textAbove(text, 'weather', { shows: 'now' }) },
    durationSeconds: null,
    priority: 'normal',
    schedule: null,
    mostDataAgeHours: null,
  };
  return { scenes: [scene], fallbackSceneId: null };
}

function aScene(random: Random, trueMs: number, nextMark: () => string): Scene {
  const mark = nextMark();
  const takeover = random.chance(0.12);
  const scheduled = takeover || random.chance(0.5);
  const standard = !takeover && random.chance(0.25);
  return {
    id: randomUUID(),
    name: { el: mark, en: null },
    view: standard
      ? { kind: 'standard', standard: random.pick(['overview', 'announcements', 'join']) }
      : { kind: 'layout', ...placements(random, trueMs, mark, nextMark) },
    durationSeconds: random.chance(0.4) ? null : random.between(5, 25),
    priority: takeover ? 'takeover' : random.chance(0.2) ? 'filler' : 'normal',
    schedule: scheduled ? aSchedule(random, trueMs, takeover) : null,
    mostDataAgeHours: !takeover && random.chance(0.25) ? random.between(1, 48) : null,
  };
}

function aSchedule(random: Random, trueMs: number, short: boolean): SceneSchedule {
  const weekdays = [1, 2, 3, 4, 5, 6, 7].filter(() => random.chance(0.7));
  const from = random.between(0, 24 * 60 - 1);
  const lasts = short ? random.between(2, 90) : random.between(5, 20 * 60);
  return {
    from: random.chance(0.2) ? dateOf(trueMs + random.between(-2, 1) * DAY_MS) : null,
    to: random.chance(0.2) ? dateOf(trueMs + random.between(1, 4) * DAY_MS) : null,
    weekdays: weekdays.length === 0 ? [1] : weekdays,
    hours: short || random.chance(0.7) ? { from: hourOf(from), to: hourOf(from + lasts) } : null,
  };
}

/** A text that carries the scene's mark, so that it always has something to say, and something else below it. */
function placements(
  random: Random,
  trueMs: number,
  mark: string,
  nextMark: () => string,
): { portrait: Placement[]; landscape: Placement[] } {
  const english = random.chance(0.5);
  const text = {
    title: { el: `${mark} Όπως ορίστηκε`, en: english ? `${mark} As arranged` : null },
    body: random.chance(0.5) ? { el: `${mark} ${'Για όλη την πολυκατοικία. '.repeat(random.between(1, 8))}`, en: null } : null,
    ground: random.pick(['plain', 'field', 'sand']),
  };
  const companion = random.chance(0.1) ? UNKNOWN_WIDGET : random.pick(COMPANIONS);
  const settings = settingsOf(companion, random, trueMs, nextMark);
  return textAbove(text, companion, settings);
}

function textAbove(
  text: Placement['settings'],
  companion: string,
  settings: Placement['settings'],
): { portrait: Placement[]; landscape: Placement[] } {
  const place = (columns: number, rows: number): Placement[] => {
    const above = Math.floor(rows / 2);
    return [
      { id: randomUUID(), widget: 'text', column: 0, row: 0, columns, rows: above, settings: text },
      { id: randomUUID(), widget: companion, column: 0, row: above, columns, rows: rows - above, settings },
    ];
  };
  return { portrait: place(12, 16), landscape: place(20, 8) };
}

function settingsOf(widget: string, random: Random, trueMs: number, nextMark: () => string): Placement['settings'] {
  switch (widget) {
    case 'clock':
      return { shows: random.pick(['time', 'date', 'both']) };
    case 'weather':
      return { shows: random.pick(['now', 'days']) };
    case 'announcements':
      return { most: random.between(1, 8) };
    case 'contacts':
      return { title: { el: 'Τηλέφωνα', en: 'To call' }, contacts: [{ name: { el: 'Πυροσβεστική', en: null }, number: '199' }] };
    case 'events':
      return {
        title: { el: 'Ημερομηνίες', en: 'Dates' },
        events: Array.from({ length: random.between(1, 4) }, () => ({
          date: dateOf(trueMs + random.between(-1, 3) * DAY_MS),
          time: random.chance(0.5) ? hourOf(random.between(0, 24 * 60 - 1)) : null,
          name: { el: `${nextMark()} Συντήρηση`, en: null },
        })),
      };
    case UNKNOWN_WIDGET:
      return { depth: 3 };
    default:
      return {};
  }
}

const dateOf = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 10);

function hourOf(minute: number): string {
  const ofDay = minute % (24 * 60);
  return `${String(Math.floor(ofDay / 60)).padStart(2, '0')}:${String(ofDay % 60).padStart(2, '0')}`;
}
