import type { Building } from '@concierge/contract/http/buildings.ts';
import { useQueryClient } from '@tanstack/react-query';
import { problemWords } from '../../ui/api/problem.ts';
import { localized } from '../../ui/words/language.ts';
import { useWords } from '../i18n.ts';
import { useToast } from '../pieces/toast.tsx';
import { queryKeys } from '../query-keys.ts';
import { restoreBuilding } from './queries.ts';

/** Says that the building was archived, and offers to bring it back. */
export function useArchivedToast(): (building: Building) => void {
  const { t, language } = useWords();
  const queryClient = useQueryClient();
  const toast = useToast();

  const restore = async (building: Building) => {
    const name = localized(building.name, language);
    try {
      await restoreBuilding(building.id);
      await queryClient.invalidateQueries({ queryKey: queryKeys.buildings });
      toast({ text: t('building.restored', { name }) });
    } catch (problem) {
      toast({ tone: 'alert', text: `${t('building.notRestored', { name })} ${problemWords(problem, language)}` });
    }
  };

  return (building) => toast({ text: t('building.archived'), action: { label: t('undo'), run: () => void restore(building) } });
}
