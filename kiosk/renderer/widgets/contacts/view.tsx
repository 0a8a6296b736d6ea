import { wordingOf } from '../../words/localized.ts';
import { Heading } from '../heading.tsx';
import type { WidgetProps } from '../widget.ts';
import { contactsLayout } from './contacts-layout.ts';
import type { ContactsSettings } from './schema.ts';
import './contacts.css';

/** Whom to call: a name and its number in each row. A number that misses a figure is another number, so none is ever cut. */
export function Contacts({ settings, language, room }: WidgetProps<ContactsSettings>) {
  const names = settings.contacts.map(({ name }) => wordingOf(name, language));
  const contacts = settings.contacts.map(({ number }, index) => ({ name: names[index]?.text ?? '', number }));
  const { hasHeading, isNarrow, nameStep, numberStep, rows, isCut } = contactsLayout(contacts, room);
  return (
    <section className="widget" data-cut={isCut || undefined}>
      {hasHeading && <Heading wording={wordingOf(settings.title, language)} room={room} />}
      <ul className="widget-rows widget-contacts" data-narrow={isNarrow || undefined}>
        {rows.map(({ name, lines }, index) => (
          <li key={index}>
            <p className={`text-${nameStep}`} lang={names[index]?.language}>
              {name}
            </p>
            <strong className={`text-${numberStep}`}>{lines.join('\n')}</strong>
          </li>
        ))}
      </ul>
    </section>
  );
}
