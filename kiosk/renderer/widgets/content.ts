import { upcomingEvents } from './events/upcoming.ts';
import type { WidgetFacts } from './facts.ts';
import type { WidgetKind, WidgetSettings } from './schemas.ts';

/** Whether each kind of widget has anything to say now. A scene whose widgets are all silent is not shown. */
const contentOf: { readonly [Kind in WidgetKind]: (facts: WidgetFacts, settings: WidgetSettings[Kind]) => boolean } = {
  announcements: ({ announcements }) => announcements.length > 0,
  clock: ({ moment }) => moment !== null,
  contacts: () => true,
  events: ({ moment }, { events }) => upcomingEvents(events, moment).length > 0,
  join: ({ qr }) => qr !== null,
  text: () => true,
};

/** `settings` have been parsed with the schema of their kind before. */
export function hasContent(kind: string, settings: Readonly<Record<string, unknown>>, facts: WidgetFacts): boolean {
  if (!Object.hasOwn(contentOf, kind)) return false;
  const ask = contentOf[kind as WidgetKind] as (facts: WidgetFacts, settings: Readonly<Record<string, unknown>>) => boolean;
  return ask(facts, settings);
}
