import { useEffect, useState } from 'react';

/** The time, read again every `everyMs`: ages and «current» are decided from the clock, not from when something was loaded. */
export function useNowMs(everyMs = 30_000): number {
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return nowMs;
}
