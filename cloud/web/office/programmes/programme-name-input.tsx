import { TextInput } from '@mantine/core';
import { useWords } from '../i18n.ts';
import type { FieldFault } from '../pieces/field-faults.ts';

/** What a programme is called in the office. */
export function ProgrammeNameInput({
  value,
  fault,
  onChange,
}: {
  value: string;
  fault: FieldFault | undefined;
  onChange(name: string): void;
}) {
  const { t } = useWords();
  return (
    <TextInput
      label={t('programme.name')}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={fault === undefined ? undefined : t(`fault.${fault}`)}
      withAsterisk
      data-autofocus
    />
  );
}
