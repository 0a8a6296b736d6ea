import type { Permission } from '@concierge/contract/http/permissions.ts';
import { type LoginBody, Me } from '@concierge/contract/http/users.ts';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { z } from 'zod';
import { api } from '../api.ts';
import { queryKeys } from '../query-keys.ts';

export const meQuery = queryOptions({
  queryKey: queryKeys.me,
  queryFn: ({ signal }) => api.read(Me, '/api/users/me', signal),
  staleTime: 5 * 60_000,
});

/** Who is logged in; the shell is drawn only when this is known. */
export function useMe(): Me | undefined {
  return useQuery(meQuery).data;
}

/** Whether to offer an action. The server decides again, per building. */
export function useMay(permission: Permission): boolean {
  return useMe()?.permissions.includes(permission) ?? false;
}

export function logIn(body: z.infer<typeof LoginBody>): Promise<Me> {
  return api.change(Me, { method: 'POST', path: '/api/users/token', body, withoutSession: true });
}

export function logOut(everywhere: boolean): Promise<null> {
  return api.change(z.null(), { method: 'POST', path: '/api/users/logout', body: { everywhere } });
}
