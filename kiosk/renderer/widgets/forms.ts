import { adsForm } from './ads/form.ts';
import { announcementsForm } from './announcements/form.ts';
import { clockForm } from './clock/form.ts';
import { contactsForm } from './contacts/form.ts';
import { eventsForm } from './events/form.ts';
import type { WidgetForm } from './form.ts';
import { imageForm } from './image/form.ts';
import { joinForm } from './join/form.ts';
import { paymentForm } from './payment/form.ts';
import type { WidgetKind } from './schemas.ts';
import { textForm } from './text/form.ts';
import { videoForm } from './video/form.ts';
import { weatherForm } from './weather/form.ts';

export type { WidgetField, WidgetForm } from './form.ts';
export type { WidgetKind } from './schemas.ts';

/** What the office needs of each kind of widget to offer it. */
export const widgetForms: { readonly [Kind in WidgetKind]: WidgetForm } = {
  announcements: announcementsForm,
  text: textForm,
  events: eventsForm,
  image: imageForm,
  video: videoForm,
  contacts: contactsForm,
  clock: clockForm,
  join: joinForm,
  ads: adsForm,
  payment: paymentForm,
  weather: weatherForm,
};

export const widgetKinds = Object.keys(widgetForms) as readonly WidgetKind[];

export function isWidgetKind(kind: string): kind is WidgetKind {
  return Object.hasOwn(widgetForms, kind);
}
