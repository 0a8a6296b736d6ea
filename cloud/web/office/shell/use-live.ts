import { Me } from '@concierge/contract/http/users.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { createLiveConnection, type LiveState } from '../../ui/live/live-connection.ts';
import { api } from '../api.ts';
import { keysTouchedBy, queryKeys } from '../query-keys.ts';

/** Changes come in bursts; reading once after a moment is enough. */
const GATHER_MS = 150;
/** Ten thousand screens have news every moment; the first is read at once, those that follow together. */
const DEVICES_AT_MOST_EVERY_MS = 4_000;

/** The one connection of this window: what changed elsewhere is read again, in place, without moving the focus. */
export function useLive(): LiveState {
  const queryClient = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');

  useEffect(() => {
    const touched = new Map<string, readonly string[]>();
    let timer: ReturnType<typeof setTimeout> | null = null;
    let devicesTimer: ReturnType<typeof setTimeout> | null = null;
    let devicesReadAtMs = Number.NEGATIVE_INFINITY;
    const readTouched = () => {
      timer = null;
      for (const queryKey of touched.values()) void queryClient.invalidateQueries({ queryKey });
      touched.clear();
    };
    const readDevices = () => {
      devicesTimer = null;
      devicesReadAtMs = performance.now();
      void queryClient.invalidateQueries({ queryKey: queryKeys.devices });
    };
    const connection = createLiveConnection({
      open: () => new EventSource('/api/live'),
      checkSession: () => api.read(Me, '/api/users/me'),
      onChange(event) {
        for (const key of keysTouchedBy(event)) touched.set(key.join(' '), key);
        timer ??= setTimeout(readTouched, GATHER_MS);
        if (event.subject !== 'device') return;
        const waitMs = Math.max(GATHER_MS, devicesReadAtMs + DEVICES_AT_MOST_EVERY_MS - performance.now());
        devicesTimer ??= setTimeout(readDevices, waitMs);
      },
      onResync: () => void queryClient.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'me' }, { cancelRefetch: false }),
      onState: setState,
      random: Math.random,
      after(durationMs, work) {
        const pending = setTimeout(work, durationMs);
        return () => clearTimeout(pending);
      },
    });
    const watchVisibility = () => connection.setVisible(document.visibilityState === 'visible');
    connection.start();
    document.addEventListener('visibilitychange', watchVisibility);
    return () => {
      connection.stop();
      if (timer !== null) clearTimeout(timer);
      if (devicesTimer !== null) clearTimeout(devicesTimer);
      document.removeEventListener('visibilitychange', watchVisibility);
    };
  }, [queryClient]);

  return state;
}
