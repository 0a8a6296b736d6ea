/* oxlint-disable jsx-a11y/no-noninteractive-element-interactions -- pointing at a toast or focusing inside it only keeps it open; it is no control itself */
import { Button, CloseButton } from '@mantine/core';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useRef, useState } from 'react';
import { useWords } from '../i18n.ts';
import './toast.css';

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: 'plain' | 'alert';
  readonly action: { readonly label: string; run(): void } | null;
}

type ShowToast = (toast: { text: string; tone?: Toast['tone']; action?: NonNullable<Toast['action']> }) => void;

const ToastContext = createContext<ShowToast>(() => undefined);

const MOST_TOASTS = 3;
const SHOWN_MS = 7_000;
/** Somebody who uses a keyboard or a screen reader needs time to reach the undo. */
const SHOWN_WITH_ACTION_MS = 15_000;

export function useToast(): ShowToast {
  return useContext(ToastContext);
}

/** Short news of what was done, in a corner, read out without taking the focus. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const nextId = useRef(1);
  const show: ShowToast = useCallback(({ text, tone = 'plain', action }) => {
    const id = nextId.current;
    nextId.current += 1;
    setToasts((shown) => [...shown, { id, text, tone, action: action ?? null }].slice(-MOST_TOASTS));
  }, []);
  const close = useCallback((id: number) => setToasts((shown) => shown.filter((each) => each.id !== id)), []);
  useUndoByKeyboard(toasts, close);
  return (
    <ToastContext value={show}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {toasts.map((toast) => (
          <ToastCard key={toast.id} toast={toast} onClose={close} />
        ))}
      </div>
    </ToastContext>
  );
}

/** Ctrl-Z takes back what the newest toast offers to. In a field it stays the field's own. */
function useUndoByKeyboard(toasts: readonly Toast[], close: (id: number) => void): void {
  useEffect(() => {
    const undoable = toasts.findLast((toast) => toast.action !== null);
    if (undoable === undefined) return undefined;
    const undo = (event: KeyboardEvent) => {
      if (event.code !== 'KeyZ' || event.shiftKey || !(event.ctrlKey || event.metaKey)) return;
      if (event.target instanceof Element && event.target.matches('input, textarea, select')) return;
      event.preventDefault();
      undoable.action?.run();
      close(undoable.id);
    };
    window.addEventListener('keydown', undo);
    return () => window.removeEventListener('keydown', undo);
  }, [toasts, close]);
}

function ToastCard({ toast, onClose }: { toast: Toast; onClose: (id: number) => void }) {
  const { t } = useWords();
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return undefined;
    const timer = setTimeout(() => onClose(toast.id), toast.action === null ? SHOWN_MS : SHOWN_WITH_ACTION_MS);
    return () => clearTimeout(timer);
  }, [held, onClose, toast]);
  return (
    <div
      className={`toast toast-${toast.tone}`}
      role="group"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span>{toast.text}</span>
      {toast.action !== null && (
        <Button
          variant="subtle"
          size="compact-sm"
          aria-keyshortcuts="Control+Z Meta+Z"
          onClick={() => {
            toast.action?.run();
            onClose(toast.id);
          }}
        >
          {toast.action.label}
        </Button>
      )}
      <CloseButton aria-label={t('close')} size="sm" onClick={() => onClose(toast.id)} />
    </div>
  );
}
