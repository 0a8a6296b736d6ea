import { Ads } from './ads/view.tsx';
import { AnnouncementList } from './announcements/view.tsx';
import { Clock } from './clock/view.tsx';
import { Contacts } from './contacts/view.tsx';
import { Events } from './events/view.tsx';
import { Image } from './image/view.tsx';
import { Join } from './join/view.tsx';
import { Payment } from './payment/view.tsx';
import type { WidgetKind, WidgetSettings } from './schemas.ts';
import { Text } from './text/view.tsx';
import { Video } from './video/view.tsx';
import { Weather } from './weather/view.tsx';
import type { WidgetView } from './widget.ts';

/** How each kind of widget is drawn. One for each schema, or it does not compile. */
const views: { readonly [Kind in WidgetKind]: WidgetView<WidgetSettings[Kind]> } = {
  ads: Ads,
  announcements: AnnouncementList,
  payment: Payment,
  weather: Weather,
  clock: Clock,
  contacts: Contacts,
  events: Events,
  image: Image,
  join: Join,
  text: Text,
  video: Video,
};

/** Null for a widget of a newer version. The agent, and the office before it, parsed the settings with the schema of their kind; only the name is looked at again here. */
export function viewOf(kind: string): WidgetView<Readonly<Record<string, unknown>>> | null {
  if (!Object.hasOwn(views, kind)) return null;
  return views[kind as WidgetKind] as WidgetView<Readonly<Record<string, unknown>>>;
}
