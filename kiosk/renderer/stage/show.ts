import type { ScreenQr, ScreenState } from '@concierge/contract/kiosk/screen.ts';
import type { Scene } from '@concierge/contract/mqtt/scenes.ts';
import type { Language } from '@concierge/contract/text.ts';
import { LEAST_ROUND_MS } from '../pace.ts';
import {
  adCountsAfter,
  firstEntryOf,
  hasEnglish,
  hasSomethingNow,
  nextAnnouncementChange,
  type PlaylistEntry,
  type PlaylistInput,
  playlist,
} from '../playlist.ts';
import { nextSceneChange, type SceneConditions } from '../scene-rounds.ts';
import type { AdCounts } from '../widgets/ads/counts.ts';
import { frameOf } from './frame.ts';

/** What is on the screen and since when: everything a paint needs, a pure function of what happened. */
export interface Show {
  readonly state: ScreenState;
  readonly viewport: Viewport;
  /** Agent time minus monotonic time: the agent decides what time it is, a monotonic clock counts on, and no clock jump is seen. */
  readonly agentOffsetMs: number;
  readonly nowMs: number;
  readonly round: number;
  /** By the monotonic clock. */
  readonly roundStartedMs: number;
  readonly language: Language;
  readonly entry: PlaylistEntry;
  /** By the monotonic clock. */
  readonly entryStartedMs: number;
  /** Whether the film with whose end the entry is over has ended. It stands on its last frame then, until it has been seen long enough. */
  readonly filmIsOver: boolean;
  /** Films that did not play, each until when (by the monotonic clock) it is not tried again. */
  readonly unplayable: ReadonlyMap<string, number>;
  /** Of the rounds before this one. */
  readonly adCounts: AdCounts;
}

