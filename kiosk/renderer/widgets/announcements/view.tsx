import { lobbyStrings } from '@concierge/i18n/lobby.ts';
import { Pictogram } from '../../furniture/pictogram.tsx';
import { announcementWording } from '../../words/localized.ts';
import { counted } from '../../words/plural.ts';
import { fitRows } from '../fit-rows.ts';
import { HEADING_HEIGHT, Heading } from '../heading.tsx';
import type { WidgetProps } from '../widget.ts';
import type { AnnouncementsSettings } from './schema.ts';
import './announcements.css';

const PICTOGRAM = 1.5;
const GAP = 0.7;
const ROW_PADDING = 0.32;
const MORE_HEIGHT = 1.5;

export function AnnouncementList({ settings, facts, language, room }: WidgetProps<AnnouncementsSettings>) {
  const { overview } = lobbyStrings[language];
  const rows = facts.announcements.map((announcement) => ({ announcement, wording: announcementWording(announcement, language) }));
  const textWidth = room.width - PICTOGRAM - GAP;
  const most = rows.slice(0, settings.most);
  const list = (height: number) =>
    fitRows(
      most.map(({ wording }) => wording.title),
      { widthOf: () => textWidth, height },
      { step: 'body', padding: ROW_PADDING, leastHeight: PICTOGRAM },
    );
  const whole = list(room.height - HEADING_HEIGHT);
  const { texts } = whole.texts.length === rows.length ? whole : list(room.height - HEADING_HEIGHT - MORE_HEIGHT);
  const more = rows.length - texts.length;
  return (
    <section className="widget">
      <Heading wording={{ text: overview.untimedTitle, language }} room={room} />
      {rows.length === 0 && <p className="text-body">{overview.untimedQuiet}</p>}
      <ul className="widget-rows widget-announcements">
        {texts.map((text, index) => {
          const row = most[index];
          return (
            row !== undefined && (
              <li key={row.announcement.id} data-urgent={row.announcement.urgent || undefined}>
                <Pictogram name={row.announcement.urgent ? 'urgent' : row.announcement.category} />
                <p lang={row.wording.language}>{text}</p>
              </li>
            )
          );
        })}
      </ul>
      {more > 0 && texts.length > 0 && <p className="widget-more text-small">{counted(overview.more, more, language)}</p>}
    </section>
  );
}
