import type { MediaRef } from '@concierge/contract/media.ts';
import { GRID, type Placement, type SceneList } from '@concierge/contract/mqtt/scenes.ts';
import { z } from 'zod';
import { AdsSettings } from './ads/schema.ts';
import { AnnouncementsSettings } from './announcements/schema.ts';
import { ClockSettings } from './clock/schema.ts';
import { ContactsSettings } from './contacts/schema.ts';
import { EventsSettings } from './events/schema.ts';
import { ImageSettings } from './image/schema.ts';
import { JoinSettings } from './join/schema.ts';
import { PaymentSettings } from './payment/schema.ts';
import { TextSettings } from './text/schema.ts';
import { VideoSettings } from './video/schema.ts';
import { WeatherSettings } from './weather/schema.ts';

/** The settings of every kind of widget this version knows. What saves or shows a scene parses with these; the page itself is too small for them. */
export const widgetSchemas = {
  ads: AdsSettings,
  announcements: AnnouncementsSettings,
  payment: PaymentSettings,
  weather: WeatherSettings,
  clock: ClockSettings,
  contacts: ContactsSettings,
  events: EventsSettings,
  image: ImageSettings,
  join: JoinSettings,
  text: TextSettings,
  video: VideoSettings,
} as const;
export type WidgetKind = keyof typeof widgetSchemas;
export type WidgetSettings = { readonly [Kind in WidgetKind]: z.infer<(typeof widgetSchemas)[Kind]> };

/** The placement with its settings parsed; null when this version knows no such widget, or not these settings. */
export function settingsOf(placement: Placement): Placement | null {
  if (!isWidgetKind(placement.widget)) return null;
  const parsed = widgetSchemas[placement.widget].safeParse(placement.settings);
  return parsed.success ? { ...placement, settings: z.record(z.string(), z.json()).parse(parsed.data) } : null;
}

/** The files of the media library that an arrangement needs, each where it is named; one may be named often. */
export function mediaNamedIn(list: SceneList): readonly { readonly media: MediaRef; readonly path: readonly (string | number)[] }[] {
  return list.scenes.flatMap(({ view }, scene) => {
    if (view.kind === 'standard') return [];
    return (['portrait', 'landscape'] as const).flatMap((orientation) =>
      view[orientation].flatMap(({ widget, settings }, index) => {
        const path = ['scenes', scene, 'view', orientation, index, 'settings'];
        return mediaOfWidget(widget, settings).map(({ media, within }) => ({ media, path: [...path, ...within] }));
      }),
    );
  });
}

/** The files that one widget needs, each with where it stands in its settings. Settings that do not parse name none. */
function mediaOfWidget(
  widget: string,
  settings: Placement['settings'],
): readonly { readonly media: MediaRef; readonly within: readonly (string | number)[] }[] {
  if (widget === 'image' || widget === 'video') {
    const one = widgetSchemas[widget].safeParse(settings);
    return one.success ? [{ media: one.data.media, within: ['media'] }] : [];
  }
  if (widget === 'ads') {
    const ads = AdsSettings.safeParse(settings);
    return ads.success ? ads.data.campaigns.map(({ media }, index) => ({ media, within: ['campaigns', index, 'media'] })) : [];
  }
  return [];
}

/** Where an arrangement is wrong beyond its form, as paths into it: what only whoever saves it must hear. */
export interface SceneFault {
  readonly path: readonly (string | number)[];
  readonly rule: 'unknown-widget' | 'settings' | 'off-the-grid' | 'overlap' | 'empty-layout' | 'advertising-takeover';
}

export function sceneFaults(list: SceneList): readonly SceneFault[] {
  return list.scenes.flatMap(({ view, priority }, scene) => {
    if (view.kind === 'standard') return [];
    // Nobody's advertisement keeps the house from its own screen.
    if (priority === 'takeover' && [...view.portrait, ...view.landscape].some(({ widget }) => widget === 'ads'))
      return [{ path: ['scenes', scene, 'priority'], rule: 'advertising-takeover' as const }];
    if (view.portrait.length + view.landscape.length === 0) return [{ path: ['scenes', scene, 'view'], rule: 'empty-layout' as const }];
    return (['portrait', 'landscape'] as const).flatMap((orientation) =>
      placementFaults(view[orientation], orientation).map(({ path, rule }) => ({
        path: ['scenes', scene, 'view', orientation, ...path],
        rule,
      })),
    );
  });
}

function placementFaults(placements: readonly Placement[], orientation: keyof typeof GRID): SceneFault[] {
  const grid = GRID[orientation];
  return placements.flatMap((placement, index) => {
    const faults: SceneFault[] = [];
    if (!isWidgetKind(placement.widget)) faults.push({ path: [index, 'widget'], rule: 'unknown-widget' });
    else {
      const parsed = widgetSchemas[placement.widget].safeParse(placement.settings);
      for (const issue of parsed.error?.issues ?? [])
        faults.push({
          path: [index, 'settings', ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))],
          rule: 'settings',
        });
    }
    if (placement.column + placement.columns > grid.columns || placement.row + placement.rows > grid.rows)
      faults.push({ path: [index], rule: 'off-the-grid' });
    if (placements.slice(0, index).some((other) => overlaps(placement, other))) faults.push({ path: [index], rule: 'overlap' });
    return faults;
  });
}

function overlaps(one: Placement, other: Placement): boolean {
  return (
    one.column < other.column + other.columns &&
    other.column < one.column + one.columns &&
    one.row < other.row + other.rows &&
    other.row < one.row + one.rows
  );
}

function isWidgetKind(kind: string): kind is WidgetKind {
  return Object.hasOwn(widgetSchemas, kind);
}
