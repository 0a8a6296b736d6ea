import { GRID, type Placement, SceneList } from '@concierge/contract/mqtt/scenes.ts';
import { describe, expect, it } from 'vitest';
import { CELLS } from '../scenes/layout/grid.ts';
import { sampleScenes, widgetSamples } from './samples.ts';
import { mediaNamedIn, sceneFaults, settingsOf, widgetSchemas } from './schemas.ts';

const list = (portrait: readonly Placement[], landscape: readonly Placement[] = []): SceneList => ({
  scenes: [{ ...scene(), view: { kind: 'layout', portrait: [...portrait], landscape: [...landscape] } }],
  fallbackSceneId: null,
});

function scene() {
  const [first] = sampleScenes;
  if (first === undefined) throw new Error('there are samples');
  return first;
}

const aText = (parts: Partial<Placement> = {}): Placement => ({
  id: '0198c0de-0000-7000-8000-000000000001',
  widget: 'text',
  column: 0,
  row: 0,
  columns: 4,
  rows: 4,
  settings: { title: { el: 'Α', en: null }, body: null, ground: 'plain' },
  ...parts,
});

describe('the widgets', () => {
  it.each(Object.keys(widgetSchemas))('%s takes its own sample, and nothing it does not know', (kind) => {
    const sample = Object.entries(widgetSamples).find(([name]) => name === kind)?.[1];
    const placement = aText({ widget: kind, settings: { ...sample } });
    expect(settingsOf(placement)?.settings).toEqual(sample);
    expect(settingsOf({ ...placement, settings: { ...sample, script: 'alert(1)' } })).toBeNull();
  });

  it('the samples make a list without faults', () => {
    const samples = SceneList.parse({ scenes: sampleScenes, fallbackSceneId: null });
    expect(sceneFaults(samples)).toEqual([]);
  });

  it('the page reckons with the grid of the contract', () => {
    expect(CELLS).toEqual(GRID);
  });

  it.each(['constructor', '__proto__', 'toString', 'weather-of-tomorrow'])('a widget named %s is none', (widget) => {
    expect(settingsOf(aText({ widget }))).toBeNull();
  });
});

describe('mediaNamedIn', () => {
  it('finds every picture where it is named, in both orientations, and nothing in what does not parse', () => {
    const picture = aText({ widget: 'image', settings: { ...widgetSamples.image } });
    const broken = {
      ...picture,
      settings: { ...widgetSamples.image, media: { ...widgetSamples.image.media, sha256: '../../etc/passwd' } },
    };
    const found = mediaNamedIn(list([aText(), picture], [broken, picture]));
    expect(found.map(({ path }) => path.join('.'))).toEqual([
      'scenes.0.view.portrait.1.settings.media',
      'scenes.0.view.landscape.1.settings.media',
    ]);
    expect(found[0]?.media).toEqual(widgetSamples.image.media);
  });

  it.each([
    { sha256: 'AB'.repeat(32) },
    { type: 'image/svg+xml' },
    { type: 'image/gif' },
    { bytes: 0 },
    { bytes: 9_000_000 },
    { url: 'https://example.org' },
  ])('a picture with %j is none', (part) => {
    const settings = { ...widgetSamples.image, media: { ...widgetSamples.image.media, ...part } };
    expect(settingsOf(aText({ widget: 'image', settings }))).toBeNull();
  });
});

describe('a film in a widget', () => {
  const video = (part: object) =>
    aText({ widget: 'video', settings: { ...widgetSamples.video, media: { ...widgetSamples.video.media, ...part } } });

  it('is named among the media, with how long it plays', () => {
    expect(mediaNamedIn(list([video({})])).map(({ media }) => media)).toEqual([widgetSamples.video.media]);
  });

  it.each([
    { type: 'image/png' },
    { type: 'video/quicktime' },
    { durationMs: 0 },
    { durationMs: 181_000 },
    { bytes: 65 * 1_048_576 },
    { url: '/x' },
  ])('with %j is none', (part) => expect(settingsOf(video(part))).toBeNull());
});

describe('sceneFaults', () => {
  it.each<[string, SceneList, unknown]>([
    [
      'an unknown widget',
      list([aText({ widget: 'fireworks' })]),
      { path: ['scenes', 0, 'view', 'portrait', 0, 'widget'], rule: 'unknown-widget' },
    ],
    [
      'settings of another widget',
      list([aText({ settings: { most: 3 } })]),
      { path: ['scenes', 0, 'view', 'portrait', 0, 'settings', 'title'], rule: 'settings' },
    ],
    ['a box beyond the right edge', list([aText({ column: 9 })]), { path: ['scenes', 0, 'view', 'portrait', 0], rule: 'off-the-grid' }],
    ['a box below the last row', list([], [aText({ row: 5 })]), { path: ['scenes', 0, 'view', 'landscape', 0], rule: 'off-the-grid' }],
    [
      'two boxes on one cell',
      list([aText(), aText({ id: '0198c0de-0000-7000-8000-000000000002', column: 3, row: 3 })]),
      { path: ['scenes', 0, 'view', 'portrait', 1], rule: 'overlap' },
    ],
    ['a layout without widgets', list([]), { path: ['scenes', 0, 'view'], rule: 'empty-layout' }],
  ])('reports %s where it is', (_name, wrong, fault) => expect(sceneFaults(wrong)).toContainEqual(fault));

  it('lets neighbours touch', () => {
    const neighbours = [aText(), aText({ id: '0198c0de-0000-7000-8000-000000000002', column: 4 })];
    expect(sceneFaults(list(neighbours))).toEqual([]);
  });
});
