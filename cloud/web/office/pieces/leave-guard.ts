import { useBlocker } from '@tanstack/react-router';
import { useRef } from 'react';

/**
 * Keeps somebody from losing what is not saved by going elsewhere in the office, or by closing the window. What can be saved is saved first and nobody is asked; about the rest they
 * are, and so is whoever closes the window.
 */
export function useLeaveGuard({
  isUnsaved,
  save,
  question,
}: {
  isUnsaved: boolean;
  /** Saves what waits to be saved; whether nothing is unsaved then. */
  save?(): Promise<boolean>;
  question: string;
}): void {
  // The save itself may find that the session is over, which leads elsewhere too: one answer serves both.
  const deciding = useRef<Promise<boolean> | null>(null);
  const mustStay = async () => isUnsaved && (await save?.()) !== true && !window.confirm(question);
  useBlocker({
    shouldBlockFn() {
      deciding.current ??= mustStay().finally(() => {
        deciding.current = null;
      });
      return deciding.current;
    },
    enableBeforeUnload: isUnsaved,
  });
}
