import type { LobbyAnnouncement } from '@concierge/contract/mqtt/content.ts';
import { everywhereStrings } from '@concierge/i18n/everywhere.ts';
import { dayWords, endWords } from '../words/dates.ts';
import { fill } from '../words/fill.ts';
import { localized } from '../words/language.ts';
import { useSpoken } from './language-context.tsx';

/** What is announced at this moment, decided from the clock: urgent first, then the newest. */
export function currentAnnouncements<Item extends Pick<LobbyAnnouncement, 'urgent' | 'publishAt' | 'expiresAt'>>(
  announcements: readonly Item[],
  nowMs: number,
): Item[] {
  return announcements
    .filter((each) => Date.parse(each.publishAt) <= nowMs && (each.expiresAt === null || Date.parse(each.expiresAt) > nowMs))
    .sort((left, right) => Number(right.urgent) - Number(left.urgent) || Date.parse(right.publishAt) - Date.parse(left.publishAt));
}

export function AnnouncementList({
  announcements,
  timeZone,
  nowMs,
}: {
  announcements: readonly LobbyAnnouncement[];
  timeZone: string;
  nowMs: number;
}) {
  const { words } = useSpoken();
  const current = currentAnnouncements(announcements, nowMs);
  if (current.length === 0) {
    return (
      <div className="light-empty">
        <p className="light-empty-title">{words.announcements.none}</p>
        <p className="muted">{words.announcements.noneHint}</p>
      </div>
    );
  }
  return (
    <ul className="notices">
      {current.map((announcement) => (
        <AnnouncementItem key={announcement.id} announcement={announcement} timeZone={timeZone} nowMs={nowMs} />
      ))}
    </ul>
  );
}

function AnnouncementItem({ announcement, timeZone, nowMs }: { announcement: LobbyAnnouncement; timeZone: string; nowMs: number }) {
  const { words, language } = useSpoken();
  const { category, urgent, title, body, publishAt, expiresAt } = announcement;
  const spoken = language === 'en' && title.en !== null ? 'en' : 'el';
  return (
    <li>
      <article className={urgent ? 'notice notice-urgent' : 'notice'} aria-labelledby={`notice-${announcement.id}`}>
        <p className="notice-kind">
          {urgent && <strong>{everywhereStrings[language].urgent}</strong>}
          <span>{everywhereStrings[language].category[category]}</span>
          {language !== spoken && <span>{words.notTranslated}</span>}
        </p>
        <h3 id={`notice-${announcement.id}`} lang={spoken}>
          {localized(title, language)}
        </h3>
        {body !== null && (
          <p className="notice-body" lang={language === 'en' && body.en === null ? 'el' : language}>
            {localized(body, language)}
          </p>
        )}
        <p className="notice-dates">
          <span className="unbroken">
            {fill(words.since, { day: dayWords(Date.parse(publishAt), language, timeZone, nowMs) })}
            {expiresAt !== null && ' ·'}
          </span>{' '}
          {expiresAt !== null && <span className="unbroken">{endWords(Date.parse(expiresAt), language, timeZone, nowMs)}</span>}
        </p>
      </article>
    </li>
  );
}

/** Grey bars where announcements will stand, so that the page does not jump when they arrive. */
export function AnnouncementSkeleton() {
  const { words } = useSpoken();
  return (
    <div className="notices" role="status">
      <span className="visually-hidden">{words.loading}</span>
      {[0, 1, 2].map((index) => (
        <div className="notice" key={index} aria-hidden>
          <span className="bar bar-short" />
          <span className="bar bar-title" />
          <span className="bar" />
        </div>
      ))}
    </div>
  );
}
