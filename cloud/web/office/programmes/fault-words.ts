import { useWords } from '../i18n.ts';
import type { FieldFault } from '../pieces/field-faults.ts';
import type { DraftFaults } from './draft-faults.ts';

/** What a field says when something is wrong at the first of these paths that has a fault: the server's words, or ours where it said nothing. */
export function useFaultWords(faults: DraftFaults): (...paths: readonly string[]) => string | undefined {
  const { t } = useWords();
  return (...paths) => {
    const path = paths.find((each) => faults.has(each));
    return path === undefined ? undefined : (faults.get(path) ?? t('widget.fault'));
  };
}

/** What nobody sees in a text that was pasted, and the contract refuses. */
const UNSEEN = /[^\P{Cc}\n\r\t]|[\u202a-\u202e\u2066-\u2069]/u;

/** What is wrong with a text that has a fault: it is missing, holds what nobody can see, or there is too much of it. */
export function faultOfText(text: string | null): FieldFault {
  if ((text ?? '').trim() === '') return 'required';
  return UNSEEN.test(text ?? '') ? 'format' : 'tooLong';
}
