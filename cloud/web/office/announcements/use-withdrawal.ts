import type { Announcement } from '@concierge/contract/http/announcements.ts';
import { useQueryClient } from '@tanstack/react-query';
import { problemWords } from '../../ui/api/problem.ts';
import { useWords } from '../i18n.ts';
import { useToast } from '../pieces/toast.tsx';
import { queryKeys } from '../query-keys.ts';
import { stateAt } from './lifetime.ts';
import { changeAnnouncement } from './queries.ts';

/** Takes an announcement off the screens at once, or puts it back. The list shows it before the server has answered, because there is an undo. */
export function useWithdrawal(buildingId: string): (announcement: Announcement, withdrawn: boolean) => Promise<void> {
  const { t, language } = useWords();
  const queryClient = useQueryClient();
  const toast = useToast();
  const queryKey = queryKeys.announcements(buildingId);

  const put = (row: Announcement) =>
    queryClient.setQueryData<Announcement[]>(queryKey, (rows) => rows?.map((each) => (each.id === row.id ? row : each)));

  return async function withdraw(announcement, withdrawn) {
    // A read that is under way would bring the old state back for a moment.
    await queryClient.cancelQueries({ queryKey });
    put({ ...announcement, state: withdrawn ? 'withdrawn' : stateAt({ ...announcement, state: 'scheduled' }, Date.now()) });
    try {
      const row = await changeAnnouncement(announcement.id, { withdrawn, version: announcement.version });
      put(row);
      toast({
        text: t(withdrawn ? 'announcement.withdrawnDone' : 'announcement.restoredDone', { title: row.title.el }),
        ...(withdrawn ? { action: { label: t('undo'), run: () => void withdraw(row, false) } } : {}),
      });
    } catch (problem) {
      put(announcement);
      toast({ tone: 'alert', text: `${t('announcement.notChanged')} ${problemWords(problem, language)}` });
    } finally {
      void queryClient.invalidateQueries({ queryKey });
    }
  };
}
