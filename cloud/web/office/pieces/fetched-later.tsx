import { type ComponentType, type FunctionComponent, type ReactNode, useEffect, useState } from 'react';

/** What the first screen itself asks for goes first. */
const QUIET_AFTER_MS = 1_000;

/**
 * A part of a screen that its first sight does not need: a dialog, a menu. It is fetched when the browser has nothing better to do, so that it is there by the time somebody asks
 * for it; whoever is faster sees `meanwhile`. What cannot be fetched is thrown to the screen, which offers another try.
 */
export function fetchedLater<Props extends object>(
  fetchPart: () => Promise<ComponentType<Props>>,
  meanwhile: ReactNode = null,
  /** 'asked': only when somebody goes there, for what is large and few people open. */
  early: 'when quiet' | 'asked' = 'when quiet',
): FunctionComponent<Props> {
  let fetched: ComponentType<Props> | null = null;
  const fetchOnce = async () => {
    fetched ??= await fetchPart();
    return fetched;
  };
  // A failure here is met again, and told, by whoever opens the part.
  if (early === 'when quiet') whenQuiet(() => void fetchOnce().catch(() => undefined));

  return function Later(props: Props) {
    const [Part, setPart] = useState(() => fetched);
    const [problem, setProblem] = useState<unknown>(null);
    useEffect(() => {
      if (Part === null) fetchOnce().then((part) => setPart(() => part), setProblem);
    }, [Part]);
    if (problem !== null) throw problem;
    return Part === null ? meanwhile : <Part {...props} />;
  };
}

function whenQuiet(work: () => void): void {
  setTimeout(() => {
    // Safari has no such callback.
    if ('requestIdleCallback' in window) window.requestIdleCallback(work);
    else work();
  }, QUIET_AFTER_MS);
}
