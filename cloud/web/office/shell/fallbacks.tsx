import { Button } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import { useWords } from '../i18n.ts';
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
