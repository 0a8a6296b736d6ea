import { Button } from '@mantine/core';
import { problemWords } from '../../ui/api/problem.ts';
import { useWords } from '../i18n.ts';
import { Notice } from './notice.tsx';
import type { SaveState } from './use-save.ts';

/** What went wrong with a save and what can be done; with a conflict, the choice between both versions. */
export function SaveOutcome<Row>({
  state,
  describe,
  onLoadTheirs,
  onOverwrite,
}: {
  state: SaveState<Row>;
  /** One line that shows how the row is now. */
  describe(row: Row): string;
  onLoadTheirs(row: Row): void;
  onOverwrite(row: Row): void;
}) {
  const { t, language } = useWords();
  if (state.kind === 'failed') return <Notice tone="alert">{problemWords(state.problem, language)}</Notice>;
  if (state.kind !== 'conflict') return null;
  const { theirs } = state;
  if (theirs === null) return <Notice tone="alert">{t('conflict.gone')}</Notice>;
  return (
    <Notice
      tone="alert"
      actions={
        <>
          <Button variant="default" onClick={() => onLoadTheirs(theirs)}>
            {t('conflict.loadTheirs')}
          </Button>
          <Button variant="filled" color="alert" onClick={() => onOverwrite(theirs)}>
            {t('conflict.overwrite')}
          </Button>
        </>
      }
    >
      <p>
        <strong>{t('conflict.title')}</strong> {t('conflict.kept')}
      </p>
      <p>
        {t('conflict.now')} {describe(theirs)}
      </p>
    </Notice>
  );
}
