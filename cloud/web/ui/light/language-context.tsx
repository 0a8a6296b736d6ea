import type { Language } from '@concierge/contract/text.ts';
import { type ResidentStrings, residentStrings } from '@concierge/i18n/resident.ts';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { chosenLanguage, rememberLanguage, tellPageLanguage } from '../words/language.ts';

interface Spoken {
  readonly language: Language;
  readonly words: ResidentStrings;
  choose(language: Language): void;
}

const Spoken = createContext<Spoken>({ language: 'el', words: residentStrings.el, choose: () => undefined });

/** The language of the light pages: what this browser chose before, Greek otherwise. */
export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(() => chosenLanguage() ?? 'el');
  useEffect(() => tellPageLanguage(language), [language]);
  const choose = (next: Language) => {
    rememberLanguage(next);
    setLanguage(next);
  };
  return <Spoken value={{ language, words: residentStrings[language], choose }}>{children}</Spoken>;
}

export function useSpoken(): Spoken {
  return useContext(Spoken);
}
