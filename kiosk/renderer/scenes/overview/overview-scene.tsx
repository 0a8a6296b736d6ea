import type { LobbyAnnouncement } from '@concierge/contract/mqtt/content.ts';
import type { Language } from '@concierge/contract/text.ts';
import { lobbyStrings } from '@concierge/i18n/lobby.ts';
import { Horizon } from '../../furniture/horizon.tsx';
import { Pictogram } from '../../furniture/pictogram.tsx';
import type { Frame } from '../../stage/frame.ts';
import { units } from '../../stage/frame-properties.ts';
import type { Arrangement } from '../../stage/scene-view.tsx';
import type { LocalTime } from '../../words/dates.ts';
import { greetingAt } from '../../words/greeting.ts';
import { announcementWording } from '../../words/localized.ts';
import { counted } from '../../words/plural.ts';
import { OVERVIEW, overviewLayout } from './overview-layout.ts';
import './overview.css';

interface OverviewSceneProps {
  readonly announcements: readonly LobbyAnnouncement[];
  readonly language: Language;
  readonly frame: Frame;
  readonly time: LocalTime | null;
  readonly arrangement: Arrangement;
}

/** What matters in the house now, in at most five lines, and the light of the hour. */
export function OverviewScene({ announcements, language, frame, time, arrangement }: OverviewSceneProps) {
  const strings = lobbyStrings[language];
  const rows = announcements.map((announcement) => ({ announcement, wording: announcementWording(announcement, language) }));
  const layout = overviewLayout(
    frame,
    rows.map(({ wording }) => wording.title),
  );
  const distances = OVERVIEW[frame.orientation];
  const more = rows.length - layout.titles.length;
  const heading = time === null ? strings.overview.untimedTitle : greetingAt(time.hour, language);
  return (
    <section
      className="overview"
      data-arrangement={arrangement}
      style={{
        '--heading-height': units(distances.headingHeight),
        '--pictogram': units(distances.pictogram),
        '--pictogram-gap': units(distances.pictogramGap),
        '--row-padding': units(layout.rowPadding),
        '--list-width': units(layout.list.width),
      }}
    >
      <div className="overview-words">
        <h1 className="text-title">{heading}</h1>
        {rows.length === 0 && (
          <p className="overview-quiet text-lead">{time === null ? strings.overview.untimedQuiet : strings.overview.quiet}</p>
        )}
        <ul className={`overview-list text-${layout.step}`}>
          {rows.slice(0, layout.titles.length).map(({ announcement, wording }, index) => (
            <li key={announcement.id} data-urgent={announcement.urgent || undefined}>
              <Pictogram name={announcement.urgent ? 'urgent' : announcement.category} />
              <p lang={wording.language}>{layout.titles[index]}</p>
            </li>
          ))}
        </ul>
        {more > 0 && <p className="overview-more">{counted(strings.overview.more, more, language)}</p>}
      </div>
      <Horizon minuteOfDay={time?.minuteOfDay ?? null} />
    </section>
  );
}
