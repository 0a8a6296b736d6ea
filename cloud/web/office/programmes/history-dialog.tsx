import type { DisplayConfig } from '@concierge/contract/http/display-configs.ts';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { problemWords } from '../../ui/api/problem.ts';
import { useNowMs } from '../../ui/use-now.ts';
import { momentWords } from '../../ui/words/dates.ts';
import { useWords } from '../i18n.ts';
import { Dialog } from '../pieces/dialog.tsx';
import { Notice } from '../pieces/notice.tsx';
import { ListSkeleton, ReadProblem } from '../pieces/states.tsx';
import { revertProgramme, revisionsQuery } from './queries.ts';

/** The office is in Greece, wherever this browser is. */
const OFFICE_ZONE = 'Europe/Athens';

/** What was published, by whom and when, and the way back to it. */
export function HistoryDialog({
  config,
  version,
  mayRevert,
  onClose,
  onReverted,
}: {
  config: DisplayConfig;
  version: number;
  mayRevert: boolean;
  onClose(): void;
  onReverted(config: DisplayConfig, revision: number): void;
}) {
  const { t, language } = useWords();
  const { data: revisions, error, refetch } = useQuery({ ...revisionsQuery(config.id), staleTime: 0 });
  const nowMs = useNowMs();
  const [busy, setBusy] = useState<number | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const revert = async (revision: number) => {
    setBusy(revision);
    try {
      onReverted(await revertProgramme(config.id, revision, version), revision);
    } catch (failed) {
      setProblem(failed);
      setBusy(null);
    }
  };
  return (
    <Dialog title={t('programme.historyTitle')} onClose={onClose}>
      {error !== null && <ReadProblem problem={error} onRetry={() => void refetch()} />}
      {revisions === undefined && error === null && <ListSkeleton rows={3} />}
      {revisions?.length === 0 && <p className="muted">{t('programme.historyNone')}</p>}
      {problem !== null && <Notice tone="alert">{problemWords(problem, language)}</Notice>}
      <ul className="editor-history">
        {revisions?.map(({ revision, publishedAt, publishedBy, sceneCount }) => (
          <li key={revision}>
            <span className="stacked">
              <strong>{t('programme.revision', { revision })}</strong>
              <span className="muted">
                {momentWords(Date.parse(publishedAt), language, OFFICE_ZONE, nowMs)} {t('programme.by', { name: publishedBy })} ·{' '}
                {t('programme.scenes', { count: sceneCount })}
              </span>
            </span>
            {mayRevert && (
              <Button
                variant="default"
                size="compact-sm"
                loading={busy === revision}
                disabled={busy !== null || (revision === config.published?.revision && !config.hasChanges)}
                aria-label={`${t('programme.revert')}: ${t('programme.revision', { revision })}`}
                onClick={() => void revert(revision)}
              >
                {t('programme.revert')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
