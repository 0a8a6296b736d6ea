import { type DisplayConfig, DisplayConfigBody, type DisplayConfigSummary } from '@concierge/contract/http/display-configs.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useWords } from '../i18n.ts';
import { RowDialog } from '../pieces/row-dialog.tsx';
import { useToast } from '../pieces/toast.tsx';
import { useRowForm } from '../pieces/use-row-form.ts';
import { queryKeys } from '../query-keys.ts';
import { ProgrammeNameInput } from './programme-name-input.tsx';
import { changeProgramme, readProgramme } from './queries.ts';

type Named = Pick<DisplayConfigSummary, 'id' | 'name' | 'version'>;

const NameBody = DisplayConfigBody.pick({ name: true });

/** Gives a programme another name. Screens never show it, so nothing changes for them. */
export function RenameDialog({
  programme,
  onClose,
  onDone,
}: {
  programme: Named;
  onClose(): void;
  /** Given the row as it is now. */
  onDone(renamed: DisplayConfig): void;
}) {
  const { t } = useWords();
  const toast = useToast();
  const queryClient = useQueryClient();
  const form = useRowForm<Named, { name: string }, { name: string }>({
    row: programme,
    draftOf: (row) => ({ name: row?.name ?? '' }),
    bodyOf: (draft) => NameBody.safeParse(draft),
    async save({ id }, { name }, version) {
      const renamed = await changeProgramme(id, { name, version });
      onDone(renamed);
      return renamed;
    },
    readTheirs: ({ id }) => readProgramme(id),
    readAgain: () => void queryClient.invalidateQueries({ queryKey: queryKeys.displayConfigs, refetchType: 'active' }),
    onDone({ name }) {
      toast({ text: t('programme.renamed', { name }) });
      onClose();
    },
  });
  return (
    <RowDialog
      form={form}
      title={t('programme.renameTitle', { name: programme.name })}
      submitLabel={t('save')}
      describe={({ name }) => name}
      onClose={onClose}
    >
      <ProgrammeNameInput value={form.draft.name} fault={form.faults['name']} onChange={(name) => form.change({ name })} />
    </RowDialog>
  );
}
