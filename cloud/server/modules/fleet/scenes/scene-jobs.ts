import { z } from 'zod';
import type { Database } from '#platform/database/database.ts';
import type { Job } from '#platform/jobs/jobs.ts';
import type { Outbox, Subscription } from '#platform/outbox/outbox.ts';
import { DEVICE_NEEDS_SYNC } from '../reports.ts';
import { devicesOfConfig } from './scene-store.ts';

/** Answers "this configuration has a new revision". */
export const sendScenes: Subscription = { task: 'fleet.send-scenes', key: (payload) => payload.subjectId ?? '' };

const OfConfig = z.object({ tenantId: z.uuid(), subjectId: z.uuid() });
const PAGE = 200;

/** Asks for every screen with the configuration to be served. A page of them is one transaction, so that ten thousand do not hold one open. */
export function sceneJobs({ database, outbox }: { database: Database; outbox: Outbox }): Job[] {
  return [
    {
      task: sendScenes.task,
      async run(payload) {
        const { tenantId, subjectId } = OfConfig.parse(payload);
        let after: string | null = null;
        do {
          after = await database.transaction({ tenantId, sessionId: null }, async (tx): Promise<string | null> => {
            const devices = await devicesOfConfig(tx, subjectId, after, PAGE);
            for (const device of devices)
              await outbox.emit(tx, DEVICE_NEEDS_SYNC, { tenantId, buildingId: device.buildingId, subjectId: device.id });
            return devices.length < PAGE ? null : (devices.at(-1)?.id ?? null);
          });
        } while (after !== null);
      },
    },
  ];
}
