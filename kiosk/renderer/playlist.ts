import type { ScreenQr, ScreenScenes, ScreenState } from '@concierge/contract/kiosk/screen.ts';
import type { FilmRef } from '@concierge/contract/media.ts';
import type { LobbyAnnouncement, LobbyDocument } from '@concierge/contract/mqtt/content.ts';
import type { ClockState } from '@concierge/contract/mqtt/reported.ts';
import type { Placement, Scene } from '@concierge/contract/mqtt/scenes.ts';
import type { Language } from '@concierge/contract/text.ts';
import { localMoment } from '@concierge/kernel/local-moment.ts';
import { LEAST_ENTRY_MS, readingMs } from './pace.ts';
import { scenesOfRound } from './scene-rounds.ts';
import { noticeLayout } from './scenes/announcement/notice-layout.ts';
import type { Frame } from './stage/frame.ts';
import { advertisingOf, meanCount } from './widgets/ads/advertising.ts';
import { type AdCounts, countsAfter } from './widgets/ads/counts.ts';
import { withBoundedAds } from './widgets/ads/share.ts';
import { hasContent, isWhole } from './widgets/content.ts';
import type { WidgetFacts } from './widgets/facts.ts';
import type { VideoSettings } from './widgets/video/schema.ts';
import { announcementWording } from './words/localized.ts';

interface Entry {
  /** The same entry in a later playlist has the same key, so a change elsewhere does not restart it. */
  readonly key: string;
  readonly durationMs: number;
}

interface NoticeEntry extends Entry {
  readonly announcement: LobbyAnnouncement;
  /** From 0; a long body takes several pages, each an entry of its own. */
  readonly page: number;
}

/** One stretch of time on the screen. */
export type PlaylistEntry =
  | (Entry & { readonly scene: 'starting' | 'unclaimed' | 'safe' | 'resting' | 'join' })
  | (Entry & { readonly scene: 'overview'; readonly announcements: readonly LobbyAnnouncement[] })
  | (NoticeEntry & { readonly scene: 'announcement' | 'urgent' })
  | (Entry & {
      readonly scene: 'layout';
      readonly placements: readonly Placement[];
      readonly facts: WidgetFacts;
      /** The film with whose end it is over, by its hash, but not before `leastMs`; null where its time alone decides. */
      readonly untilFilm: { readonly sha256: string; readonly leastMs: number } | null;
    });

export type SceneName = PlaylistEntry['scene'];

export interface PlaylistInput {
  readonly phase: ScreenState['phase'];
  readonly document: LobbyDocument | null;
  readonly clock: ClockState;
  readonly lit: boolean;
  readonly nowMs: number;
  readonly language: Language;
  readonly qr: ScreenQr | null;
  readonly scenes: ScreenScenes | null;
  readonly facts: ScreenState['facts'];
  readonly media: ScreenState['media'];
  /** How often advertisements were shown in the rounds before. */
  readonly adCounts: AdCounts;
  /** When somebody last vouched for the document, Unix milliseconds. */
  readonly confirmedMs: number | null;
  readonly frame: Frame;
}

/** What decides in which language a round is. */
type Unspoken = Omit<PlaylistInput, 'language'>;

type Json = Placement['settings'][string];

/** An urgent notice has the screen to itself for a day; one that nobody withdrew still leads every round, but the house goes on. */
export const TAKEOVER_MS = 24 * 3_600_000;
/** Somebody who enters in the middle of a long round sees the overview, or the other scenes of the programme, soon. */
const NOTICES_IN_ONE_GO = 3;
const OVERVIEW_MS = 14_000;
const JOIN_MS = 12_000;
const LAYOUT_MS = 16_000;
const STANDING_MS = 20_000;
/** A film that was late is not cut; one that was not says itself that it has ended. */
const FILM_BEGINS_WITHIN_MS = 2_500;

