import { Language } from '@concierge/contract/text.ts';

const KEY = 'concierge-language';

/** The language this browser was set to; null when nobody has chosen. */
export function chosenLanguage(): Language | null {
  const parsed = Language.safeParse(localStorage.getItem(KEY));
  return parsed.success ? parsed.data : null;
}

export function rememberLanguage(language: Language): void {
  localStorage.setItem(KEY, language);
}

/** Screen readers and hyphenation go by the language of the page. */
export function tellPageLanguage(language: Language): void {
  document.documentElement.lang = language;
}

/** The reader's language where somebody wrote it, Greek otherwise. */
export function localized(text: { el: string; en: string | null }, language: Language): string {
  return language === 'en' ? (text.en ?? text.el) : text.el;
}
