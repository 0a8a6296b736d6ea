import type { MediaList } from '@concierge/contract/http/media.ts';
import type { SceneList } from '@concierge/contract/mqtt/scenes.ts';
import { mediaNamedIn } from '@concierge/kiosk-renderer/widgets/schemas.ts';

export interface MissingFile {
  /** Where the draft names it. */
  readonly path: string;
  readonly sha256: string;
}

/** What the draft names and the library has no more, as the server will say when the draft is saved or published. */
export function missingFiles(draft: SceneList, library: MediaList): readonly MissingFile[] {
  const held = new Set(library.items.map(({ sha256 }) => sha256));
  return mediaNamedIn(draft)
    .filter(({ media }) => !held.has(media.sha256))
    .map(({ media, path }) => ({ path: path.join('.'), sha256: media.sha256 }));
}
