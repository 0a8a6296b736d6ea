import { fitTextOrSmallest, type Room } from '../type/fit-text.ts';
import type { Wording } from '../words/localized.ts';

/** The height that a widget's heading and the gap below it take, in units. */
export const HEADING_HEIGHT = 2.1;

/** One line that says what a list is about. */
export function Heading({ wording, room }: { readonly wording: Wording; readonly room: Room }) {
  const { step } = fitTextOrSmallest(wording.text, { width: room.width, height: HEADING_HEIGHT - 0.5 }, ['lead', 'body', 'small']);
  return (
    <h2 className={`widget-heading text-${step}`} lang={wording.language}>
      {wording.text}
    </h2>
  );
}
