import type { DisplayConfig } from '@concierge/contract/http/display-configs.ts';
import { SceneList } from '@concierge/contract/mqtt/scenes.ts';
import { sceneFaults } from '@concierge/kiosk-renderer/widgets/schemas.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { ApiProblem } from '../../ui/api/problem.ts';
import { beginHistory, changed, type DraftHistory, redone, undone } from './draft-history.ts';
import { changeProgramme, programmeQuery, readProgramme } from './queries.ts';

/** Typing that pauses this long is saved. */
const SAVE_AFTER_MS = 700;

export type SaveState =
  | { readonly kind: 'saved' | 'waiting' | 'saving' }
  | { readonly kind: 'failed'; readonly problem: unknown }
  /** Somebody else saved in between; `theirs` is how it is now. */
  | { readonly kind: 'conflict'; readonly theirs: DisplayConfig };

export interface ProgrammeDraft {
  readonly draft: SceneList;
  /** The paths that cannot be saved as they are, `scenes.0.view.portrait.1.settings.title.el`. */
  readonly faults: ReadonlySet<string>;
  readonly save: SaveState;
  /** The version that is saved, for publishing it. */
  readonly version: number;
  readonly mayUndo: boolean;
  readonly mayRedo: boolean;
  change(draft: SceneList, step?: string): void;
  undo(): void;
  redo(): void;
  /** Another row of the server's counts from now on: what was published, reverted or chosen after a conflict. */
  take(config: DisplayConfig): void;
  /** After a conflict: ours is saved over theirs. */
  overwrite(theirs: DisplayConfig): void;
  retry(): void;
}

/** The draft of a programme while somebody works on it: it saves itself when the typing pauses, and every step can be undone. */
export function useProgrammeDraft(config: DisplayConfig): ProgrammeDraft {
  const queryClient = useQueryClient();
  const [history, setHistory] = useState<DraftHistory>(() => beginHistory(config.draft));
  const [save, setSave] = useState<SaveState>({ kind: 'saved' });
  const [version, setVersion] = useState(config.version);
  const [savedDraft, setSavedDraft] = useState(config.draft);
  const sending = useRef(false);
  const { draft } = history;
  const faults = useMemo(() => faultPaths(draft), [draft]);

  const send = useCallback(
    async (toSave: SceneList, fromVersion: number) => {
      if (sending.current) return;
      sending.current = true;
      setSave({ kind: 'saving' });
      try {
        const saved = await changeProgramme(config.id, { draft: toSave, version: fromVersion });
        setSavedDraft(toSave);
        setVersion(saved.version);
        queryClient.setQueryData(programmeQuery(config.id).queryKey, saved);
        setSave({ kind: 'saved' });
      } catch (problem) {
        setSave(await whyNot(config.id, problem));
      } finally {
        sending.current = false;
      }
    },
    [config.id, queryClient],
  );

  useEffect(() => {
    if (draft === savedDraft || faults.size > 0) return;
    if (save.kind === 'conflict' || save.kind === 'failed' || save.kind === 'saving') return;
    const timer = setTimeout(() => void send(draft, version), SAVE_AFTER_MS);
    return () => clearTimeout(timer);
  }, [draft, savedDraft, faults, save.kind, version, send]);

  // A tab that is closed before the draft is saved asks first.
  const isUnsaved = draft !== savedDraft;
  useEffect(() => {
    if (!isUnsaved) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [isUnsaved]);

  return {
    draft,
    faults,
    save: isUnsaved && save.kind === 'saved' ? { kind: 'waiting' } : save,
    version,
    mayUndo: history.past.length > 0,
    mayRedo: history.future.length > 0,
    change: (next, step) => setHistory((old) => changed(old, next, step ?? null)),
    undo: () => setHistory(undone),
    redo: () => setHistory(redone),
    take(taken) {
      setSavedDraft(taken.draft);
      setHistory((old) =>
        JSON.stringify(old.draft) === JSON.stringify(taken.draft) ? { ...old, draft: taken.draft } : changed(old, taken.draft, null),
      );
      setVersion(taken.version);
      setSave({ kind: 'saved' });
      queryClient.setQueryData(programmeQuery(config.id).queryKey, taken);
    },
    overwrite: (theirs) => void send(draft, theirs.version),
    retry: () => void send(draft, version),
  };
}

async function whyNot(configId: string, problem: unknown): Promise<SaveState> {
  if (!(problem instanceof ApiProblem) || problem.code !== 'version-conflict') return { kind: 'failed', problem };
  try {
    return { kind: 'conflict', theirs: await readProgramme(configId) };
  } catch (unread) {
    return { kind: 'failed', problem: unread };
  }
}

function faultPaths(draft: SceneList): ReadonlySet<string> {
  const parsed = SceneList.safeParse(draft);
  const ofForm = parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join('.'));
  return new Set([...ofForm, ...sceneFaults(draft).map(({ path }) => path.join('.'))]);
}