export interface Viewport {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** `atMs` is the monotonic time (performance.now) at which it happened. */
export type ShowEvent =
  | { readonly kind: 'state'; readonly state: ScreenState; readonly atMs: number }
  | { readonly kind: 'resized'; readonly viewport: Viewport; readonly atMs: number }
  | { readonly kind: 'woken'; readonly atMs: number }
  | { readonly kind: 'film-ended' | 'film-failed'; readonly sha256: string; readonly atMs: number };

export function openShow(state: ScreenState, viewport: Viewport, atMs: number): Show {
  const agentOffsetMs = state.nowMs - atMs;
  const begun = { round: 0, roundStartedMs: atMs, entryStartedMs: atMs, filmIsOver: false };
  return present({ state, viewport, agentOffsetMs, ...begun, unplayable: new Map(), adCounts: new Map() }, null, atMs);
}

/** A show that stands still at one arranged scene, whether or not it is on: what an editor looks at. */
export function showOfScene(state: ScreenState, scene: Scene, viewport: Viewport): Show {
  const always = { ...scene, schedule: null, mostDataAgeHours: null };
  const shown = { ...state, scenes: { sequence: 1, scenes: [always], fallbackSceneId: null } };
  const show = openShow(shown, viewport, 0);
  const input = playlistInput(show, show.nowMs, shown.media);
  return { ...show, entry: firstEntryOf(always, input) ?? show.entry };
}

/** Whether that scene has anything to show at all: an editor does not draw another one in its place. */
export function sceneHasSomething(state: ScreenState, scene: Scene, viewport: Viewport): boolean {
  const show = openShow(state, viewport, 0);
  return hasSomethingNow(scene, playlistInput(show, show.nowMs, state.media));
}

export function continueShow(show: Show, event: ShowEvent): Show {
  const { atMs } = event;
  switch (event.kind) {
    case 'state': {
      const { state } = event;
      const agentOffsetMs = state.nowMs - atMs;
      // New content or another arrangement starts the round anew, so that what was just posted is seen at once; anything else leaves the scene in peace.
      const renewed =
        state.contentSequence !== show.state.contentSequence ||
        state.phase !== show.state.phase ||
        state.scenes?.sequence !== show.state.scenes?.sequence;
      return present({ ...show, state, agentOffsetMs }, renewed ? null : show.entry, atMs);
    }
    case 'resized':
      return present({ ...show, viewport: event.viewport }, show.entry, atMs);
    case 'woken':
      return present(show, show.entry, atMs);
    case 'film-ended': {
      const { entry } = show;
      if (entry.scene !== 'layout' || entry.untilFilm?.sha256 !== event.sha256) return show;
      return present({ ...show, filmIsOver: true }, entry, atMs);
    }
    case 'film-failed': {
      // Its scene is not in the round any more, and so is left at once.
      const unplayable = new Map([...show.unplayable].filter(([, untilMs]) => untilMs > atMs));
      return present({ ...show, unplayable: unplayable.set(event.sha256, atMs + FILM_AGAIN_MS) }, show.entry, atMs);
    }
  }
}

/** The next time it may play: the machine was busy, or a card was slow. */
const FILM_AGAIN_MS = 600_000;

/** The time until something on the screen must change: the minute, the scene, the code's end, a notice's beginning or end. */
export function nextChangeInMs(show: Show, atMs: number): number {
  const nowMs = atMs + show.agentOffsetMs;
  const { state } = show;
  const announcementChange = state.document === null ? null : nextAnnouncementChange(state.document, nowMs);
  const entryLeftMs = show.entryStartedMs + standsMs(show.entry, show.filmIsOver) - atMs;
  const sceneChange = state.scenes === null ? null : nextSceneChange(state.scenes, conditionsOf(state, nowMs), nowMs + entryLeftMs);
  const delays = [
    60_000 - (nowMs % 60_000),
    entryLeftMs,
    ...(sceneChange === null ? [] : [sceneChange - nowMs]),
    ...(usableQr(state, nowMs) === null ? [] : [(state.qr?.validUntilMs ?? nowMs) - nowMs]),
    ...(typeof state.validUntilMs === 'number' ? [state.validUntilMs - nowMs] : []),
    ...(announcementChange === null ? [] : [announcementChange - nowMs]),
  ];
  return Math.max(0, Math.min(...delays));
}

/** How many films of the scenes did not play and are not tried yet again. */
export function unplayableNow({ state, unplayable, nowMs, agentOffsetMs }: Show): number {
  return state.media.filter(({ sha256 }) => (unplayable.get(sha256) ?? 0) > nowMs - agentOffsetMs).length;
}

/** The code, while it may be shown: a code that has run out, or one whose hour nobody knows, sends people to a refusal. */
export function usableQr(state: ScreenState, nowMs: number): ScreenQr | null {
  return state.qr !== null && state.clock !== 'unknown' && state.qr.validUntilMs > nowMs ? state.qr : null;
}

function playlistInput(
  { state, viewport, round, adCounts }: Pick<Show, 'state' | 'viewport' | 'round' | 'adCounts'>,
  nowMs: number,
  media: ScreenState['media'],
): PlaylistInput {
  const input = {
    phase: state.phase,
    document: state.document,
    clock: state.clock,
    lit: state.lit,
    nowMs,
    qr: usableQr(state, nowMs),
    scenes: state.scenes,
    facts: state.facts,
    media,
    adCounts,
    confirmedMs: conditionsOf(state, nowMs).confirmedMs,
    frame: frameOf(viewport.widthPx, viewport.heightPx, state.display.widthMm),
  };
  return { ...input, language: languageOfRound(state.display.language, round, input) };
}

function conditionsOf(state: ScreenState, nowMs: number): SceneConditions {
  return {
    nowMs: state.clock === 'unknown' ? null : nowMs,
    timeZone: state.document?.building.timeZone ?? HOME_ZONE,
    confirmedMs: state.confirmedAt === null ? null : Date.parse(state.confirmedAt),
  };
}

/** What the agent said last, as long as it holds: an agent that died says nothing when the document runs out. */
function inForce(state: ScreenState, nowMs: number): ScreenState {
  const { validUntilMs = null } = state;
  if (validUntilMs === null || nowMs < validUntilMs) return state;
  const nothing = { contentSequence: 0, document: null, confirmedAt: null, validUntilMs: null, qr: null, scenes: null, media: [] };
  return { ...state, phase: 'safe', ...nothing, facts: { weather: null, account: null } };
}

type Kept = Omit<Show, 'nowMs' | 'language' | 'entry'>;

function present(heard: Kept, current: PlaylistEntry | null, atMs: number): Show {
  const nowMs = atMs + heard.agentOffsetMs;
  const kept = { ...heard, state: inForce(heard.state, nowMs) };
  const { state, unplayable } = kept;
  const media = state.media.filter(({ sha256 }) => (unplayable.get(sha256) ?? atMs) <= atMs);
  const standing = (of: Kept, { language }: PlaylistInput, entry: PlaylistEntry): Show => ({ ...of, nowMs, language, entry });
  const begin = (of: Kept, itsInput: PlaylistInput, entry: PlaylistEntry) =>
    standing({ ...of, entryStartedMs: atMs, filmIsOver: false }, itsInput, entry);

  const input = playlistInput(kept, nowMs, media);
  const entries = playlist(input);
  const index = current === null ? -1 : entries.findIndex(({ key }) => key === current.key);
  const entry = entries[index];
  if (entry === undefined) return begin(kept, input, entries[0]);
  // A timer may fire a moment early; a scene that is over within that moment is over.
  if (atMs - kept.entryStartedMs < standsMs(entry, kept.filmIsOver) - EARLY_TIMER_MS) return standing(kept, input, entry);
  const next = entries[index + 1];
  if (next !== undefined) return begin(kept, input, next);
  // Once more as it was: in the other language it would be gone before it is read.
  if (atMs - kept.roundStartedMs < LEAST_ROUND_MS - EARLY_TIMER_MS) return begin(kept, input, entries[0]);
  const following = { ...kept, round: kept.round + 1, roundStartedMs: atMs, adCounts: adCountsAfter(input, entries) };
  const followingInput = playlistInput(following, nowMs, media);
  return begin(following, followingInput, playlist(followingInput)[0]);
}

function standsMs(entry: PlaylistEntry, filmIsOver: boolean): number {
  if (!filmIsOver || entry.scene !== 'layout' || entry.untilFilm === null) return entry.durationMs;
  return Math.min(entry.untilFilm.leastMs, entry.durationMs);
}

const EARLY_TIMER_MS = 4;
export const HOME_ZONE = 'Europe/Athens';

/** The building's own language first, the other in the next round, where there is anything to say in it. */
function languageOfRound(wanted: ScreenState['display']['language'], round: number, input: Omit<PlaylistInput, 'language'>): Language {
  if (wanted !== 'alternate') return wanted;
  const first = input.document?.building.language ?? 'el';
  return round % 2 === 0 || !hasEnglish(input) ? first : OTHER[first];
}

const OTHER = { el: 'en', en: 'el' } as const;
