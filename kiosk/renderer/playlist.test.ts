import type { LobbyAnnouncement, LobbyDocument } from '@concierge/contract/mqtt/content.ts';
import type { Scene } from '@concierge/contract/mqtt/scenes.ts';
import { describe, expect, it } from 'vitest';
import { currentAnnouncements, nextAnnouncementChange, playlist, TAKEOVER_MS } from './playlist.ts';
import { frameOf } from './stage/frame.ts';
import { samplePicture } from './widgets/sample-picture.ts';
import { pictureScene } from './widgets/samples.ts';

const NOON_MS = Date.UTC(2025, 10, 21, 10);
const HOUR_MS = 3_600_000;
const frame = frameOf(1080, 1920, null);
const at = (offsetMs: number) => new Date(NOON_MS + offsetMs).toISOString();

function announcement(id: string, parts: Partial<LobbyAnnouncement> = {}): LobbyAnnouncement {
  return {
    id,
    category: 'general',
    urgent: false,
    title: { el: `Τίτλος ${id}`, en: null },
    body: null,
    publishAt: at(-HOUR_MS),
    expiresAt: null,
    ...parts,
  };
}

function aDocument(...announcements: LobbyAnnouncement[]): LobbyDocument {
  return {
    building: {
      id: '0198c0de-0000-7000-8000-000000000001',
      name: { el: 'Αγίας Λαύρας 14', en: null },
      addressLine: { el: 'Αγίας Λαύρας 14', en: null },
      city: { el: 'Αθήνα', en: null },
      timeZone: 'Europe/Athens',
      language: 'el',
    },
    announcements,
  };
}

const qr = { path: 'M0 0h1v1h-1z', size: 29, url: 'https://concierge.example.gr/j/x', validUntilMs: NOON_MS + HOUR_MS };

function keysOf(document: LobbyDocument | null, parts: Partial<Parameters<typeof playlist>[0]> = {}): string[] {
  return playlist({
    phase: 'running',
    document,
    clock: 'trusted',
    lit: true,
    nowMs: NOON_MS,
    language: 'el',
    qr,
    scenes: null,
    facts: { weather: null, account: null },
    adCounts: new Map(),
    media: [],
    confirmedMs: NOON_MS,
    frame,
    ...parts,
  }).map(({ key }) => key);
}

describe('currentAnnouncements', () => {
  it('begins at the instant of publication and ends at the instant of expiry', () => {
    const notice = announcement('a', { publishAt: at(0), expiresAt: at(HOUR_MS) });
    const shown = (offsetMs: number) => currentAnnouncements(aDocument(notice), NOON_MS + offsetMs, 'trusted').length;
    expect([-1, 0, HOUR_MS - 1, HOUR_MS].map(shown)).toEqual([0, 1, 1, 0]);
  });
  it('shows nothing that may have ended while the time is not known', () => {
    const document = aDocument(announcement('ends', { expiresAt: at(HOUR_MS) }), announcement('stays'));
    expect(currentAnnouncements(document, NOON_MS, 'unknown').map(({ id }) => id)).toEqual(['stays']);
    expect(currentAnnouncements(document, NOON_MS, 'estimated')).toHaveLength(2);
  });
  it('puts urgent ones first, then the newest', () => {
    const document = aDocument(
      announcement('old', { publishAt: at(-3 * HOUR_MS) }),
      announcement('new'),
      announcement('urgent', { urgent: true, publishAt: at(-5 * HOUR_MS) }),
    );
    expect(currentAnnouncements(document, NOON_MS, 'trusted').map(({ id }) => id)).toEqual(['urgent', 'new', 'old']);
  });
});

