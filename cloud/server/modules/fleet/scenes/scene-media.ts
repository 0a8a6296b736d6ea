import { isFilm, type MediaRef, MOST_ARRANGEMENT_MEDIA_BYTES } from '@concierge/contract/media.ts';
import type { SceneList } from '@concierge/contract/mqtt/scenes.ts';
import { mediaNamedIn } from '@concierge/kiosk-renderer/widgets/schemas.ts';
import type { Transaction } from '#platform/database/database.ts';
import type { Failure } from '#platform/http/problem.ts';
import { holdMedia } from '../media/media-store.ts';

const gone = { el: 'Αυτό το αρχείο δεν υπάρχει πια στη βιβλιοθήκη.', en: 'This file is not in the library any more.' };

/** Why a draft cannot be saved for the files it names; null when the library has them all, and then they stay there until the transaction ends. */
export async function faultsOfMedia(tx: Transaction, draft: SceneList): Promise<Failure | null> {
  const named = mediaNamedIn(draft);
  if (named.length === 0) return null;
  const held = new Map((await holdMedia(tx, [...new Set(named.map(({ media }) => media.sha256))])).map((media) => [media.sha256, media]));
  const errors = named
    .filter(({ media }) => {
      const known = held.get(media.sha256);
      return known === undefined || known.type !== media.type || known.bytes !== media.bytes || lengthOf(known) !== lengthOf(media);
    })
    .map(({ path }) => ({ pointer: `/draft/${path.join('/')}`, message: gone }));
  if (errors.length > 0) return { code: 'invalid-fields', errors: errors.slice(0, 20) };
  const bytes = [...held.values()].reduce((sum, media) => sum + media.bytes, 0);
  return bytes > MOST_ARRANGEMENT_MEDIA_BYTES ? { code: 'media-too-many' } : null;
}

/** How long a film plays; a picture has no length. */
function lengthOf(media: MediaRef): number | null {
  return isFilm(media) ? media.durationMs : null;
}
