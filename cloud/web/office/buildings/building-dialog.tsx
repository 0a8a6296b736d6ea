import { type Building, BuildingBody } from '@concierge/contract/http/buildings.ts';
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { problemWords } from '../../ui/api/problem.ts';
import { useWords } from '../i18n.ts';
import { FormDialog } from '../pieces/dialog.tsx';
import { type FieldFault, fieldFaults, refusedFields } from '../pieces/field-faults.ts';
import { LocalizedInput, localizedOfDraft } from '../pieces/localized-input.tsx';
import { Notice } from '../pieces/notice.tsx';
import { SaveOutcome } from '../pieces/save-outcome.tsx';
import { useCreate, useSave } from '../pieces/use-save.ts';
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
  const { t, language } = useWords();
  const queryClient = useQueryClient();
  // The row is read again while the dialog is open; the version is the one the draft was made from, or nobody would be told of a conflict.
  const [version, setVersion] = useState(building?.version ?? null);
  const [draft, setDraft] = useState(() => draftOf(building));
  const [faults, setFaults] = useState<Readonly<Record<string, FieldFault>>>({});
  const readAgain = () => void queryClient.invalidateQueries({ queryKey: queryKeys.buildings });
  const done = (row: Building) => {
    readAgain();
    onDone(row);
  };
  const create = useCreate({ send: createBuilding, onCreated: done });
  const save = useSave<Building, Omit<BuildingBody, 'timeZone' | 'language'>>({
    send: (body) => changeBuilding(building?.id ?? '', body),
    readTheirs: () => readBuilding(building?.id ?? ''),
    onSaved: done,
  });
  const shownFaults = {
    ...refusedFields(create.problem),
    ...refusedFields(save.state.kind === 'failed' ? save.state.problem : null),
    ...faults,
  };

  const submit = (sentVersion: number | null) => {
    const body = BuildingBody.safeParse({
      name: localizedOfDraft(draft.name),
      addressLine: localizedOfDraft(draft.addressLine),
      city: localizedOfDraft(draft.city),
      postalCode: draft.postalCode.trim(),
    });
    setFaults(body.success ? {} : fieldFaults(body.error));
    if (!body.success) return;
    const { name, addressLine, city, postalCode } = body.data;
    void (sentVersion === null ? create.run(body.data) : save.run({ name, addressLine, city, postalCode }, sentVersion));
  };

  return (
    <FormDialog
      size="lg"
      title={building === null ? t('building.new') : t('building.edit')}
      onClose={onClose}
      onSubmit={() => submit(version)}
    >
      <Stack gap="md">
        <LocalizedInput
          field="name"
          label={t('building.name')}
          value={draft.name}
          onChange={(name) => setDraft({ ...draft, name })}
          faults={shownFaults}
          autoFocus
        />
        <LocalizedInput
          field="addressLine"
          label={t('building.address')}
          value={draft.addressLine}
          onChange={(addressLine) => setDraft({ ...draft, addressLine })}
          faults={shownFaults}
        />
        <LocalizedInput
          field="city"
          label={t('building.city')}
          value={draft.city}
          onChange={(city) => setDraft({ ...draft, city })}
          faults={shownFaults}
        />
        <TextInput
          label={t('building.postalCode')}
          value={draft.postalCode}
          onChange={(event) => setDraft({ ...draft, postalCode: event.currentTarget.value })}
          error={shownFaults['postalCode'] === undefined ? undefined : t('building.postalCodeFault')}
          inputMode="numeric"
          autoComplete="off"
          maxLength={5}
          w="10rem"
          withAsterisk
        />
        {create.problem !== null && <Notice tone="alert">{problemWords(create.problem, language)}</Notice>}
        <SaveOutcome
          state={save.state}
          describe={(row) => `${row.name.el}, ${row.addressLine.el}, ${row.postalCode} ${row.city.el}`}
          onLoadTheirs={(row) => {
            setDraft(draftOf(row));
            setVersion(row.version);
            save.reset();
            readAgain();
          }}
          onOverwrite={(row) => submit(row.version)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={create.busy || save.state.kind === 'saving'}>
            {building === null ? t('building.create') : t('save')}
          </Button>
        </Group>
      </Stack>
    </FormDialog>
  );
}
