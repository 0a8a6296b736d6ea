import type { LobbyAnnouncement } from '@concierge/contract/mqtt/content.ts';
import type { Language } from '@concierge/contract/text.ts';
import { lobbyStrings } from '@concierge/i18n/lobby.ts';
import type { Frame } from '../../stage/frame.ts';
import type { Arrangement } from '../../stage/scene-view.tsx';
import { announcementWording } from '../../words/localized.ts';
import { Notice } from './notice.tsx';
import { noticeLayout } from './notice-layout.ts';

export interface AnnouncementSceneProps {
  readonly announcement: LobbyAnnouncement;
  readonly page: number;
  readonly language: Language;
  readonly frame: Frame;
  readonly arrangement: Arrangement;
}

export function AnnouncementScene({ announcement, page, language, frame, arrangement }: AnnouncementSceneProps) {
  const wording = announcementWording(announcement, language);
  return (
    <Notice
      title={wording.title}
      tags={[lobbyStrings[language].category[announcement.category]]}
      pictogram={announcement.category}
      textLanguage={wording.language}
      language={language}
      frame={frame}
      layout={noticeLayout(frame, wording)}
      page={page}
      // Blue and sand take turns with the sides, so that no part of the panel is dark for good.
      dress={arrangement === 'first' ? 'field' : 'sand'}
      arrangement={arrangement}
    />
  );
}
