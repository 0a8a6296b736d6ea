import type { LobbyAnnouncement } from '@concierge/contract/mqtt/content.ts';
import type { Scene } from '@concierge/contract/mqtt/scenes.ts';
import { describe, expect, it } from 'vitest';
import { sampleState } from './samples.ts';
import { continueShow, nextChangeInMs, openShow, type Show } from './stage/show.ts';
import { advertisingOf } from './widgets/ads/advertising.ts';
import { factScenes } from './widgets/samples.ts';

const [facts, ads] = factScenes;
if (facts === undefined || ads === undefined) throw new Error('there are two');
const VIEWPORT = { widthPx: 1080, heightPx: 1920 };
const HOUR_MS = 3_600_000;
const qr = { path: 'M0 0h1v1h-1z', size: 29, url: 'https://concierge.example.gr/j/x' };
const sample = sampleState('typical', qr);
const only = (...kinds: string[]): Scene => ({
  ...facts,
  view: {
    kind: 'layout',
    landscape: [],
    portrait: [facts, ads]
      .flatMap(({ view }) => (view.kind === 'layout' ? view.portrait : []))
      .filter(({ widget }) => kinds.includes(widget)),
  },
});

/** A screen without the cloud: nothing arrives any more, only its own clock goes on. */
function opened(scenes: readonly Scene[], change: Partial<typeof sample> = {}): Show {
  return openShow(
    { ...sample, link: 'offline', scenes: { sequence: 1, scenes: [...scenes], fallbackSceneId: null }, ...change },
    VIEWPORT,
    0,
  );
}

/** What the screen shows while it runs by itself, each scene with the moment at which it began. */
function shownDuring(show: Show, ms: number): { key: string; atMs: number }[] {
  const shown = [{ key: show.entry.key, atMs: 0 }];
  let now = show;
  for (let atMs = 0; atMs < ms; ) {
    atMs += nextChangeInMs(now, atMs) + 1;
    now = continueShow(now, { kind: 'woken', atMs });
    if (now.entry.key !== shown.at(-1)?.key) shown.push({ key: now.entry.key, atMs });
  }
  return shown;
}

const keyOf = ({ id }: Scene) => `layout-${id}`;

describe('weather', () => {
  const scene = only('weather');
  const leftMs = Date.parse(sample.facts.weather?.showUntil ?? '') - sample.nowMs;

  it('vanishes by the screen’s own clock, within the minute in which it grows old, and comes back no more', () => {
    const shown = shownDuring(opened([scene]), 2 * 24 * HOUR_MS);
    const gone = shown.find(({ key }) => key !== keyOf(scene));
    expect(gone?.atMs).toBeGreaterThanOrEqual(leftMs);
    expect(gone?.atMs).toBeLessThan(leftMs + 60_000);
    expect(shown.filter(({ key, atMs }) => key === keyOf(scene) && atMs > leftMs + 60_000)).toEqual([]);
  });

  it('is not shown by a clock that nobody trusts', () => {
    expect(opened([scene], { clock: 'unknown' }).entry.scene).toBe('overview');
  });

  it('does not take with it what stands beside it', () => {
    expect(opened([facts], { facts: { ...sample.facts, weather: null } }).entry.key).toBe(keyOf(facts));
    expect(opened([facts], { facts: { weather: null, account: null } }).entry.scene).toBe('overview');
  });
});

