import { lobbyStrings } from '@concierge/i18n/lobby.ts';
import { wordingOf } from '../../words/localized.ts';
import type { WidgetProps } from '../widget.ts';
import { currentCampaign, type DraftCampaign } from './current-campaign.ts';
import './ads.css';

/** The picture whole, as whoever pays for it made it, and above it what it is. Empty when no campaign is on. */
export function Ads({ settings, facts, language }: WidgetProps<{ readonly campaigns: readonly DraftCampaign[] }>) {
  const current = currentCampaign(settings.campaigns, facts);
  if (current === null) return <div className="widget" />;
  const alt = wordingOf(current.campaign.alt, language);
  return (
    <aside className="widget widget-ads">
      <p className="text-small">{lobbyStrings[language].advertisement}</p>
      <img src={current.url} alt={alt.text} lang={alt.language} decoding="async" draggable={false} />
    </aside>
  );
}
