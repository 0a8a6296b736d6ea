import type { Building } from '@concierge/contract/http/buildings.ts';
import { Button, Group, Stack } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { problemWords } from '../../ui/api/problem.ts';
import { localized } from '../../ui/words/language.ts';
import { useWords } from '../i18n.ts';
import { Dialog } from '../pieces/dialog.tsx';
import { Notice } from '../pieces/notice.tsx';
import { queryKeys } from '../query-keys.ts';
import { archiveBuilding } from './queries.ts';

/** Says what archiving means before it happens. */
export function ArchiveDialog({ building, onClose, onDone }: { building: Building; onClose(): void; onDone(): void }) {
  const { t, language } = useWords();
  const queryClient = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const archive = async () => {
    setBusy(true);
    try {
      await archiveBuilding(building.id);
      await queryClient.invalidateQueries({ queryKey: queryKeys.buildings });
      onDone();
    } catch (failed) {
      setProblem(failed);
      setBusy(false);
    }
  };
  return (
    <Dialog title={t('building.archiveTitle', { name: localized(building.name, language) })} onClose={onClose}>
      <Stack gap="md">
        <p>{t('building.archiveConsequence')}</p>
        {problem !== null && <Notice tone="alert">{problemWords(problem, language)}</Notice>}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t('cancel')}
          </Button>
          <Button color="alert" loading={busy} onClick={() => void archive()}>
            {t('building.archive')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
