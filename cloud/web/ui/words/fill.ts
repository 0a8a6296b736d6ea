import type { Language } from '@concierge/contract/text.ts';

/** «{name}» in a text, replaced by its value. A name without a value stays visible, so that the mistake is seen. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (Object.hasOwn(values, name) ? String(values[name]) : whole));
}

const rules = { el: new Intl.PluralRules('el'), en: new Intl.PluralRules('en') } as const;

/** The form of a text that goes with the number, with the number in it. */
export function counted(forms: { one: string; other: string }, count: number, language: Language): string {
  return fill(rules[language].select(count) === 'one' ? forms.one : forms.other, { count });
}
