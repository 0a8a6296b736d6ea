import { z } from 'zod';
import type { Database } from '#platform/database/database.ts';
import type { FileStorage } from '#platform/files/file-storage.ts';
import type { Job } from '#platform/jobs/jobs.ts';
import type { Subscription } from '#platform/outbox/outbox.ts';
import { forgetUnneededFile } from './media.ts';

/** Answers "nobody needs the bytes of this file any more". */
export const forgetMediaFile: Subscription = {
  task: 'fleet.forget-media-file',
  key: ({ tenantId, subjectId }) => `${tenantId}:${subjectId}`,
};

const OfMedia = z.object({ tenantId: z.uuid(), subjectId: z.string() });

export function mediaJobs(deps: { database: Database; storage: FileStorage }): Job[] {
  return [
    {
      task: forgetMediaFile.task,
      async run(payload) {
        const { tenantId, subjectId: sha256 } = OfMedia.parse(payload);
        await forgetUnneededFile(deps, tenantId, sha256);
      },
    },
  ];
}
