import { findBuilding, listBuildings } from '@concierge/cloud-server/modules/property/store.ts';
import type { Database, Scope, Statement } from '@concierge/cloud-server/platform/database/database.ts';
import { pageOfRows } from '@concierge/cloud-server/platform/http/cursor.ts';
import { Building, BuildingPage } from '@concierge/contract/http/buildings.ts';
import Fastify from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import pg from 'pg';
import { z } from 'zod';
import { BaselineOrder } from './protocol.ts';

/**
 * What the product is compared with: Fastify with the same reply schemas and the product's own SQL, as the owner whom row-level security does not hold. The
 * tenant is a parameter of the query; there is no session, no permission, no rate limit, no security header.
 */

process.once('message', (message) => {
  void serve(BaselineOrder.parse(message));
});
process.on('disconnect', () => process.exit(0));

async function serve({ databaseUrl, tenantId, connections }: BaselineOrder): Promise<void> {
  const database = withoutIsolation(new pg.Pool({ connectionString: databaseUrl, max: connections }));
  const scope: Scope = { tenantId, sessionId: null };
  const app = Fastify().withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.get('/api/buildings', { schema: { response: { 200: BuildingPage } } }, async () =>
    pageOfRows(await listBuildings(database, scope, { allowed: null, after: null, limit: 51 }), 50, (row) => [row.name.el, row.id]),
  );
  app.get(
    '/api/buildings/:buildingId',
    { schema: { params: z.object({ buildingId: z.string() }), response: { 200: Building } } },
    async (request) => {
      const building = await findBuilding(database, scope, request.params.buildingId);
      if (building === null) throw new Error('no such building');
      return building;
    },
  );
  process.send?.({ url: await app.listen({ host: '127.0.0.1', port: 0 }) });
}

/** Runs the product's statements with the tenant as one parameter more. */
function withoutIsolation(pool: pg.Pool): Database {
  const refuse = (): never => {
    throw new Error('the baseline only reads');
  };
  return {
    async read<Row extends object>(scope: Scope, { text, values = [], name }: Statement) {
      const withTenant = text.replaceAll('current_tenant()', `$${values.length + 1}::uuid`);
      if (withTenant === text) throw new Error('the statement does not name its tenant');
      const result = await pool.query<Row>({
        text: withTenant,
        values: [...values, scope.tenantId],
        ...(name === undefined ? {} : { name }),
      });
      return result.rows;
    },
    transaction: refuse,
    directory: refuse,
    currentClient: () => null,
    isReachable: refuse,
    close: () => pool.end(),
  };
}
