import { lobbyStrings } from '@concierge/i18n/lobby.ts';
import { announcementWording, upperCase } from '../../words/localized.ts';
import type { AnnouncementSceneProps } from '../announcement/announcement-scene.tsx';
import { Notice } from '../announcement/notice.tsx';
import { noticeLayout } from '../announcement/notice-layout.ts';

/** The whole screen in the colour of alert, with its sign and its word: unmistakable without a single movement. */
export function UrgentScene({ announcement, page, language, frame, arrangement }: AnnouncementSceneProps) {
  const strings = lobbyStrings[language];
  const wording = announcementWording(announcement, language);
  const urgent = upperCase(strings.urgent, language);
  return (
    <Notice
      title={wording.title}
      tags={[`${urgent} · ${strings.category[announcement.category]}`, urgent]}
      pictogram="urgent"
      textLanguage={wording.language}
      language={language}
      frame={frame}
      layout={noticeLayout(frame, wording)}
      page={page}
      dress="alert"
      arrangement={arrangement}
    />
  );
}
