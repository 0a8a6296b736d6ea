import type { MediaRef } from '@concierge/contract/media.ts';
import type { WidgetFacts } from '../facts.ts';
import type { AdsSettings } from './schema.ts';

/** In the editor there may be no picture yet. */
export type DraftCampaign = Omit<AdsSettings['campaigns'][number], 'media'> & { readonly media: MediaRef | null };

/** The campaign of this round: of those whose days these are and whose picture is here, each in its turn. None while nobody knows what day it is. */
export function currentCampaign(
  campaigns: readonly DraftCampaign[],
  { moment, mediaUrl, turn }: Pick<WidgetFacts, 'moment' | 'mediaUrl' | 'turn'>,
): { readonly campaign: DraftCampaign; readonly url: string } | null {
  if (moment === null) return null;
  const current = campaigns.flatMap((campaign) => {
    const { media, from, until } = campaign;
    const url = media === null || from > moment.date || until < moment.date ? null : mediaUrl(media.sha256);
    return url === null ? [] : [{ campaign, url }];
  });
  return current[turn % current.length] ?? null;
}
