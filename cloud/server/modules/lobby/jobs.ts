import { z } from 'zod';
import type { Job, PeriodicJob } from '#platform/jobs/jobs.ts';
import type { Subscription } from '#platform/outbox/outbox.ts';
import type { DeviceSync } from './device-sync.ts';
import type { FactPublication } from './fact-publication.ts';
import type { Publication } from './publication.ts';

const OfBuilding = z.object({ tenantId: z.uuid(), buildingId: z.uuid() });
const OfDevice = z.object({ tenantId: z.uuid(), buildingId: z.uuid(), subjectId: z.uuid() });

/** Answers "the building shows something else now". */
export const rebuildLobby: Subscription = { task: 'lobby.rebuild', key: (payload) => payload.buildingId ?? '' };
/** Answers "there is something else to know of the building than its content". */
export const refreshFacts: Subscription = { task: 'lobby.refresh-facts', key: (payload) => payload.buildingId ?? '' };
/** Answers "this device may lack something". */
export const serveDevice: Subscription = { task: 'lobby.serve-device', key: (payload) => payload.subjectId ?? '' };

const lockOfBuilding = (buildingId: string) => `building:${buildingId}`;

export function lobbyJobs(use: { publication: Publication; factPublication: FactPublication; deviceSync: DeviceSync }): Job[] {
  return [
    {
      task: rebuildLobby.task,
      // What is sent to the building's devices leaves in the order in which it was decided.
      locks: (payload) => ({ alone: [lockOfBuilding(OfBuilding.parse(payload).buildingId)] }),
      async run(payload) {
        const { tenantId, buildingId } = OfBuilding.parse(payload);
        await use.publication.rebuild(tenantId, buildingId);
        await use.factPublication.refresh(tenantId, buildingId);
      },
    },
    {
      task: refreshFacts.task,
      locks: (payload) => ({ alone: [lockOfBuilding(OfBuilding.parse(payload).buildingId)] }),
      async run(payload) {
        const { tenantId, buildingId } = OfBuilding.parse(payload);
        await use.factPublication.refresh(tenantId, buildingId);
      },
    },
    {
      task: serveDevice.task,
      locks(payload) {
        const { subjectId, buildingId } = OfDevice.parse(payload);
        return { alone: [`device:${subjectId}`], shared: [lockOfBuilding(buildingId)] };
      },
      async run(payload) {
        const { tenantId, subjectId } = OfDevice.parse(payload);
        await use.deviceSync.serve(tenantId, subjectId);
      },
    },
  ];
}

/** Every ten minutes each building with a screen is looked at again. */
export function lobbyClock(check: { askAll(): Promise<void> }): PeriodicJob {
  return { task: 'lobby.check-all', crontab: '*/10 * * * *', run: () => check.askAll() };
}
