import type { Placement } from '@concierge/contract/mqtt/scenes.ts';
import type { WidgetFacts } from '../facts.ts';
import { countOf } from './counts.ts';
import { campaignsOn, currentCampaign } from './current-campaign.ts';
import type { AdsSettings } from './schema.ts';

/** What some placements advertise now, by the hashes of the pictures: all that is on, and what of it is shown in this round. Both empty for a scene without advertisements. */
export interface Advertising {
  readonly on: readonly string[];
  readonly shown: readonly string[];
}

export function advertisingOf(placements: readonly Placement[], facts: WidgetFacts): Advertising {
  // Parsed with the schema of their kind before they came here.
  const widgets = placements.flatMap(({ widget, settings }) => (widget === 'ads' ? [settings as AdsSettings] : []));
  return {
    on: widgets.flatMap(({ campaigns }) => campaignsOn(campaigns, facts)).map(({ sha256 }) => sha256),
    shown: widgets.flatMap(({ campaigns }) => currentCampaign(campaigns, facts) ?? []).map(({ sha256 }) => sha256),
  };
}

/** How often each of these was shown, on average: of several scenes the one with the least is next. Null where there is nothing to count. */
export function meanCount(on: readonly string[], { adCounts }: Pick<WidgetFacts, 'adCounts'>): number | null {
  return on.length === 0 ? null : on.reduce((sum, sha256) => sum + countOf(adCounts, sha256), 0) / on.length;
}
