import type { WeightTable, WeightTableBody, WeightTableKind } from '@concierge/contract/http/weight-tables.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { actorOf, recordAudit } from '#platform/audit/audit.ts';
import { type Database, violatedConstraint } from '#platform/database/database.ts';
import type { Principal } from '#platform/http/principal.ts';
import type { Failure } from '#platform/http/problem.ts';
import type { Outbox } from '#platform/outbox/outbox.ts';
import { missingParts, weightsComplaint } from './rules.ts';
import { findBuilding, listWeightTables, writeWeightTable } from './store.ts';

export interface Weights {
  list(principal: Principal, buildingId: string): Promise<Result<{ items: WeightTable[] }, Failure>>;
  /** Replaces one table as a whole; refused with the difference when it does not make its total. */
  replace(principal: Principal, buildingId: string, kind: WeightTableKind, body: WeightTableBody): Promise<Result<WeightTable, Failure>>;
}

export function createWeights({ database, outbox }: { database: Database; outbox: Outbox }): Weights {
  return {
    async list(principal, buildingId) {
      if (!principal.may('building:read', buildingId) || (await findBuilding(database, principal.scope, buildingId)) === null)
        return failure({ code: 'not-found' });
      return success({ items: await listWeightTables(database, principal.scope, buildingId) });
    },

    async replace(principal, buildingId, kind, body) {
      if (!principal.may('building:read', buildingId) || (await findBuilding(database, principal.scope, buildingId)) === null)
        return failure({ code: 'not-found' });
      if (!principal.may('building:write', buildingId)) return failure({ code: 'not-allowed' });
      const missing = missingParts(
        body.weights.map((weight) => weight.parts),
        body.partsTotal,
      );
      if (missing !== 0) return failure({ code: 'weights-do-not-add-up', detail: weightsComplaint(missing, body.partsTotal) });
      if (new Set(body.weights.map((weight) => weight.apartmentId)).size !== body.weights.length) {
        return failure({
          code: 'invalid-fields',
          errors: [{ pointer: '/weights', message: { el: 'Ένα διαμέρισμα υπάρχει δύο φορές.', en: 'an apartment stands twice' } }],
        });
      }
      if (kind !== 'heating' && body.weights.some((weight) => weight.remainingChargeHundredths !== null)) {
        return failure({
          code: 'invalid-fields',
          errors: [
            {
              pointer: '/weights',
              message: { el: 'Παραμένουσα επιβάρυνση έχει μόνο η θέρμανση.', en: 'only heating has a remaining charge' },
            },
          ],
        });
      }
      try {
        const written = await database.transaction(principal.scope, async (tx) => {
          if (!(await writeWeightTable(tx, { buildingId, kind, ...body }))) return false;
          await recordAudit(tx, actorOf(principal), {
            action: 'weight-table.replaced',
            subjectKind: 'weight-table',
            subjectId: null,
            buildingId,
            details: { kind, partsTotal: body.partsTotal },
          });
          await outbox.announceLive(tx, { subject: 'weight-table', id: buildingId, buildingId });
          return true;
        });
        if (!written) return failure({ code: 'version-conflict' });
      } catch (error) {
        if (violatedConstraint(error) === 'reference') return failure({ code: 'unknown-apartment' });
        throw error;
      }
      const table = (await listWeightTables(database, principal.scope, buildingId)).find((one) => one.kind === kind);
      return table === undefined ? failure({ code: 'not-found' }) : success(table);
    },
  };
}
