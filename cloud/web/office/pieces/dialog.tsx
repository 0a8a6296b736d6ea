import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useWords } from '../i18n.ts';
import { useFocusBack } from './focus-back.ts';

/** What has to be answered before anything else goes on. */
export function Dialog({
  title,
  closesBeside = true,
  size = 'md',
  onClose,
  children,
}: {
  title: string;
  /** Whether a click beside it closes it; not where something was typed. */
  closesBeside?: boolean;
  size?: 'md' | 'xl';
  onClose(): void;
  children: ReactNode;
}) {
  const { t } = useWords();
  useFocusBack();
  return (
    <Modal
      opened
      onClose={onClose}
      size={size}
      closeOnClickOutside={closesBeside}
      title={title}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {children}
    </Modal>
  );
}
