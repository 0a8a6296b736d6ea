import { Textarea, TextInput } from '@mantine/core';
import { useWords } from '../i18n.ts';
import type { FieldFault } from './field-faults.ts';

export interface LocalizedDraft {
  readonly el: string;
  readonly en: string;
}

/** The draft as it goes to the server: trimmed, and English only where something was written. */
export function localizedOfDraft(draft: LocalizedDraft): { el: string; en: string | null } {
  const en = draft.en.trim();
  return { el: draft.el.trim(), en: en === '' ? null : en };
}

/** One text in Greek and, if somebody writes it, in English. */
export function LocalizedInput({
  field,
  label,
  value,
  onChange,
  faults,
  lines = 1,
  required = true,
  autoFocus = false,
}: {
  field: string;
  label: string;
  value: LocalizedDraft;
  onChange(value: LocalizedDraft): void;
  faults: Readonly<Record<string, FieldFault>>;
  lines?: number;
  required?: boolean;
  autoFocus?: boolean;
}) {
  const { t } = useWords();
  const faultOf = (key: string) => {
    const fault = faults[key];
    return fault === undefined ? undefined : t(`fault.${fault}`);
  };
  const el = {
    label: t('inGreek', { label }),
    value: value.el,
    error: faultOf(`${field}.el`) ?? faultOf(field),
    lang: 'el',
    withAsterisk: required,
    'data-autofocus': autoFocus || undefined,
  };
  const en = { label: t('inEnglish', { label }), value: value.en, error: faultOf(`${field}.en`), lang: 'en', placeholder: '' };
  if (lines === 1) {
    return (
      <div className="field-pair">
        <TextInput {...el} onChange={(event) => onChange({ ...value, el: event.currentTarget.value })} />
        <TextInput {...en} onChange={(event) => onChange({ ...value, en: event.currentTarget.value })} />
      </div>
    );
  }
  return (
    <div className="field-pair">
      <Textarea {...el} minRows={lines} autosize maxRows={12} onChange={(event) => onChange({ ...value, el: event.currentTarget.value })} />
      <Textarea {...en} minRows={lines} autosize maxRows={12} onChange={(event) => onChange({ ...value, en: event.currentTarget.value })} />
    </div>
  );
}