describe('advertisements', () => {
  const ad = only('ads');
  const house: Scene = {
    ...ad,
    id: '0198c0de-0000-7000-8000-0000000b0009',
    durationSeconds: 60,
    view: { kind: 'standard', standard: 'overview' },
  };
  const urgent: LobbyAnnouncement = {
    id: '0198c0de-0000-7000-8000-0000000c0001',
    category: 'outage',
    urgent: true,
    title: { el: 'Διακοπή νερού', en: null },
    body: null,
    publishAt: new Date(sample.nowMs - HOUR_MS).toISOString(),
    expiresAt: null,
  };

  it('have at most a quarter of the time', () => {
    const shown = shownDuring(opened([house, { ...ad, durationSeconds: 120 }]), 6 * HOUR_MS);
    const lasted = shown.slice(0, -1).map(({ key, atMs }, index) => ({ key, ms: (shown[index + 1]?.atMs ?? 0) - atMs }));
    const sum = (some: typeof lasted) => some.reduce((total, { ms }) => total + ms, 0);
    const share = sum(lasted.filter(({ key }) => key === keyOf(ad))) / sum(lasted);
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThanOrEqual(0.251);
  });

  it('are never shown while something urgent has the screen', () => {
    if (sample.document === null) throw new Error('there is a building');
    const document = { ...sample.document, announcements: [urgent] };
    const shown = shownDuring(opened([house, ad], { document }), 22 * HOUR_MS);
    expect(new Set(shown.map(({ key }) => key.startsWith('urgent-')))).toEqual(new Set([true]));
  });

  it.each(['takeover', 'normal', 'filler'] as const)('are never all there is, whatever somebody arranged (%s)', (priority) => {
    expect(opened([{ ...ad, priority }]).entry.scene).toBe('overview');
    expect(
      opened([
        { ...ad, priority },
        { ...facts, schedule: { from: null, to: '2020-01-01', weekdays: [1], hours: null } },
      ]).entry.scene,
    ).toBe('overview');
  });

  it('beside fillers alone have a quarter of their time and no more, and the fillers are shown', () => {
    const shown = shownDuring(opened([{ ...house, priority: 'filler' }, ad]), HOUR_MS);
    expect(new Set(shown.map(({ key }) => key))).toEqual(new Set([`overview-${house.id}`, keyOf(ad)]));
  });

  it('are all seen, and equally often, however many scenes they are spread over', () => {
    const campaigns = ['a', 'b', 'c', 'd'].map((name) => ({
      media: { sha256: name.repeat(64), type: 'image/png' as const, bytes: 1 },
      alt: { el: name, en: null },
      from: '2025-11-01',
      until: '2025-11-30',
    }));
    const sceneOf = (id: number, from: number): Scene => {
      if (ad.view.kind !== 'layout') throw new Error('it is a layout');
      const portrait = ad.view.portrait.map((box) => ({ ...box, settings: { campaigns: campaigns.slice(from, from + 2) } }));
      return { ...ad, id: `0198c0de-0000-7000-8000-0000000d000${id}`, view: { ...ad.view, portrait } };
    };
    const media = campaigns.map(({ media: ref }) => ({ ...ref, url: `/media/${ref.sha256}` }));
    // So short that the advertisements take turns: the next one's in the next round.
    let show = opened([{ ...house, durationSeconds: 20 }, sceneOf(1, 0), sceneOf(2, 2)], { media });
    const seen = new Map<string, number>();
    for (let [atMs, key] = [0, '']; atMs < 2 * HOUR_MS; key = show.entry.key) {
      atMs += nextChangeInMs(show, atMs) + 1;
      show = continueShow(show, { kind: 'woken', atMs });
      const { entry } = show;
      if (entry.key === key || entry.scene !== 'layout') continue;
      const [sha256] = advertisingOf(entry.placements, entry.facts).shown;
      const name = sha256?.[0] ?? '';
      seen.set(name, (seen.get(name) ?? 0) + 1);
    }
    expect([...seen.keys()].toSorted()).toEqual(['a', 'b', 'c', 'd']);
    expect(Math.max(...seen.values()) - Math.min(...seen.values())).toBeLessThanOrEqual(1);
    expect(Math.min(...seen.values())).toBeGreaterThan(20);
  });

  it('end with their last day on a screen that nobody reaches', () => {
    const shown = shownDuring(opened([house, ad]), 12 * 24 * HOUR_MS);
    const last = shown.findLast(({ key }) => key === keyOf(ad));
    // The campaign's last day is 30 November; it is over at midnight in Athens.
    const overMs = Date.parse('2025-11-30T22:00:00Z') - sample.nowMs;
    expect(last?.atMs).toBeLessThan(overMs);
    expect(last?.atMs).toBeGreaterThan(overMs - 3 * 60_000);
    expect(opened([house, ad], { clock: 'unknown' }).entry.key).not.toBe(keyOf(ad));
  });
});
