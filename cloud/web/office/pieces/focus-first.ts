import { type RefObject, useEffect, useRef } from 'react';

/** For a step that takes another's place inside an open dialog: the focus goes to what it is to begin with, instead of being lost with the old step. */
export function useFocusFirst<Step extends HTMLElement>(): RefObject<Step | null> {
  const step = useRef<Step>(null);
  useEffect(() => {
    const first = step.current?.querySelector('[data-autofocus]');
    if (first instanceof HTMLElement) first.focus();
  }, []);
  return step;
}
