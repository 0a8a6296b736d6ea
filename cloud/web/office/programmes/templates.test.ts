import { SceneList } from '@concierge/contract/mqtt/scenes.ts';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { copyOf, listOfTemplate, placedWidget, rearranged, templateNames } from './templates.ts';

const { crypto: wholeCrypto } = globalThis;
/** What a page without https has of it. */
const plainCrypto = { getRandomValues: (bytes: Uint8Array<ArrayBuffer>) => wholeCrypto.getRandomValues(bytes) };

describe('on a page without https', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('programmes, scenes and widgets are begun as anywhere, each with an id of its own', () => {
    vi.stubGlobal('crypto', plainCrypto);
    const ids = templateNames.flatMap((name) => {
      const { scenes } = SceneList.parse(listOfTemplate(name));
      return scenes.flatMap(({ id, view }) => [
        id,
        ...(view.kind === 'layout' ? [...view.portrait, ...view.landscape] : []).map((each) => each.id),
      ]);
    });
    const added = placedWidget('clock', [], 'portrait');
    if (added === null) throw new Error('an empty scene has room for a clock');
    const [copied] = rearranged([added], 'landscape');
    const all = [...ids, added.id, copied?.id];
    expect(new Set(all).size).toBe(all.length);
    expect(all).not.toContain(undefined);
  });
});

describe('a copy of a programme', () => {
  it('says the same under ids of its own, its fallback too', () => {
    const source = listOfTemplate('house');
    const list = { ...source, fallbackSceneId: source.scenes[1]?.id ?? null };
    const copy = SceneList.parse(copyOf(list));
    expect(copy.fallbackSceneId).toBe(copy.scenes[1]?.id);
    const idsOf = ({ scenes }: SceneList) =>
      scenes.flatMap(({ id, view }) => [
        id,
        ...(view.kind === 'layout' ? [...view.portrait, ...view.landscape] : []).map((each) => each.id),
      ]);
    expect(new Set([...idsOf(list), ...idsOf(copy)]).size).toBe(2 * idsOf(list).length);
    const withoutIds = (each: SceneList) =>
      JSON.parse(JSON.stringify(each, (key, value: unknown) => (/^id$|SceneId$/.test(key) ? undefined : value))) as unknown;
    expect(withoutIds(copy)).toEqual(withoutIds(list));
  });
});