describe('playlist', () => {
  it.each(['starting', 'unclaimed', 'safe'] as const)('shows only %s in that phase, whatever else the agent sent', (phase) => {
    expect(keysOf(aDocument(announcement('a')), { phase })).toEqual([phase]);
  });
  it('falls to the safe scene when a running screen has no document', () => {
    expect(keysOf(null)).toEqual(['safe']);
  });
  it('rests while the glass is dark, whatever there is to say', () => {
    expect(keysOf(aDocument(announcement('a')), { lit: false })).toEqual(['resting']);
  });
  it('opens with the overview and closes with the way to join', () => {
    expect(keysOf(aDocument())).toEqual(['overview-0', 'join']);
    expect(keysOf(aDocument(announcement('a')))).toEqual(['overview-0', 'announcement-a-0', 'join']);
  });
  it('does not invite to join without a code', () => {
    expect(keysOf(aDocument(), { qr: null })).toEqual(['overview-0']);
  });
  it('comes back to the overview after every three notices', () => {
    const notices = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((id) => announcement(id));
    expect(keysOf(aDocument(...notices)).filter((key) => key.startsWith('overview'))).toEqual(['overview-0', 'overview-3', 'overview-6']);
  });
  it('gives the screen to a fresh urgent notice alone', () => {
    const document = aDocument(announcement('a'), announcement('u', { urgent: true }));
    expect(keysOf(document)).toEqual(['urgent-u-0']);
  });
  it('lets the house go on after a day, with the urgent notice still first', () => {
    const document = aDocument(announcement('a'), announcement('u', { urgent: true, publishAt: at(-TAKEOVER_MS) }));
    expect(keysOf(document)).toEqual(['urgent-u-0', 'overview-0', 'announcement-a-0', 'join']);
    expect(keysOf(document, { clock: 'unknown' })).toEqual(['urgent-u-0']);
  });
  it('gives each page of a long body its own time', () => {
    const body = { el: 'Το συνεργείο θα εργάζεται καθημερινά από τις οκτώ έως τις τρεις. '.repeat(15).trim(), en: null };
    const entries = playlist({
      phase: 'running',
      document: aDocument(announcement('a', { body })),
      clock: 'trusted',
      lit: true,
      nowMs: NOON_MS,
      language: 'el',
      qr: null,
      scenes: null,
      facts: { weather: null, account: null },
      adCounts: new Map(),
      media: [],
      confirmedMs: NOON_MS,
      frame,
    });
    expect(entries.length).toBeGreaterThan(3);
    for (const { durationMs } of entries) expect(durationMs).toBeGreaterThanOrEqual(9_000);
  });
});

describe('an arranged round with many announcements', () => {
  const aScene = (id: string, standard: 'overview' | 'announcements' | 'join'): Scene => ({
    id,
    name: { el: id, en: null },
    view: { kind: 'standard', standard },
    durationSeconds: null,
    priority: 'normal',
    schedule: null,
    mostDataAgeHours: null,
  });
  const arranged = (...scenes: Scene[]) => ({ sequence: 1, scenes, fallbackSceneId: null });
  const many = (count: number) => Array.from({ length: count }, (_, index) => announcement(`n${String(index).padStart(2, '0')}`));

  it('goes on with the other scenes after every three, in their order', () => {
    const scenes = arranged(aScene('a', 'overview'), aScene('n', 'announcements'), aScene('b', 'join'));
    expect(keysOf(aDocument(...many(5)), { scenes })).toEqual([
      'overview-a',
      'announcement-n00-0-n',
      'announcement-n01-0-n',
      'announcement-n02-0-n',
      'join-b',
      'overview-a-1',
      'announcement-n03-0-n',
      'announcement-n04-0-n',
      'join-b-1',
    ]);
  });
  it('has a notice that is urgent since yesterday before each turn', () => {
    const scenes = arranged(aScene('a', 'overview'), aScene('n', 'announcements'));
    const urgent = announcement('u', { urgent: true, publishAt: at(-TAKEOVER_MS) });
    const keys = keysOf(aDocument(urgent, ...many(4)), { scenes });
    expect(keys.filter((key) => !key.startsWith('announcement'))).toEqual(['urgent-u-0', 'overview-a', 'urgent-u-0-1', 'overview-a-1']);
  });
  it('shows every announcement once, in order, and no scene waits for more than three of them, however it is arranged', () => {
    for (let count = 1; count <= 40; count += 1) {
      for (const before of [0, 1, 3]) {
        for (const after of [0, 2]) {
          const others = (from: number, howMany: number) =>
            Array.from({ length: howMany }, (_, index) => aScene(`s${from + index}`, 'overview'));
          const scenes = arranged(...others(0, before), aScene('n', 'announcements'), ...others(before, after));
          const keys = keysOf(aDocument(...many(count)), { scenes });
          expect(new Set(keys).size).toBe(keys.length);
          expect(keys.filter((key) => key.startsWith('announcement'))).toEqual(many(count).map(({ id }) => `announcement-${id}-0-n`));
          if (before + after === 0) continue;
          const turns = Math.ceil(count / 3);
          for (const { id } of [...others(0, before), ...others(before, after)])
            expect(
              keys.filter((key) => key.startsWith(`overview-${id}`)),
              `${count}: ${id}`,
            ).toHaveLength(turns);
          const inOneGo = keys
            .map((key) => (key.startsWith('announcement') ? 'n' : ' '))
            .join('')
            .split(/ +/);
          expect(Math.max(...inOneGo.map(({ length }) => length))).toBeLessThanOrEqual(3);
        }
      }
    }
  });
});