/** The scenes of one round in their order; never empty. */
export function playlist(input: PlaylistInput): readonly [PlaylistEntry, ...PlaylistEntry[]] {
  const { phase, document } = input;
  if (phase !== 'running') return [{ key: phase, scene: phase, durationMs: STANDING_MS }];
  // A running screen without a document is a fault of the agent; the safe scene is the one that claims nothing.
  if (document === null) return [{ key: 'safe', scene: 'safe', durationMs: STANDING_MS }];

  // The agent lights the glass for what is urgent; nothing else is worth the light in these hours.
  if (!input.lit) return [{ key: 'resting', scene: 'resting', durationMs: STANDING_MS }];

  const current = currentAnnouncements(document, input.nowMs, input.clock);
  const urgent = current.filter((announcement) => announcement.urgent);
  const urgentPages = urgent.flatMap((announcement) => notices('urgent', announcement, input));
  const [firstUrgent, ...otherUrgent] = urgentPages;
  const fresh = urgent.some((announcement) => input.nowMs - Date.parse(announcement.publishAt) < TAKEOVER_MS);
  if (firstUrgent !== undefined && (fresh || input.clock === 'unknown')) return [firstUrgent, ...otherUrgent];

  const arranged = arrangedRound(document, current, urgentPages, input);
  const [first, ...others] = arranged.length > 0 ? arranged : ownRound(current, input);
  if (first === undefined) throw new Error('a round has at least the overview');
  return firstUrgent === undefined ? [first, ...others] : [firstUrgent, ...otherUrgent, first, ...others];
}

/** The lobby's own round, where nobody arranged another. */
function ownRound(current: readonly LobbyAnnouncement[], input: PlaylistInput): readonly PlaylistEntry[] {
  const overview = (turn: number) => overviewEntry(`overview-${turn}`, current);
  const ordinary = current
    .filter((announcement) => !announcement.urgent)
    .flatMap((announcement, index) => {
      const pages = notices('announcement', announcement, input);
      return index > 0 && index % NOTICES_IN_ONE_GO === 0 ? [overview(index), ...pages] : pages;
    });
  const join: readonly PlaylistEntry[] = input.qr === null ? [] : [{ key: 'join', scene: 'join', durationMs: JOIN_MS }];
  return [overview(0), ...ordinary, ...join];
}

/** The round that somebody arranged; empty when nobody did, and when none of its scenes is on. What is urgent leads its later turns too. */
function arrangedRound(
  document: LobbyDocument,
  current: readonly LobbyAnnouncement[],
  urgent: readonly PlaylistEntry[],
  input: PlaylistInput,
): readonly PlaylistEntry[] {
  return withBoundedAds(arrangedEntries(document, current, urgent, input), (entry) =>
    entry.scene === 'layout' ? meanCount(advertisingOf(entry.placements, entry.facts).on, entry.facts) : null,
  );
}

/** The same with all the advertisements that are on, also those that wait for a later round. */
function arrangedEntries(
  document: LobbyDocument,
  current: readonly LobbyAnnouncement[],
  urgent: readonly PlaylistEntry[],
  input: PlaylistInput,
): readonly PlaylistEntry[] {
  const { facts, shown } = arrangedNow(document, current, input);
  const scenes = shown.map((scene) => portionsOf(scene, facts, input));
  // Nobody waits for a scene until all announcements have passed: the scenes come in their order again for each portion of them.
  const turns = Math.max(0, ...scenes.map((portions) => portions.length));
  const again = (entries: readonly PlaylistEntry[], turn: number) =>
    turn === 0 ? entries : entries.map((entry) => ({ ...entry, key: `${entry.key}-${turn}` }));
  return Array.from({ length: turns }, (_, turn) => [
    ...(turn === 0 ? [] : again(urgent, turn)),
    ...scenes.flatMap((portions) => (portions.length > 1 ? (portions[turn] ?? []) : again(portions[0] ?? [], turn))),
  ]).flat();
}

/** The arranged scenes that are on, and what their widgets know. */
function arrangedNow(
  document: LobbyDocument,
  current: readonly LobbyAnnouncement[],
  input: Unspoken,
): { readonly facts: WidgetFacts; readonly shown: readonly Scene[] } {
  const nowMs = input.clock === 'unknown' ? null : input.nowMs;
  const { timeZone } = document.building;
  const facts = widgetFacts(current, input, nowMs, timeZone);
  if (input.scenes === null) return { facts, shown: [] };
  const conditions = { nowMs, timeZone, confirmedMs: input.confirmedMs };
  const shown = scenesOfRound(input.scenes, conditions, {
    hasContent: (scene) => hasSomething(scene, facts, input),
    isAd: ({ view }) => view.kind === 'layout' && advertisingOf(view[input.frame.orientation], facts).on.length > 0,
  });
  return { facts, shown };
}

