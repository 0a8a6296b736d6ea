import { PlanStanding } from '@concierge/contract/http/plan.ts';
import type { PlanFeature } from '@concierge/contract/plans.ts';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { api } from '../api.ts';
import { queryKeys } from '../query-keys.ts';
import { useMay } from '../session/session.ts';

export const planQuery = queryOptions({
  queryKey: queryKeys.plan,
  queryFn: ({ signal }) => api.read(PlanStanding, '/api/plan', signal),
  // Days pass in a window that stays open; what takes effect at once is told live.
  staleTime: 10 * 60_000,
  refetchInterval: 3_600_000,
});

/** The office's plan; undefined until it is known. */
export function usePlan(): PlanStanding | undefined {
  const maySee = useMay('device:read');
  return useQuery({ ...planQuery, enabled: maySee }).data;
}

/** Whether to offer what belongs to the feature. Nothing is locked on a guess: as long as the plan is not known it is offered, and the server decides. */
export function useHasFeature(): (feature: PlanFeature) => boolean {
  const plan = usePlan();
  return (feature) => plan === undefined || plan.features.includes(feature);
}
