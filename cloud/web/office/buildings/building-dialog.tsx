import { type Building, BuildingBody } from '@concierge/contract/http/buildings.ts';
import { TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useWords } from '../i18n.ts';
import { LocalizedInput, localizedOfDraft } from '../pieces/localized-input.tsx';
import { RowDialog } from '../pieces/row-dialog.tsx';
import { useRowForm } from '../pieces/use-row-form.ts';
import { queryKeys } from '../query-keys.ts';
import { changeBuilding, createBuilding, readBuilding } from './queries.ts';

const draftOf = (building: Building | null) => ({
  name: { el: building?.name.el ?? '', en: building?.name.en ?? '' },
  addressLine: { el: building?.addressLine.el ?? '', en: building?.addressLine.en ?? '' },
  city: { el: building?.city.el ?? '', en: building?.city.en ?? '' },
  postalCode: building?.postalCode ?? '',
});

/** Makes a building, or changes one. */
export function BuildingDialog({
  building,
  onClose,
  onDone,
}: {
  building: Building | null;
  onClose(): void;
  onDone(building: Building): void;
}) {
  const { t } = useWords();
  const queryClient = useQueryClient();
  const form = useRowForm({
    row: building,
    draftOf,
    bodyOf: (typed) =>
      BuildingBody.safeParse({
        name: localizedOfDraft(typed.name),
        addressLine: localizedOfDraft(typed.addressLine),
        city: localizedOfDraft(typed.city),
        postalCode: typed.postalCode.trim(),
      }),
    create: createBuilding,
    save: (row, { name, addressLine, city, postalCode }, version) =>
      changeBuilding(row.id, { name, addressLine, city, postalCode, version }),
    readTheirs: (row) => readBuilding(row.id),
    readAgain: () => void queryClient.invalidateQueries({ queryKey: queryKeys.buildings }),
    onDone,
  });
  const { draft, faults, change } = form;

  return (
    <RowDialog
      form={form}
      size="lg"
      title={building === null ? t('building.new') : t('building.edit')}
      submitLabel={t(building === null ? 'building.create' : 'save')}
      describe={(row) => `${row.name.el}, ${row.addressLine.el}, ${row.postalCode} ${row.city.el}`}
      onClose={onClose}
    >
      <LocalizedInput
        field="name"
        label={t('building.name')}
        value={draft.name}
        onChange={(name) => change({ name })}
        faults={faults}
        autoFocus
      />
      <LocalizedInput
        field="addressLine"
        label={t('building.address')}
        value={draft.addressLine}
        onChange={(addressLine) => change({ addressLine })}
        faults={faults}
      />
      <LocalizedInput field="city" label={t('building.city')} value={draft.city} onChange={(city) => change({ city })} faults={faults} />
      <TextInput
        label={t('building.postalCode')}
        value={draft.postalCode}
        onChange={(event) => change({ postalCode: event.currentTarget.value })}
        error={faults['postalCode'] === undefined ? undefined : t('building.postalCodeFault')}
        inputMode="numeric"
        autoComplete="off"
        maxLength={5}
        w="10rem"
        withAsterisk
      />
    </RowDialog>
  );
}