/** How often advertisements were shown when these entries have been a round. */
export function adCountsAfter(input: PlaylistInput, entries: readonly PlaylistEntry[]): AdCounts {
  const { document, nowMs, clock, adCounts } = input;
  if (document === null) return adCounts;
  const advertisingIn = (some: readonly PlaylistEntry[]) =>
    some.flatMap((entry) => (entry.scene === 'layout' ? [advertisingOf(entry.placements, entry.facts)] : []));
  const on = advertisingIn(arrangedEntries(document, currentAnnouncements(document, nowMs, clock), [], input)).flatMap((each) => each.on);
  return countsAfter(adCounts, on, new Set(advertisingIn(entries).flatMap(({ shown }) => shown)));
}

function widgetFacts(
  announcements: readonly LobbyAnnouncement[],
  { qr, media, facts, adCounts }: Pick<PlaylistInput, 'qr' | 'media' | 'facts' | 'adCounts'>,
  nowMs: number | null,
  timeZone: string,
): WidgetFacts {
  return {
    announcements,
    qr,
    weather: facts.weather,
    account: facts.account,
    mediaUrl: (sha256) => media.find((file) => file.sha256 === sha256)?.url ?? null,
    moment: nowMs === null ? null : localMoment(nowMs, timeZone),
    nowMs,
    timeZone,
    adCounts,
  };
}

function hasSomething({ view }: Scene, facts: WidgetFacts, { frame }: Unspoken): boolean {
  if (view.kind === 'layout') {
    const placements = view[frame.orientation];
    const areWhole = placements.every(({ widget, settings }) => isWhole(widget, settings, facts));
    return areWhole && placements.some(({ widget, settings }) => hasContent(widget, settings, facts));
  }
  if (view.standard === 'join') return facts.qr !== null;
  return view.standard === 'overview' || facts.announcements.some(({ urgent }) => !urgent);
}

/** Whether an arranged scene has anything to show now, on or not. One that has not is left out of the round. */
export function hasSomethingNow(scene: Scene, input: PlaylistInput): boolean {
  return input.document !== null && hasSomething(scene, factsNow(input.document, input), input);
}

/** The first thing an arranged scene would show, on or not; null when it has nothing to show at all. */
export function firstEntryOf(scene: Scene, input: PlaylistInput): PlaylistEntry | null {
  if (input.document === null) return null;
  return portionsOf(scene, factsNow(input.document, input), input)[0]?.[0] ?? null;
}

function factsNow(document: LobbyDocument, input: PlaylistInput): WidgetFacts {
  const current = currentAnnouncements(document, input.nowMs, input.clock);
  return widgetFacts(current, input, input.clock === 'unknown' ? null : input.nowMs, document.building.timeZone);
}

/** What a scene shows in each turn of a round: announcements a few at a time, everything else whole and each time. */
function portionsOf({ id, view, durationSeconds }: Scene, facts: WidgetFacts, input: PlaylistInput): readonly (readonly PlaylistEntry[])[] {
  const durationMs = durationSeconds === null ? null : durationSeconds * 1_000;
  if (view.kind === 'layout') {
    const placements = view[input.frame.orientation];
    const film = longestFilm(placements);
    const entry = { key: `layout-${id}`, scene: 'layout', placements, facts } as const;
    if (film === null) return [[{ ...entry, durationMs: durationMs ?? LAYOUT_MS, untilFilm: null }]];
    const leastMs = Math.max(durationMs ?? 0, LEAST_ENTRY_MS);
    const playsMs = film.durationMs + FILM_BEGINS_WITHIN_MS;
    return [[{ ...entry, durationMs: Math.max(playsMs, leastMs), untilFilm: { sha256: film.sha256, leastMs } }]];
  }
  switch (view.standard) {
    case 'overview':
      return [[overviewEntry(`overview-${id}`, facts.announcements, durationMs ?? OVERVIEW_MS)]];
    case 'join':
      return [[{ key: `join-${id}`, scene: 'join', durationMs: durationMs ?? JOIN_MS }]];
    case 'announcements': {
      // Urgent ones lead the round by themselves. A page that takes longer to read than somebody thought is not cut short.
      const pages = (announcement: LobbyAnnouncement) =>
        notices('announcement', announcement, input).map((entry) => ({
          ...entry,
          key: `${entry.key}-${id}`,
          durationMs: Math.max(entry.durationMs, durationMs ?? 0),
        }));
      const ordinary = facts.announcements.filter(({ urgent }) => !urgent);
      const count = Math.ceil(ordinary.length / NOTICES_IN_ONE_GO);
      return Array.from({ length: count }, (_, portion) =>
        ordinary.slice(portion * NOTICES_IN_ONE_GO, (portion + 1) * NOTICES_IN_ONE_GO).flatMap(pages),
      );
    }
  }
}

