import { Button, Group, Stack } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { ApiProblem, problemWords } from '../../ui/api/problem.ts';
import { useWords } from '../i18n.ts';
import { Dialog } from './dialog.tsx';
import { Notice } from './notice.tsx';

/** Says what follows from a step that hurts before it is taken, and takes it. */
export function ConfirmDialog({
  title,
  confirmLabel,
  onConfirm,
  detailsOf = messagesOf,
  onClose,
  children,
}: {
  title: string;
  confirmLabel: string;
  /** Closes the dialog itself when it succeeds; what it throws is shown. */
  onConfirm(): Promise<void>;
  /** What exactly was refused, a line each; the server's own words unless they are told with more. */
  detailsOf?(problem: unknown): readonly string[];
  onClose(): void;
  children: ReactNode;
}) {
  const { t, language } = useWords();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const details = detailsOf(problem);
  const confirm = async () => {
    setBusy(true);
    try {
      await onConfirm();
    } catch (failed) {
      setProblem(failed);
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <Stack gap="md">
        {children}
        {problem !== null && (
          <Notice tone="alert">
            {problemWords(problem, language)}
            {details.length > 0 && (
              <ul>
                {details.map((line) => (
                  <li key={line}>{line}</li>
                ))}
              </ul>
            )}
          </Notice>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t('cancel')}
          </Button>
          <Button color="alert" loading={busy} onClick={() => void confirm()}>
            {confirmLabel}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

function messagesOf(problem: unknown): readonly string[] {
  return problem instanceof ApiProblem ? [...new Set(problem.errors.map(({ message }) => message))] : [];
}
