import type { Database, Transaction } from '#platform/database/database.ts';
import type { Outbox } from '#platform/outbox/outbox.ts';
import { DEVICE_NEEDS_SYNC } from '../reports.ts';
import { devicesOfConfig, devicesWithConfig } from './scene-store.ts';

const PAGE = 200;

/** Asks for screens to be served anew, because what they should show has changed. */
export interface ServeScreens {
  ofConfig(tenantId: string, configId: string): Promise<void>;
  ofOffice(tenantId: string): Promise<void>;
}

export function createServeScreens({ database, outbox }: { database: Database; outbox: Outbox }): ServeScreens {
  /** A page of them is one transaction, so that ten thousand do not hold one open. */
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

  return {
    ofConfig: (tenantId, configId) => serveAll(tenantId, (tx, after, limit) => devicesOfConfig(tx, configId, after, limit)),
    ofOffice: (tenantId) => serveAll(tenantId, devicesWithConfig),
  };
}

type DevicePage = (tx: Transaction, after: string | null, limit: number) => Promise<{ id: string; buildingId: string }[]>;
