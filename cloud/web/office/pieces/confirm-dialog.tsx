import { Button, Group, Stack } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { problemWords } from '../../ui/api/problem.ts';
import { useWords } from '../i18n.ts';
import { Dialog } from './dialog.tsx';
import { Notice } from './notice.tsx';

/** Says what follows from a step that hurts before it is taken, and takes it. */
export function ConfirmDialog({
  title,
  confirmLabel,
  onConfirm,
  onClose,
  children,
}: {
  title: string;
  confirmLabel: string;
  /** Closes the dialog itself when it succeeds; what it throws is shown. */
  onConfirm(): Promise<void>;
  onClose(): void;
  children: ReactNode;
}) {
  const { t, language } = useWords();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
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
        {problem !== null && <Notice tone="alert">{problemWords(problem, language)}</Notice>}
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
