import type { Building } from '@concierge/contract/http/buildings.ts';
import { useQueryClient } from '@tanstack/react-query';
import { localized } from '../../ui/words/language.ts';
import { useWords } from '../i18n.ts';
import { ConfirmDialog } from '../pieces/confirm-dialog.tsx';
import { queryKeys } from '../query-keys.ts';
import { archiveBuilding } from './queries.ts';

/** Says what archiving means before it happens. */
export function ArchiveDialog({ building, onClose, onDone }: { building: Building; onClose(): void; onDone(): void }) {
  const { t, language } = useWords();
  const queryClient = useQueryClient();
  const archive = async () => {
    await archiveBuilding(building.id);
    await queryClient.invalidateQueries({ queryKey: queryKeys.buildings });
    onDone();
  };
  return (
    <ConfirmDialog
      title={t('building.archiveTitle', { name: localized(building.name, language) })}
      confirmLabel={t('building.archive')}
      onConfirm={archive}
      onClose={onClose}
    >
      <p>{t('building.archiveConsequence')}</p>
    </ConfirmDialog>
  );
}
