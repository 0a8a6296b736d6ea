import type { MediaRef } from '@concierge/contract/media.ts';
import type { WidgetFacts } from '../facts.ts';
import { countOf } from './counts.ts';
import type { AdsSettings } from './schema.ts';

/** In the editor there may be no picture yet. */
export type DraftCampaign = Omit<AdsSettings['campaigns'][number], 'media'> & { readonly media: MediaRef | null };

/** A campaign that may be shown now. */
export interface CampaignOn {
  readonly campaign: DraftCampaign;
  readonly sha256: string;
  readonly url: string;
}

/** The campaigns whose days these are and whose picture is here. None while nobody knows what day it is. */
export function campaignsOn(
  campaigns: readonly DraftCampaign[],
  { moment, mediaUrl }: Pick<WidgetFacts, 'moment' | 'mediaUrl'>,
): readonly CampaignOn[] {
  if (moment === null) return [];
  return campaigns.flatMap((campaign) => {
    const { media, from, until } = campaign;
    const url = media === null || from > moment.date || until < moment.date ? null : mediaUrl(media.sha256);
    return media === null || url === null ? [] : [{ campaign, sha256: media.sha256, url }];
  });
}

/** The campaign of this round: of those that are on the one that was shown least. */
export function currentCampaign(
  campaigns: readonly DraftCampaign[],
  facts: Pick<WidgetFacts, 'moment' | 'mediaUrl' | 'adCounts'>,
): CampaignOn | null {
  const shown = ({ sha256 }: CampaignOn) => countOf(facts.adCounts, sha256);
  return campaignsOn(campaigns, facts).toSorted((one, other) => shown(one) - shown(other))[0] ?? null;
}
