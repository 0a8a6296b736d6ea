import { type Apartment, ApartmentBody } from '@concierge/contract/http/apartments.ts';
import { TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useWords } from '../i18n.ts';
import { RowDialog } from '../pieces/row-dialog.tsx';
import { useRowForm } from '../pieces/use-row-form.ts';
import { queryKeys } from '../query-keys.ts';
import { changeApartment, createApartment, readApartments } from './queries.ts';

const draftOf = (apartment: Apartment | null, nextPosition: number) => ({
  label: apartment?.label ?? '',
  floor: String(apartment?.floor ?? ''),
  position: String(apartment?.position ?? nextPosition),
  areaSquareMetres: apartment?.areaSquareMetres === null ? '' : String(apartment?.areaSquareMetres ?? ''),
});

/** What was typed as a whole number; what is none stays text, and the schema says so. */
const wholeOf = (text: string): number | string => (/^-?\d{1,6}$/.test(text.trim()) ? Number(text) : text.trim());

export function ApartmentDialog({
  buildingId,
  apartment,
  nextPosition,
  onClose,
  onDone,
}: {
  buildingId: string;
  apartment: Apartment | null;
  nextPosition: number;
  onClose(): void;
  onDone(apartment: Apartment): void;
}) {
  const { t } = useWords();
  const queryClient = useQueryClient();
  const form = useRowForm({
    row: apartment,
    draftOf: (row: Apartment | null) => draftOf(row, nextPosition),
    bodyOf: (typed) =>
      ApartmentBody.safeParse({
        label: typed.label,
        floor: wholeOf(typed.floor),
        position: wholeOf(typed.position),
        areaSquareMetres: typed.areaSquareMetres.trim() === '' ? null : wholeOf(typed.areaSquareMetres),
      }),
    create: (body, key) => createApartment(buildingId, body, key),
    save: (row, body, version) => changeApartment(row.id, { ...body, version }),
    readTheirs: async (row) => (await readApartments(buildingId)).find((each) => each.id === row.id) ?? null,
    readAgain() {
      void queryClient.invalidateQueries({ queryKey: queryKeys.apartments(buildingId) });
      void queryClient.invalidateQueries({ queryKey: queryKeys.buildings });
    },
    onDone,
  });
  const input = (field: keyof typeof form.draft) => ({
    value: form.draft[field],
    onChange: (event: { currentTarget: { value: string } }) => form.change({ [field]: event.currentTarget.value }),
    error: form.faults[field] === undefined ? undefined : t(field === 'label' ? `fault.${form.faults[field]}` : 'fault.number'),
  });

  return (
    <RowDialog
      form={form}
      title={apartment === null ? t('apartment.new') : t('apartment.editTitle', { label: apartment.label })}
      submitLabel={t(apartment === null ? 'apartment.create' : 'save')}
      describe={(row) => `${row.label}, ${t('apartment.floor').toLowerCase()} ${row.floor}, ${row.areaSquareMetres ?? '–'} m²`}
      onClose={onClose}
    >
      <TextInput
        label={t('apartment.label')}
        description={t('apartment.labelHint')}
        {...input('label')}
        maxLength={20}
        withAsterisk
        data-autofocus
      />
      <div className="field-pair">
        <TextInput label={t('apartment.floor')} description={t('apartment.floorHint')} {...input('floor')} withAsterisk />
        <TextInput label={t('apartment.area')} description={t('apartment.areaHint')} {...input('areaSquareMetres')} inputMode="numeric" />
      </div>
      <TextInput
        label={t('apartment.position')}
        description={t('apartment.positionHint')}
        {...input('position')}
        inputMode="numeric"
        withAsterisk
      />
    </RowDialog>
  );
}
