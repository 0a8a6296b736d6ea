import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { isPassing } from '../ui/api/problem.ts';
import { chosenTheme } from '../ui/theme.ts';
import { onSessionEnded } from './api.ts';
import { cssVariablesResolver, mantineTheme } from './mantine-theme.ts';
import { ToastProvider } from './pieces/toast.tsx';
import { createOfficeRouter } from './router.tsx';
import { meQuery } from './session/session.ts';

const MOST_READ_RETRIES = 2;

/** The office application: theme, queries, routes. */
export function Office() {
  const [queryClient] = useState(
    () =>
      new QueryClient({
        defaultOptions: {
          queries: {
            staleTime: 30_000,
            retry: (failures, problem) => failures < MOST_READ_RETRIES && isPassing(problem),
            // A failed read says so at once; the browser's own idea of being online is often wrong.
            networkMode: 'always',
          },
        },
      }),
  );
  const [router] = useState(() => createOfficeRouter(queryClient));
  const [theme] = useState(chosenTheme);

  useEffect(
    () =>
      onSessionEnded(() => {
        const { href, pathname } = router.state.location;
        // Who was not logged in in this window has no session that could have ended; the route sends them to log in.
        if (queryClient.getQueryData(meQuery.queryKey) === undefined) return;
        if (!pathname.startsWith('/login')) void router.navigate({ to: '/login', search: { next: href, ended: true } });
      }),
    [router, queryClient],
  );

  return (
    <MantineProvider
      theme={mantineTheme}
      cssVariablesResolver={cssVariablesResolver}
      defaultColorScheme={theme === 'system' ? 'auto' : theme}
    >
      <QueryClientProvider client={queryClient}>
        <ToastProvider>
          <RouterProvider router={router} />
        </ToastProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
