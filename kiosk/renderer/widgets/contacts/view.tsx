import { textWidth } from '../../type/measure.ts';
import { wordingOf } from '../../words/localized.ts';
import { fitRows } from '../fit-rows.ts';
import { HEADING_HEIGHT, Heading } from '../heading.tsx';
import type { WidgetProps } from '../widget.ts';
import type { ContactsSettings } from './schema.ts';
import './contacts.css';

const GAP = 0.7;
const ROW_PADDING = 0.32;

/** Name and number of a row; where the box is narrow the number stands below its name, because a number is never broken. */
export function Contacts({ settings, language, room }: WidgetProps<ContactsSettings>) {
  const title = wordingOf(settings.title, language);
  const numberWidth = Math.max(...settings.contacts.map(({ number }) => textWidth(number) * 1.06));
  const isNarrow = room.width - numberWidth - GAP < 5;
  const names = settings.contacts.map(({ name }) => wordingOf(name, language));
  const rows = (height: number) =>
    fitRows(
      names.map(({ text }) => text),
      { width: isNarrow ? room.width : room.width - numberWidth - GAP, height },
      { step: 'body', padding: ROW_PADDING + (isNarrow ? 0.65 : 0), leastHeight: 1.2 },
    ).texts;
  const below = rows(room.height - HEADING_HEIGHT);
  // A number without its heading helps; a heading without a number does not.
  const texts = below.length > 0 ? below : rows(room.height);
  return (
    <section className="widget" data-cut={texts.length < names.length || undefined}>
      {below.length > 0 && <Heading wording={title} room={room} />}
      <ul className="widget-rows widget-contacts" data-narrow={isNarrow || undefined}>
        {texts.map((text, index) => (
          <li key={index}>
            <p lang={names[index]?.language}>{text}</p>
            <strong>{settings.contacts[index]?.number}</strong>
          </li>
        ))}
      </ul>
    </section>
  );
}
