import type { ScreenQr, ShownFacts } from '@concierge/contract/kiosk/screen.ts';
import type { LobbyAnnouncement } from '@concierge/contract/mqtt/content.ts';
import type { AdCounts } from './ads/counts.ts';

/** What is true in the building now, as far as widgets show it. */
export interface WidgetFacts {
  /** Those that may be shown, the most important first. */
  readonly announcements: readonly LobbyAnnouncement[];
  readonly qr: ScreenQr | null;
  /** As it was sent: whether it still holds is for the widget to ask of the clock. */
  readonly weather: ShownFacts['weather'];
  readonly account: ShownFacts['account'];
  /** Where the page gets a file of the media library; null while it is not there, or cannot be played. */
  mediaUrl(sha256: string): string | null;
  /** The building's calendar day, `YYYY-MM-DD`, and the minute since midnight; null while nobody knows what time it is. */
  readonly moment: { readonly date: string; readonly minuteOfDay: number } | null;
  /** The instant, Unix milliseconds; null with the moment. */
  readonly nowMs: number | null;
  readonly timeZone: string;
  /** Of the rounds before, for advertisements, which take turns. */
  readonly adCounts: AdCounts;
}
