import type { Language } from '@concierge/contract/text.ts';
import { lobbyStrings } from '@concierge/i18n/lobby.ts';
import { textWidth } from '../../type/measure.ts';
import { calendarDay } from '../../words/dates.ts';
import { wordingOf } from '../../words/localized.ts';
import { counted } from '../../words/plural.ts';
import { fitRows } from '../fit-rows.ts';
import { HEADING_HEIGHT, Heading } from '../heading.tsx';
import type { WidgetProps } from '../widget.ts';
import type { EventsSettings } from './schema.ts';
import { daysUntil, upcomingEvents } from './upcoming.ts';
import './events.css';

const ROW_PADDING = 0.32;
/** The line that says which day, in units. */
const DAY_HEIGHT = 1.12;
/** Strong type runs wider than what the measure knows. */
const DAY_RESERVE = 1.06;

export function Events({ settings, facts: { moment }, language, room }: WidgetProps<EventsSettings>) {
  const title = wordingOf(settings.title, language);
  const coming = upcomingEvents(settings.events, moment);
  const days = coming.map(({ date, time }) => {
    const day = `${calendarDay(date, language)}${time === null ? '' : `, ${time}`}`;
    const wait = moment === null ? '' : waitWords(daysUntil(date, moment.date), language);
    // The day itself is never cut; how long it is until then may be missing.
    return textWidth(`${day} · ${wait}`) * DAY_RESERVE <= room.width ? { day, wait } : { day, wait: '' };
  });
  const names = coming.map(({ name }) => wordingOf(name, language));
  const { texts } = fitRows(
    names.map(({ text }) => text),
    { widthOf: () => room.width, height: room.height - HEADING_HEIGHT },
    { step: 'body', padding: ROW_PADDING + DAY_HEIGHT / 2, leastHeight: 0 },
  );
  return (
    <section className="widget" data-cut={texts.length < names.length || undefined}>
      <Heading wording={title} room={room} />
      <ul className="widget-rows widget-events">
        {texts.map((text, index) => (
          <li key={index}>
            <div className="widget-event-day">
              {days[index]?.day}
              {days[index]?.wait !== '' && <span> · {days[index]?.wait}</span>}
            </div>
            <p lang={names[index]?.language}>{text}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function waitWords(days: number, language: Language): string {
  const { events } = lobbyStrings[language];
  return days <= 0 ? events.today : days === 1 ? events.tomorrow : counted(events.inDays, days, language);
}
