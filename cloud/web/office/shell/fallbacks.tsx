import { Button } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useWords } from '../i18n.ts';
import { Notice } from '../pieces/notice.tsx';
import { EmptyState, ReadProblem } from '../pieces/states.tsx';

/** The office could not be opened at all: no network, or the service is down. */
export function ShellProblem({ error }: { error: unknown }) {
  const router = useRouter();
  return (
    <main className="shell-main">
      <ReadProblem problem={error} onRetry={() => void router.invalidate()} />
    </main>
  );
}

/**
 * A screen that could not be drawn: its parts were not fetched, because the network is gone or a newer office has taken their place, or it failed. Without a network a reload would
 * lose the office itself.
 */
export function ScreenProblem({ error, reset }: { error: unknown; reset(): void }) {
  const { t } = useWords();
  useEffect(() => console.error(error), [error]);
  return (
    <Notice
      tone="alert"
      actions={
        <Button variant="default" onClick={() => (navigator.onLine ? location.reload() : reset())}>
          {t('retry')}
        </Button>
      }
    >
      <strong>{t('shell.notOpened')}</strong> {t('shell.notOpenedHint')}
    </Notice>
  );
}

export function NotFound() {
  const { t } = useWords();
  return (
    <main className="shell-main">
      <EmptyState
        wholeScreen
        title={t('shell.noSuchPage')}
        action={
          <Button component="a" href="/office">
            {t('building.many')}
          </Button>
        }
      />
    </main>
  );
}
