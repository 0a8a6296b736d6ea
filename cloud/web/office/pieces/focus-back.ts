import { useEffect, useRef, useState } from 'react';

/** Gives the focus back to what opened a dialog, when the dialog is gone and nothing else has taken it. Without it a keyboard starts again at the top of the page. */
export function useFocusBack(): void {
  const [opener] = useState(() => openerOf(document.activeElement));
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    clearTimeout(timer.current);
    return () => {
      timer.current = setTimeout(() => {
        const { activeElement } = document;
        if (activeElement !== null && activeElement !== document.body) return;
        // The row that opened it may have been deleted by it.
        const target = opener?.isConnected === true ? opener : document.getElementById('main');
        if (target instanceof HTMLElement) target.focus({ preventScroll: true });
      });
    };
  }, [opener]);
}

/** A line of a menu is gone with the menu; what opened the menu stays. A dialog that an address opened has no opener: the body is none. */
function openerOf(active: Element | null): Element | null {
  if (active === document.body) return null;
  const menu = active?.closest('[role="menu"]');
  return menu ? document.getElementById(menu.getAttribute('aria-labelledby') ?? '') : active;
}
