import type { SceneList } from '@concierge/contract/mqtt/scenes.ts';
import { topics } from '@concierge/contract/topics.ts';
import { type SceneFault, sceneFaults } from '@concierge/kiosk-renderer/widgets/schemas.ts';
import type { Failure } from '#platform/http/problem.ts';

/** The message carries the list as base64url inside a signature, and some room for the rest. */
const MOST_LIST_BYTES = Math.floor((topics.scenes.maxBytes * 3) / 4) - 2_048;

const sentences: Readonly<Record<SceneFault['rule'], { readonly el: string; readonly en: string }>> = {
  'unknown-widget': { el: 'Αυτό το στοιχείο δεν υπάρχει.', en: 'There is no such widget.' },
  settings: { el: 'Λείπει κάτι ή δεν είναι σωστό.', en: 'Something is missing or not right.' },
  'off-the-grid': { el: 'Το στοιχείο βγαίνει από την οθόνη.', en: 'The widget reaches beyond the screen.' },
  overlap: { el: 'Το στοιχείο πέφτει πάνω σε άλλο.', en: 'The widget lies on another one.' },
  'advertising-takeover': {
    el: 'Σκηνή με διαφημίσεις δεν μπορεί να είναι αποκλειστική.',
    en: 'A scene with advertisements cannot be a takeover.',
  },
  'empty-layout': { el: 'Η σκηνή δεν έχει κανένα στοιχείο.', en: 'The scene has no widget.' },
};

/** Why a draft cannot be saved, where it is wrong; null when a screen of this version can show all of it. */
export function faultsOfDraft(draft: SceneList): Failure | null {
  const faults = sceneFaults(draft);
  if (faults.length > 0) {
    const errors = faults.slice(0, 20).map(({ path, rule }) => ({ pointer: `/draft/${path.join('/')}`, message: sentences[rule] }));
    return { code: 'invalid-fields', errors };
  }
  return Buffer.byteLength(JSON.stringify(draft)) > MOST_LIST_BYTES ? { code: 'too-large' } : null;
}
