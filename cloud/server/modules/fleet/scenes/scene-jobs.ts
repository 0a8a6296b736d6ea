import { z } from 'zod';
import type { Database, Transaction } from '#platform/database/database.ts';
import type { Job } from '#platform/jobs/jobs.ts';
import type { Outbox, Subscription } from '#platform/outbox/outbox.ts';
import { DEVICE_NEEDS_SYNC } from '../reports.ts';
import { devicesOfConfig, devicesWithConfig } from './scene-store.ts';

/** Answers "this configuration has a new revision". */
export const sendScenes: Subscription = { task: 'fleet.send-scenes', key: (payload) => payload.subjectId ?? '' };
/** Answers "another plan holds for the office": what its screens may show is composed anew. */
export const refitScreens: Subscription = { task: 'fleet.refit-screens', key: (payload) => payload.tenantId };

const OfTenant = z.object({ tenantId: z.uuid() });
const OfConfig = z.object({ tenantId: z.uuid(), subjectId: z.uuid() });
const PAGE = 200;

type DevicePage = (tx: Transaction, after: string | null, limit: number) => Promise<{ id: string; buildingId: string }[]>;

export function sceneJobs({ database, outbox }: { database: Database; outbox: Outbox }): Job[] {
  /** Asks for every one of the screens to be served. A page of them is one transaction, so that ten thousand do not hold one open. */
  async function serveAll(tenantId: string, pageOf: DevicePage): Promise<void> {
    let after: string | null = null;
    do {
      after = await database.transaction({ tenantId, sessionId: null }, async (tx): Promise<string | null> => {
        const devices = await pageOf(tx, after, PAGE);
        for (const device of devices)
          await outbox.emit(tx, DEVICE_NEEDS_SYNC, { tenantId, buildingId: device.buildingId, subjectId: device.id });
        return devices.length < PAGE ? null : (devices.at(-1)?.id ?? null);
      });
    } while (after !== null);
  }

  return [
    {
      task: sendScenes.task,
      async run(payload) {
        const { tenantId, subjectId } = OfConfig.parse(payload);
        await serveAll(tenantId, (tx, after, limit) => devicesOfConfig(tx, subjectId, after, limit));
      },
    },
    { task: refitScreens.task, run: (payload) => serveAll(OfTenant.parse(payload).tenantId, devicesWithConfig) },
  ];
}
