import type { Language } from '@concierge/contract/text.ts';
import { type OfficeStrings, officeStrings } from '@concierge/i18n/office.ts';
import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import { chosenLanguage, rememberLanguage, tellPageLanguage } from '../ui/words/language.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'office';
    resources: { office: OfficeStrings };
    returnNull: false;
  }
}

/** Greek unless this browser or, after log-in, the person chose otherwise. */
export function startWords(): void {
  const language = chosenLanguage() ?? 'el';
  void i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'el',
    defaultNS: 'office',
    ns: ['office'],
    resources: { el: { office: officeStrings.el }, en: { office: officeStrings.en } },
    // The same `{name}` as in every other text of the product; React escapes by itself.
    interpolation: { prefix: '{', suffix: '}', escapeValue: false },
    initAsync: false,
  });
  tellPageLanguage(language);
}

export function currentLanguage(): Language {
  return i18next.language === 'en' ? 'en' : 'el';
}

export function speak(language: Language): void {
  tellPageLanguage(language);
  void i18next.changeLanguage(language);
}

export function chooseLanguage(language: Language): void {
  rememberLanguage(language);
  speak(language);
}

/** The words and the language they are in; a component that uses it is drawn again when the language changes. */
export function useWords() {
  const { t, i18n } = useTranslation();
  const language: Language = i18n.language === 'en' ? 'en' : 'el';
  return { t, language };
}
