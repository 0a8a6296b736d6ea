import type { DeviceBatch } from '@concierge/contract/http/device-batches.ts';
import { useQueryClient } from '@tanstack/react-query';
import { problemWords } from '../../ui/api/problem.ts';
import { useWords } from '../i18n.ts';
import { useToast } from '../pieces/toast.tsx';
import { queryKeys } from '../query-keys.ts';
import { reopenBatch } from './queries.ts';

/** Undoes the revocation of a batch, and says how that went. */
export function useReopening(): (batch: Pick<DeviceBatch, 'id' | 'name'>) => Promise<void> {
  const { t, language } = useWords();
  const queryClient = useQueryClient();
  const toast = useToast();
  return async ({ id, name }) => {
    try {
      await reopenBatch(id);
      toast({ text: t('batch.reopened', { name }) });
    } catch (problem) {
      toast({ text: problemWords(problem, language), tone: 'alert' });
    }
    await queryClient.invalidateQueries({ queryKey: queryKeys.batches });
  };
}
