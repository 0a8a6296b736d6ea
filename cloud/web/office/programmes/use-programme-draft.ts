import type { DisplayConfig } from '@concierge/contract/http/display-configs.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useWords } from '../i18n.ts';
import { useLeaveGuard } from '../pieces/leave-guard.ts';
import type { DraftFaults } from './draft-faults.ts';
import { createDraftSaver, type DraftSaver, type DraftState } from './draft-saver.ts';
import { changeProgramme, programmeQuery, readProgramme } from './queries.ts';
import { useMissingFiles } from './use-missing-files.ts';

export type ProgrammeDraft = DraftState &
  Omit<DraftSaver, 'state' | 'subscribe' | 'start' | 'stop' | 'follow' | 'gone' | 'online' | 'settle'>;

/** The draft of a programme while its editor is open. Whoever goes elsewhere in the office has it saved first, and is asked only about what cannot be saved. */
export function useProgrammeDraft(config: DisplayConfig, isGone: boolean): ProgrammeDraft {
  const { t } = useWords();
  const queryClient = useQueryClient();
  const [saver] = useState(() =>
    createDraftSaver(config, {
      save: (draft, version) => changeProgramme(config.id, { draft, version }),
      readTheirs: () => readProgramme(config.id),
      onKept: (kept) => queryClient.setQueryData(programmeQuery(config.id).queryKey, kept),
      after(durationMs, work) {
        const timer = setTimeout(work, durationMs);
        return () => clearTimeout(timer);
      },
    }),
  );
  const state = useSyncExternalStore(saver.subscribe, saver.state);
  useEffect(() => {
    saver.start();
    window.addEventListener('online', saver.online);
    return () => {
      window.removeEventListener('online', saver.online);
      saver.stop();
    };
  }, [saver]);
  useEffect(() => saver.follow(config), [saver, config]);
  useEffect(() => {
    if (isGone) saver.gone();
  }, [saver, isGone]);
  useLeaveGuard({ isUnsaved: state.isUnsaved, save: saver.settle, question: t('programme.leave') });
  const missing: DraftFaults = new Map(useMissingFiles(state.draft).map(({ path }) => [path, t('programme.fileGone')]));
  // Of a file that is gone the server's words and ours say the same.
  return { ...saver, ...state, faults: new Map([...state.faults, ...missing]) };
}
