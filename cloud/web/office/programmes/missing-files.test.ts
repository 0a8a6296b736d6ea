import type { MediaList } from '@concierge/contract/http/media.ts';
import { describe, expect, it } from 'vitest';
import { missingFiles } from './missing-files.ts';
import { aDraft } from './sample-draft.ts';

const sha256 = 'a'.repeat(64);
const other = 'b'.repeat(64);
const library = (...held: string[]) => ({ items: held.map((each) => ({ sha256: each })) }) as unknown as MediaList;

function withPicture(hash: string) {
  const draft = aDraft();
  const [scene] = draft.scenes;
  if (scene?.view.kind !== 'layout') throw new Error('the sample is a layout');
  const [words] = scene.view.portrait;
  if (words === undefined) throw new Error('the sample has a text');
  const picture = { media: { sha256: hash, type: 'image/png', bytes: 10 }, alt: null, fit: 'cover' };
  const portrait = [words, { ...words, row: 4, widget: 'image', settings: picture }];
  return { ...draft, scenes: [{ ...scene, view: { ...scene.view, portrait } }] };
}

describe('the files that a draft names', () => {
  it('are missing where the library has them no more, each at its place', () => {
    expect(missingFiles(withPicture(sha256), library(other))).toEqual([{ path: 'scenes.0.view.portrait.1.settings.media', sha256 }]);
    expect(missingFiles(withPicture(sha256), library(other, sha256))).toEqual([]);
    expect(missingFiles(aDraft(), library())).toEqual([]);
  });
});
