import { Button, Group, Modal, type ModalProps, Stack } from '@mantine/core';
import { type ReactNode, type SubmitEvent, useRef } from 'react';
import { problemWords } from '../../ui/api/problem.ts';
import { useWords } from '../i18n.ts';
import { useFocusBack } from './focus-back.ts';
import { Notice } from './notice.tsx';
import type { RowForm } from './use-row-form.ts';
import './row-dialog.css';

/**
 * A dialog that makes or changes one row. What was typed is not thrown away by a click beside it or by Escape without asking, and after a refusal the focus goes to the first field
 * that is wrong.
 */
export function RowDialog<Row, Draft>({
  form,
  title,
  size = 'md',
  submitLabel,
  loud = false,
  describe,
  beside,
  onClose,
  children,
}: {
  form: RowForm<Row, Draft>;
  title: string;
  size?: ModalProps['size'];
  /** What the button says that ends it. */
  submitLabel: string;
  /** Whether it does what everybody will notice. */
  loud?: boolean;
  /** One line that shows how the row is now, for whoever has to choose after a conflict. */
  describe(row: Row): string;
  /** What stands next to the fields on a wide screen and below them on a narrow one. */
  beside?: ReactNode;
  onClose(): void;
  children: ReactNode;
}) {
  const { t } = useWords();
  const touched = useRef(false);
  useFocusBack();
  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const element = event.currentTarget;
    form.submit();
    // The faults are drawn by then.
    requestAnimationFrame(() => {
      const wrong = element.querySelector('[aria-invalid="true"]');
      if (wrong instanceof HTMLElement) wrong.focus();
    });
  };
  const fields = (
    <Stack gap="md">
      {children}
      <RowOutcome form={form} describe={describe} />
    </Stack>
  );
  const foot = (
    <Group justify="flex-end" className="row-dialog-foot">
      <Button variant="default" onClick={onClose}>
        {t('cancel')}
      </Button>
      <Button type="submit" color={loud ? 'alert' : 'accent'} loading={form.outcome.kind === 'sending'}>
        {submitLabel}
      </Button>
    </Group>
  );
  return (
    <Modal
      opened
      onClose={() => {
        if (!touched.current || window.confirm(t('discard'))) onClose();
      }}
      closeOnClickOutside={false}
      title={title}
      size={size}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <form
        noValidate
        className={beside === undefined ? 'row-dialog' : 'row-dialog row-dialog-wide'}
        onSubmit={onSubmit}
        onInput={() => (touched.current = true)}
      >
        {fields}
        {beside}
        {foot}
      </form>
    </Modal>
  );
}

/** What went wrong and what can be done; after a conflict, the choice between both forms of the row. */
function RowOutcome<Row, Draft>({ form, describe }: { form: RowForm<Row, Draft>; describe(row: Row): string }) {
  const { t, language } = useWords();
  const { outcome } = form;
  if (outcome.kind === 'failed') return <Notice tone="alert">{problemWords(outcome.problem, language)}</Notice>;
  if (outcome.kind !== 'conflict') return null;
  const { theirs } = outcome;
  if (theirs === null) return <Notice tone="alert">{t('conflict.gone')}</Notice>;
  return (
    <Notice
      tone="alert"
      actions={
        <>
          <Button variant="default" onClick={() => form.loadTheirs(theirs)}>
            {t('conflict.loadTheirs')}
          </Button>
          <Button variant="filled" color="alert" onClick={() => form.overwrite(theirs)}>
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
