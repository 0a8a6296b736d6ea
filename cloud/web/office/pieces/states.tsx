import { Button, Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { isPassing, problemWords } from '../../ui/api/problem.ts';
import { useWords } from '../i18n.ts';
import { Notice } from './notice.tsx';
import './states.css';

/** Nothing here yet: what belongs here, and the first step. */
export function EmptyState({
  title,
  text,
  action,
  wholeScreen = false,
}: {
  title: string;
  text?: string;
  action?: ReactNode /** The title is then the screen's. */;
  wholeScreen?: boolean;
}) {
  return (
    <div className="empty-state">
      {wholeScreen ? <h1 className="empty-state-title">{title}</h1> : <p className="empty-state-title">{title}</p>}
      {text !== undefined && <p className="muted">{text}</p>}
      {action}
    </div>
  );
}

/** A read that failed: why, and another try where that may help. */
export function ReadProblem({ problem, onRetry }: { problem: unknown; onRetry: () => void }) {
  const { t, language } = useWords();
  return (
    <Notice
      tone="alert"
      actions={
        isPassing(problem) ? (
          <Button variant="default" onClick={onRetry}>
            {t('retry')}
          </Button>
        ) : undefined
      }
    >
      <strong>{t('readFailed')}</strong> {problemWords(problem, language)}
    </Notice>
  );
}

/** Grey rows where a list will stand. */
export function ListSkeleton({ rows = 6 }: { rows?: number }) {
  const { t } = useWords();
  return (
    <div role="status" className="list-skeleton">
      <span className="visually-hidden">{t('loading')}</span>
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} height="2.4rem" animate={false} aria-hidden />
      ))}
    </div>
  );
}
