import { type BuildingAccount, BuildingAccountBody } from '@concierge/contract/http/building-account.ts';
import { groupedIban } from '@concierge/kernel/iban.ts';
import { TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useWords } from '../i18n.ts';
import { RowDialog } from '../pieces/row-dialog.tsx';
import { useRowForm } from '../pieces/use-row-form.ts';
import { queryKeys } from '../query-keys.ts';
import { readAccount, saveAccount } from './queries.ts';

const draftOf = (account: BuildingAccount | null) => ({
  iban: account === null ? '' : groupedIban(account.iban),
  holder: account?.holder ?? '',
});

/** The account that common expenses are paid into, as the lobby shows it. */
export function AccountDialog({
  buildingId,
  account,
  onClose,
  onDone,
}: {
  buildingId: string;
  account: BuildingAccount | null;
  onClose(): void;
  onDone(): void;
}) {
  const { t } = useWords();
  const queryClient = useQueryClient();
  const form = useRowForm({
    row: account,
    draftOf,
    bodyOf: (typed) => BuildingAccountBody.safeParse({ ...typed, version: account?.version ?? null }),
    create: (body) => saveAccount(buildingId, body),
    save: (_row, body, version) => saveAccount(buildingId, { ...body, version }),
    readTheirs: () => readAccount(buildingId),
    readAgain: () => void queryClient.invalidateQueries({ queryKey: queryKeys.buildings }),
    onDone,
  });
  const { draft, faults, change } = form;
  return (
    <RowDialog
      form={form}
      title={t('facts.account.title')}
      submitLabel={t('save')}
      describe={(row) => `${groupedIban(row.iban)}, ${row.holder}`}
      onClose={onClose}
    >
      <p className="muted">{t('facts.account.about')}</p>
      <TextInput
        label={t('facts.account.iban')}
        value={draft.iban}
        onChange={(event) => change({ iban: event.currentTarget.value })}
        error={faults['iban'] === undefined ? undefined : t('facts.account.ibanFault')}
        placeholder="GR"
        autoComplete="off"
        spellCheck={false}
        maxLength={60}
        withAsterisk
        data-autofocus
      />
      <TextInput
        label={t('facts.account.holder')}
        description={t('facts.account.holderHint')}
        value={draft.holder}
        onChange={(event) => change({ holder: event.currentTarget.value })}
        error={faults['holder'] === undefined ? undefined : t('facts.account.holderFault')}
        autoComplete="off"
        maxLength={70}
        withAsterisk
      />
    </RowDialog>
  );
}
