import type { FilmRef, PictureRef } from '@concierge/contract/media.ts';
import { currentCampaign, type DraftCampaign } from './ads/current-campaign.ts';
import { upcomingEvents } from './events/upcoming.ts';
import type { WidgetFacts } from './facts.ts';
import type { WidgetKind, WidgetSettings } from './schemas.ts';
import { currentWeather } from './weather/current-weather.ts';

/** Whether each kind of widget has anything to say now. A scene whose widgets are all silent is not shown. */
const contentOf: { readonly [Kind in WidgetKind]: (facts: WidgetFacts, settings: WidgetSettings[Kind]) => boolean } = {
  ads: (facts, { campaigns }: { readonly campaigns: readonly DraftCampaign[] }) => currentCampaign(campaigns, facts) !== null,
  announcements: ({ announcements }) => announcements.length > 0,
  clock: ({ moment }) => moment !== null,
  contacts: () => true,
  events: ({ moment }, { events }) => upcomingEvents(events, moment).length > 0,
  // In the editor there may be no picture yet.
  image: ({ mediaUrl }, { media }: { readonly media: PictureRef | null }) => media !== null && mediaUrl(media.sha256) !== null,
  join: ({ qr }) => qr !== null,
  payment: ({ account }) => account !== null,
  text: () => true,
  video: ({ mediaUrl }, { media }: { readonly media: FilmRef | null }) => media !== null && mediaUrl(media.sha256) !== null,
  weather: (facts) => currentWeather(facts) !== null,
};

/** `settings` have been parsed with the schema of their kind before. */
export function hasContent(kind: string, settings: Readonly<Record<string, unknown>>, facts: WidgetFacts): boolean {
  if (!Object.hasOwn(contentOf, kind)) return false;
  const ask = contentOf[kind as WidgetKind] as (facts: WidgetFacts, settings: Readonly<Record<string, unknown>>) => boolean;
  return ask(facts, settings);
}

/** Whether what the widget cannot do without is there. A picture or a film that has not arrived yet would leave a hole, so its scene waits for it. */
export function isWhole(kind: string, settings: Readonly<Record<string, unknown>>, facts: WidgetFacts): boolean {
  return (kind !== 'image' && kind !== 'video') || hasContent(kind, settings, facts);
}