describe('a scene with a picture', () => {
  const url = '/media/x';
  const here = [{ ...samplePicture.media, url }];
  const withScenes = (media: Parameters<typeof playlist>[0]['media'], fallbackSceneId: string | null = null) =>
    keysOf(aDocument(), { media, scenes: { sequence: 1, scenes: [pictureScene], fallbackSceneId }, qr: null });

  it('waits until the picture is there, though there is text beside it: nobody sees a hole', () => {
    expect(withScenes([])).toEqual(['overview-0']);
    expect(withScenes([{ ...samplePicture.media, sha256: 'ab'.repeat(32), url }])).toEqual(['overview-0']);
    expect(withScenes(here)).toEqual([`layout-${pictureScene.id}`]);
  });
  it('waits as a fallback too', () => {
    expect(withScenes([], pictureScene.id)).toEqual(['overview-0']);
    expect(withScenes(here, pictureScene.id)).toEqual([`layout-${pictureScene.id}`]);
  });
  it('asks for the picture of the way this screen hangs only', () => {
    if (pictureScene.view.kind !== 'layout') throw new Error('it is one');
    const other = { ...samplePicture.media, sha256: 'cd'.repeat(32) };
    const [box, ...rest] = pictureScene.view.landscape;
    if (box === undefined) throw new Error('it has one');
    const landscape = [{ ...box, settings: { ...box.settings, media: other } }, ...rest];
    const scenes = { sequence: 1, scenes: [{ ...pictureScene, view: { ...pictureScene.view, landscape } }], fallbackSceneId: null };
    expect(keysOf(aDocument(), { media: here, scenes, qr: null })).toEqual([`layout-${pictureScene.id}`]);
  });
});

describe('nextAnnouncementChange', () => {
  it('is the nearest beginning or end still to come', () => {
    const document = aDocument(
      announcement('a', { publishAt: at(2 * HOUR_MS) }),
      announcement('b', { expiresAt: at(HOUR_MS) }),
      announcement('c', { expiresAt: at(-HOUR_MS) }),
    );
    expect(nextAnnouncementChange(document, NOON_MS)).toBe(NOON_MS + HOUR_MS);
    expect(nextAnnouncementChange(document, NOON_MS + HOUR_MS)).toBe(NOON_MS + 2 * HOUR_MS);
    expect(nextAnnouncementChange(document, NOON_MS + 2 * HOUR_MS)).toBeNull();
  });
});
