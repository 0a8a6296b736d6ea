import { z } from 'zod';
import type { Database } from '#platform/database/database.ts';
import type { Job } from '#platform/jobs/jobs.ts';
import type { Outbox, Subscription } from '#platform/outbox/outbox.ts';
import { createServeScreens } from './serve-screens.ts';

/** Answers "this configuration has a new revision". */
export const sendScenes: Subscription = { task: 'fleet.send-scenes', key: (payload) => payload.subjectId ?? '' };
/** Answers "another plan holds for the office": what its screens may show is composed anew. */
export const refitScreens: Subscription = { task: 'fleet.refit-screens', key: (payload) => payload.tenantId };

const OfTenant = z.object({ tenantId: z.uuid() });
const OfConfig = z.object({ tenantId: z.uuid(), subjectId: z.uuid() });

export function sceneJobs(deps: { database: Database; outbox: Outbox }): Job[] {
  const serveScreens = createServeScreens(deps);
  return [
    {
      task: sendScenes.task,
      async run(payload) {
        const { tenantId, subjectId } = OfConfig.parse(payload);
        await serveScreens.ofConfig(tenantId, subjectId);
      },
    },
    { task: refitScreens.task, run: (payload) => serveScreens.ofOffice(OfTenant.parse(payload).tenantId) },
  ];
}
