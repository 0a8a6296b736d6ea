import { type Apartment, type Occupancy, OccupancyBody } from '@concierge/contract/http/apartments.ts';
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { problemWords } from '../../ui/api/problem.ts';
import { useWords } from '../i18n.ts';
import { FormDialog } from '../pieces/dialog.tsx';
import { type FieldFault, fieldFaults, refusedFields } from '../pieces/field-faults.ts';
import { Notice } from '../pieces/notice.tsx';
import { SaveOutcome } from '../pieces/save-outcome.tsx';
import { useToast } from '../pieces/toast.tsx';
import { useCreate, useSave } from '../pieces/use-save.ts';
import { queryKeys } from '../query-keys.ts';
import { changeOccupancy, createOccupancy, readOccupancies } from './queries.ts';

const draftOf = (occupancy: Occupancy | null) => ({
  fullName: occupancy?.fullName ?? '',
  email: occupancy?.email ?? '',
  phone: occupancy?.phone ?? '',
  startsOn: occupancy?.startsOn ?? '',
  endsOn: occupancy?.endsOn ?? '',
});

const orNull = (text: string) => (text.trim() === '' ? null : text.trim());

/** Adds an owner or tenant, or changes one; an end date closes the occupancy, nothing is erased. */
export function OccupancyDialog({
  apartment,
  kind,
  occupancy,
  onClose,
}: {
  apartment: Apartment;
  kind: 'owner' | 'tenant';
  occupancy: Occupancy | null;
  onClose(): void;
}) {
  const { t, language } = useWords();
  const queryClient = useQueryClient();
  const toast = useToast();
  // The row is read again while the dialog is open; the version is the one the draft was made from, or nobody would be told of a conflict.
  const [version, setVersion] = useState(occupancy?.version ?? null);
  const [draft, setDraft] = useState(() => draftOf(occupancy));
  const [faults, setFaults] = useState<Readonly<Record<string, FieldFault>>>({});
  const readAgain = () => {
    void queryClient.invalidateQueries({ queryKey: queryKeys.occupancies(apartment.id) });
    void queryClient.invalidateQueries({ queryKey: queryKeys.apartments(apartment.buildingId) });
  };
  const done = () => {
    readAgain();
    toast({ text: t('saved') });
    onClose();
  };
  const create = useCreate<Occupancy, OccupancyBody>({ send: (body, key) => createOccupancy(apartment.id, body, key), onCreated: done });
  const save = useSave<Occupancy, Omit<OccupancyBody, 'kind'>>({
    send: (body) => changeOccupancy(occupancy?.id ?? '', body),
    readTheirs: async () => (await readOccupancies(apartment.id)).find((each) => each.id === occupancy?.id) ?? null,
    onSaved: done,
  });
  const shownFaults = {
    ...refusedFields(create.problem),
    ...refusedFields(save.state.kind === 'failed' ? save.state.problem : null),
    ...faults,
  };
  const faultOf = (field: keyof typeof draft) => {
    const fault = shownFaults[field];
    if (fault === undefined) return undefined;
    return field === 'fullName' ? t(`fault.${fault}`) : t(`occupancy.fault.${field}`);
  };

  const submit = (sentVersion: number | null) => {
    const body = OccupancyBody.safeParse({
      kind,
      fullName: draft.fullName,
      email: orNull(draft.email),
      phone: orNull(draft.phone),
      startsOn: draft.startsOn,
      endsOn: orNull(draft.endsOn),
    });
    const found = body.success ? {} : fieldFaults(body.error);
    const backwards = draft.endsOn !== '' && draft.endsOn < draft.startsOn;
    setFaults(backwards ? { ...found, endsOn: 'range' } : found);
    if (!body.success || backwards) return;
    const { kind: _kind, ...changes } = body.data;
    void (sentVersion === null ? create.run(body.data) : save.run(changes, sentVersion));
  };
  const input = (field: keyof typeof draft) => ({
    value: draft[field],
    onChange: (event: { currentTarget: { value: string } }) => setDraft({ ...draft, [field]: event.currentTarget.value }),
    error: faultOf(field),
  });

  return (
    <FormDialog
      title={occupancy === null ? t(`occupancy.add.${kind}`) : t('occupancy.editOf', { name: occupancy.fullName })}
      onClose={onClose}
      onSubmit={() => submit(version)}
    >
      <Stack gap="md">
        <TextInput label={t('occupancy.fullName')} {...input('fullName')} autoComplete="off" withAsterisk data-autofocus />
        <div className="field-pair">
          <TextInput label={t('occupancy.phone')} type="tel" {...input('phone')} autoComplete="off" />
          <TextInput label={t('occupancy.email')} type="email" {...input('email')} autoComplete="off" />
        </div>
        <div className="field-pair">
          <TextInput label={t('occupancy.startsOn')} type="date" {...input('startsOn')} withAsterisk />
          <TextInput
            label={t('occupancy.endsOn')}
            type="date"
            description={t('occupancy.endsOnHint')}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            {...input('endsOn')}
          />
        </div>
        <p className="muted">{t('occupancy.privacy')}</p>
        {create.problem !== null && <Notice tone="alert">{problemWords(create.problem, language)}</Notice>}
        <SaveOutcome
          state={save.state}
          describe={(row) => [row.fullName, row.phone, row.email, row.startsOn, row.endsOn].filter((part) => part !== null).join(', ')}
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
            {t('save')}
          </Button>
        </Group>
      </Stack>
    </FormDialog>
  );
}
