import type { AnnouncementCategory } from '@concierge/contract/mqtt/content.ts';
import { everywhereStrings } from '@concierge/i18n/everywhere.ts';
import { useWords } from '../i18n.ts';
import './announcement-preview.css';

/** How it reads on the lobby screen: its colours and proportions, small. The screen itself sets the type to fit. */
export function AnnouncementPreview({
  buildingName,
  category,
  urgent,
  title,
  body,
}: {
  buildingName: string;
  category: AnnouncementCategory;
  urgent: boolean;
  title: string;
  body: string;
}) {
  const { t } = useWords();
  const lobby = everywhereStrings.el;
  return (
    <figure className="preview" aria-label={t('announcement.preview')}>
      <figcaption className="muted">{t('announcement.preview')}</figcaption>
      <div className={urgent ? 'preview-screen preview-urgent' : 'preview-screen'} data-theme="lobby" lang="el">
        <p className="preview-header">{buildingName}</p>
        <div className="preview-field">
          <p className="preview-kind">{urgent ? lobby.urgent : lobby.category[category]}</p>
          <p className="preview-title">{title === '' ? t('announcement.previewTitle') : title}</p>
        </div>
        <p className="preview-body">{body}</p>
      </div>
    </figure>
  );
}
