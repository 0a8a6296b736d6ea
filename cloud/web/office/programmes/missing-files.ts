import type { MediaList } from '@concierge/contract/http/media.ts';
import type { SceneList } from '@concierge/contract/mqtt/scenes.ts';
import { mediaNamedIn } from '@concierge/kiosk-renderer/widgets/schemas.ts';
import { type Refusal, refusalAt } from './draft-faults.ts';

/** Where the draft names a file that the library has no more, as the server will say when the draft is saved or published. */
export function missingFiles(draft: SceneList, library: MediaList, message: string): readonly Refusal[] {
  const held = new Set(library.items.map(({ sha256 }) => sha256));
  return mediaNamedIn(draft)
    .filter(({ media }) => !held.has(media.sha256))
    .map(({ path }) => refusalAt(path, message, draft));
}
