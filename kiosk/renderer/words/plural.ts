import type { Language } from '@concierge/contract/text.ts';
import type { PluralForms } from '@concierge/i18n/lobby.ts';

const rules = { el: new Intl.PluralRules('el'), en: new Intl.PluralRules('en') } as const;

/** The form for that number with the number in it. */
export function counted(forms: PluralForms, count: number, language: Language): string {
  const form = rules[language].select(count) === 'one' ? forms.one : forms.other;
  return form.replace('{count}', String(count));
}
