import { type Apartment, type Occupancy, OccupancyBody } from '@concierge/contract/http/apartments.ts';
import { TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useWords } from '../i18n.ts';
import { RowDialog } from '../pieces/row-dialog.tsx';
import { useToast } from '../pieces/toast.tsx';
import { useRowForm } from '../pieces/use-row-form.ts';
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
  const { t } = useWords();
  const queryClient = useQueryClient();
  const toast = useToast();
  const form = useRowForm({
    row: occupancy,
    draftOf,
    bodyOf: (typed) =>
      OccupancyBody.safeParse({
        kind,
        fullName: typed.fullName,
        email: orNull(typed.email),
        phone: orNull(typed.phone),
        startsOn: typed.startsOn,
        endsOn: orNull(typed.endsOn),
      }),
    faultsAcross: ({ startsOn, endsOn }) => (endsOn !== '' && endsOn < startsOn ? { endsOn: 'range' } : {}),
    create: (body, key) => createOccupancy(apartment.id, body, key),
    save: (row, { kind: _kind, ...changes }, version) => changeOccupancy(row.id, { ...changes, version }),
    readTheirs: async (row) => (await readOccupancies(apartment.id)).find((each) => each.id === row.id) ?? null,
    readAgain() {
      void queryClient.invalidateQueries({ queryKey: queryKeys.occupancies(apartment.id) });
      void queryClient.invalidateQueries({ queryKey: queryKeys.apartments(apartment.buildingId) });
    },
    onDone() {
      toast({ text: t('saved') });
      onClose();
    },
  });
  const faultOf = (field: keyof typeof form.draft) => {
    const fault = form.faults[field];
    if (fault === undefined) return undefined;
    return field === 'fullName' ? t(`fault.${fault}`) : t(`occupancy.fault.${field}`);
  };
  const input = (field: keyof typeof form.draft) => ({
    value: form.draft[field],
    onChange: (event: { currentTarget: { value: string } }) => form.change({ [field]: event.currentTarget.value }),
    error: faultOf(field),
  });

  return (
    <RowDialog
      form={form}
      title={occupancy === null ? t(`occupancy.add.${kind}`) : t('occupancy.editOf', { name: occupancy.fullName })}
      submitLabel={t('save')}
      describe={(row) => [row.fullName, row.phone, row.email, row.startsOn, row.endsOn].filter((part) => part !== null).join(', ')}
      onClose={onClose}
    >
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
    </RowDialog>
  );
}
