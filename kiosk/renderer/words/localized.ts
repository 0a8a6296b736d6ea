import type { LobbyAnnouncement } from '@concierge/contract/mqtt/content.ts';
import type { Language, LocalizedText } from '@concierge/contract/text.ts';
import { keepTogether, withoutLooseWords } from '../type/typesetting.ts';

/** A text and the language it is really in, for the `lang` attribute: hyphenation and screen readers go by it. */
export interface Wording {
  readonly text: string;
  readonly language: Language;
}

/** The text in the wanted language, else in Greek, which is always there. */
export function wordingOf(text: LocalizedText, wanted: Language): Wording {
  return wanted === 'en' && text.en !== null ? { text: text.en, language: 'en' } : { text: text.el, language: 'el' };
}

export interface AnnouncementWording {
  readonly title: string;
  readonly body: string | null;
  readonly language: Language;
}

/** Title and body in one language: an English title over a Greek body helps nobody. */
export function announcementWording(announcement: LobbyAnnouncement, wanted: Language): AnnouncementWording {
  const { title, body } = announcement;
  return wanted === 'en' && title.en !== null && (body === null || body.en !== null)
    ? set(title.en, body?.en ?? null, 'en')
    : set(title.el, body?.el ?? null, 'el');
}

function set(title: string, body: string | null, language: Language): AnnouncementWording {
  return { title: withoutLooseWords(keepTogether(title)), body: body === null ? null : keepTogether(body), language };
}

/** Greek capitals carry no accents («ΕΠΕΙΓΟΝ»): the rule comes with the locale, so a caller must say the text's own language. */
export function upperCase(text: string, language: Language): string {
  return text.toLocaleUpperCase(language);
}
