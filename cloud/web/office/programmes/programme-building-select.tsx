import type { Building } from '@concierge/contract/http/buildings.ts';
import { NativeSelect } from '@mantine/core';
import { localized } from '../../ui/words/language.ts';
import { useWords } from '../i18n.ts';

/** For which building a programme is; empty for all of them. */
export function ProgrammeBuildingSelect({
  value,
  buildings,
  onChange,
}: {
  value: string;
  buildings: readonly Building[];
  onChange(buildingId: string): void;
}) {
  const { t, language } = useWords();
  return (
    <NativeSelect
      label={t('programme.building')}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      data={[
        { value: '', label: t('programme.allBuildings') },
        ...buildings.map(({ id, name }) => ({ value: id, label: localized(name, language) })),
      ]}
    />
  );
}
