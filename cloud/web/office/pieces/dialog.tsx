import { Modal, type ModalProps } from '@mantine/core';
import { type ReactNode, type SubmitEvent, useRef } from 'react';
import { useWords } from '../i18n.ts';
import { useFocusBack } from './focus-back.ts';

/** What has to be answered before anything else goes on. */
export function Dialog({ title, onClose, children }: { title: string; onClose(): void; children: ReactNode }) {
  const { t } = useWords();
  useFocusBack();
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('close') }}>
      {children}
    </Modal>
  );
}

/**
 * A dialog with something to fill in. What was typed is not thrown away by a click beside it or by Escape without asking, and after a refusal the focus goes to the first field
 * that is wrong.
 */
export function FormDialog({
  title,
  size = 'md',
  className,
  onClose,
  onSubmit,
  children,
}: {
  title: string;
  size?: ModalProps['size'];
  className?: string;
  onClose(): void;
  onSubmit(): void;
  children: ReactNode;
}) {
  const { t } = useWords();
  const touched = useRef(false);
  useFocusBack();
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    onSubmit();
    // The faults are drawn by then.
    requestAnimationFrame(() => {
      const wrong = form.querySelector('[aria-invalid="true"]');
      if (wrong instanceof HTMLElement) wrong.focus();
    });
  };
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
      <form noValidate className={className} onSubmit={submit} onInput={() => (touched.current = true)}>
        {children}
      </form>
    </Modal>
  );
}
