import type { Language } from '@concierge/contract/text.ts';
import type { ReactNode } from 'react';
import type { Frame } from '../stage/frame.ts';
import type { Room } from '../type/fit-text.ts';
import type { LocalTime } from '../words/dates.ts';
import type { WidgetFacts } from './facts.ts';

export interface WidgetProps<Settings> {
  readonly settings: Settings;
  readonly facts: WidgetFacts;
  /** The same moment in words. */
  readonly time: LocalTime | null;
  readonly language: Language;
  /** The room inside the widget's box, in units. */
  readonly room: Room;
  readonly frame: Frame;
  /** For what moves; null where everything stands still, as in an editor. */
  readonly play: WidgetPlay | null;
}

/** What a widget that plays a file hears of the show, and tells it. */
export interface WidgetPlay {
  /** The scene's turn on the screen. Another number begins it anew. */
  readonly turn: number;
  onEnd(sha256: string): void;
  /** It cannot be played, or stands still: its scene has to go. */
  onFault(sha256: string): void;
}

/** How a kind of widget is drawn. Its settings have been parsed with its schema before they come here. */
export type WidgetView<Settings> = (props: WidgetProps<Settings>) => ReactNode;