/** Of the films that play once the one that takes longest: the scene stands until it has ended. */
function longestFilm(placements: readonly Placement[]): FilmRef | null {
  const films = placements.flatMap(({ widget, settings }) => {
    // Parsed with the schema of its kind before it came here.
    const { media, plays } = settings as Partial<VideoSettings>;
    return widget === 'video' && plays === 'once' && media ? [media] : [];
  });
  return films.toSorted((one, other) => other.durationMs - one.durationMs)[0] ?? null;
}

function overviewEntry(key: string, announcements: readonly LobbyAnnouncement[], durationMs = OVERVIEW_MS): PlaylistEntry {
  return { key, scene: 'overview', announcements, durationMs };
}

/**
 * What may be shown now: urgent first, then the newest. While the time is not known `nowMs` is only a floor, so a notice that ends at some
 * hour may have ended: it is left out, and only what has no end is shown.
 */
export function currentAnnouncements(document: LobbyDocument, nowMs: number, clock: ClockState): readonly LobbyAnnouncement[] {
  return document.announcements
    .filter(({ publishAt, expiresAt }) => {
      if (Date.parse(publishAt) > nowMs) return false;
      return expiresAt === null || (clock !== 'unknown' && Date.parse(expiresAt) > nowMs);
    })
    .toSorted(
      (first, second) =>
        Number(second.urgent) - Number(first.urgent) ||
        Date.parse(second.publishAt) - Date.parse(first.publishAt) ||
        first.id.localeCompare(second.id, 'en'),
    );
}

/** The next instant at which `currentAnnouncements` gives another answer; null when time alone changes nothing. */
export function nextAnnouncementChange(document: LobbyDocument, nowMs: number): number | null {
  const later = document.announcements
    .flatMap(({ publishAt, expiresAt }) => [publishAt, ...(expiresAt === null ? [] : [expiresAt])])
    .map((instant) => Date.parse(instant))
    .filter((instantMs) => instantMs > nowMs);
  return later.length === 0 ? null : Math.min(...later);
}

function notices(scene: 'announcement' | 'urgent', announcement: LobbyAnnouncement, input: PlaylistInput): PlaylistEntry[] {
  const wording = announcementWording(announcement, input.language);
  return noticeLayout(input.frame, wording).pages.map((text, page) => ({
    key: `${scene}-${announcement.id}-${page}`,
    scene,
    announcement,
    page,
    durationMs: readingMs(`${page === 0 ? wording.title : ''} ${text}`),
  }));
}

/** Whether anything is said in English, by the document or by a scene that is on, so that alternating is worth a round. */
export function hasEnglish(input: Unspoken): boolean {
  const { document } = input;
  // What the lobby says by itself it says in both.
  if (document === null) return true;
  if (document.building.name.en !== null || document.announcements.some(({ title }) => title.en !== null)) return true;
  const { shown } = arrangedNow(document, currentAnnouncements(document, input.nowMs, input.clock), input);
  return shown.some(({ view }) => view.kind === 'layout' && view[input.frame.orientation].some(({ settings }) => saysEnglish(settings)));
}

/** Whether any text in the settings of a widget, however deep, has an English wording. */
function saysEnglish(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(saysEnglish);
  return typeof value['en'] === 'string' || Object.values(value).some(saysEnglish);
}
