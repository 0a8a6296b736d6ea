import { useCallback, useEffect, useState } from 'react';
import { ApiProblem } from './api/problem.ts';

/** How old what somebody looks at may become before it is read again. The office promises it for announcements (`noneHint`). */
const READ_AGAIN_MS = 60_000;

/**
 * What is read for a page: at once, every minute while somebody looks, and when they look again or have a network again. A failed read keeps the
 * last value, or `kept` from before. Both functions must stay the same from one drawing to the next.
 */
export function useReadWhileSeen<Value>(readFresh: () => Promise<Value>, kept: () => Value | null = nothingKept) {
  const [value, setValue] = useState<Value | null>(kept);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const read = useCallback(() => {
    readFresh().then(
      (fresh) => {
        setValue(fresh);
        setProblem(null);
      },
      (failed: unknown) => setProblem(failed instanceof ApiProblem ? failed : new ApiProblem({ code: 'internal', status: 500 })),
    );
  }, [readFresh]);
  useEffect(() => callWhileSeen(read, { document, window }), [read]);
  return { value, problem, read };
}

/** Calls `read` now and whenever the hook above says; returns how to stop. */
export function callWhileSeen(
  read: () => void,
  page: { document: EventTarget & Pick<Document, 'visibilityState'>; window: EventTarget },
): () => void {
  const readWhenSeen = () => {
    if (page.document.visibilityState === 'visible') read();
  };
  read();
  const timer = setInterval(readWhenSeen, READ_AGAIN_MS);
  page.document.addEventListener('visibilitychange', readWhenSeen);
  page.window.addEventListener('online', readWhenSeen);
  return () => {
    clearInterval(timer);
    page.document.removeEventListener('visibilitychange', readWhenSeen);
    page.window.removeEventListener('online', readWhenSeen);
  };
}

const nothingKept = () => null;
