import { type ReactNode, useLayoutEffect, useRef } from 'react';

/**
 * A dialog by the browser's own element, for what the shell itself opens: it is there with the first screen and costs nothing to fetch. The browser holds the focus inside, closes
 * it by Escape and gives the focus back.
 */
export function NativeDialog({
  label,
  className,
  onClose,
  children,
}: {
  label: string;
  className: string;
  onClose(): void;
  children: ReactNode;
}) {
  const element = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    const first = dialog?.querySelector('[data-autofocus]');
    if (first instanceof HTMLElement) first.focus();
    // Closed before it is taken away, or the focus would be lost with it.
    return () => dialog?.close();
  }, []);
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions -- a click beside it does what Escape does, which the browser handles
    <dialog
      ref={element}
      className={className}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      {children}
    </dialog>
  );
}
