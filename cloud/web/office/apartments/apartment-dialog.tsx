import { type Apartment, ApartmentBody } from '@concierge/contract/http/apartments.ts';
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { problemWords } from '../../ui/api/problem.ts';
import { useWords } from '../i18n.ts';
import { FormDialog } from '../pieces/dialog.tsx';
import { type FieldFault, fieldFaults, refusedFields } from '../pieces/field-faults.ts';
import { Notice } from '../pieces/notice.tsx';
import { SaveOutcome } from '../pieces/save-outcome.tsx';
import { useCreate, useSave } from '../pieces/use-save.ts';
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
  const { t, language } = useWords();
  const queryClient = useQueryClient();
  // The row is read again while the dialog is open; the version is the one the draft was made from, or nobody would be told of a conflict.
  const [version, setVersion] = useState(apartment?.version ?? null);
  const [draft, setDraft] = useState(() => draftOf(apartment, nextPosition));
  const [faults, setFaults] = useState<Readonly<Record<string, FieldFault>>>({});
  const done = (row: Apartment) => {
    void queryClient.invalidateQueries({ queryKey: queryKeys.apartments(buildingId) });
    void queryClient.invalidateQueries({ queryKey: queryKeys.buildings });
    onDone(row);
  };
  const create = useCreate<Apartment, ApartmentBody>({ send: (body, key) => createApartment(buildingId, body, key), onCreated: done });
  const save = useSave<Apartment, ApartmentBody>({
    send: (body) => changeApartment(apartment?.id ?? '', body),
    readTheirs: async () => (await readApartments(buildingId)).find((each) => each.id === apartment?.id) ?? null,
    onSaved: done,
  });
  const shownFaults = {
    ...refusedFields(create.problem),
    ...refusedFields(save.state.kind === 'failed' ? save.state.problem : null),
    ...faults,
  };
  const faultOf = (field: string) =>
    shownFaults[field] === undefined ? undefined : t(field === 'label' ? `fault.${shownFaults[field]}` : 'fault.number');

  const submit = (sentVersion: number | null) => {
    const body = ApartmentBody.safeParse({
      label: draft.label,
      floor: wholeOf(draft.floor),
      position: wholeOf(draft.position),
      areaSquareMetres: draft.areaSquareMetres.trim() === '' ? null : wholeOf(draft.areaSquareMetres),
    });
    setFaults(body.success ? {} : fieldFaults(body.error));
    if (body.success) void (sentVersion === null ? create.run(body.data) : save.run(body.data, sentVersion));
  };

  return (
    <FormDialog
      title={apartment === null ? t('apartment.new') : t('apartment.editTitle', { label: apartment.label })}
      onClose={onClose}
      onSubmit={() => submit(version)}
    >
      <Stack gap="md">
        <TextInput
          label={t('apartment.label')}
          description={t('apartment.labelHint')}
          value={draft.label}
          onChange={(event) => setDraft({ ...draft, label: event.currentTarget.value })}
          error={faultOf('label')}
          maxLength={20}
          withAsterisk
          data-autofocus
        />
        <div className="field-pair">
          <TextInput
            label={t('apartment.floor')}
            description={t('apartment.floorHint')}
            value={draft.floor}
            onChange={(event) => setDraft({ ...draft, floor: event.currentTarget.value })}
            error={faultOf('floor')}
            withAsterisk
          />
          <TextInput
            label={t('apartment.area')}
            description={t('apartment.areaHint')}
            value={draft.areaSquareMetres}
            onChange={(event) => setDraft({ ...draft, areaSquareMetres: event.currentTarget.value })}
            error={faultOf('areaSquareMetres')}
            inputMode="numeric"
          />
        </div>
        <TextInput
          label={t('apartment.position')}
          description={t('apartment.positionHint')}
          value={draft.position}
          onChange={(event) => setDraft({ ...draft, position: event.currentTarget.value })}
          error={faultOf('position')}
          inputMode="numeric"
          withAsterisk
        />
        {create.problem !== null && <Notice tone="alert">{problemWords(create.problem, language)}</Notice>}
        <SaveOutcome
          state={save.state}
          describe={(row) => `${row.label}, ${t('apartment.floor').toLowerCase()} ${row.floor}, ${row.areaSquareMetres ?? '–'} m²`}
          onLoadTheirs={(row) => {
            setDraft(draftOf(row, nextPosition));
            setVersion(row.version);
            save.reset();
            void queryClient.invalidateQueries({ queryKey: queryKeys.apartments(buildingId) });
          }}
          onOverwrite={(row) => submit(row.version)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={create.busy || save.state.kind === 'saving'}>
            {apartment === null ? t('apartment.create') : t('save')}
          </Button>
        </Group>
      </Stack>
    </FormDialog>
  );
}
