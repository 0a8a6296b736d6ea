import Fastify from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { describe, expect, it } from 'vitest';
import { healthRoutes } from './health.ts';

describe('readiness', () => {
  it('asks the database once, however many ask us at once', async () => {
    let asked = 0;
    const app = Fastify().withTypeProvider<ZodTypeProvider>();
    app.setValidatorCompiler(validatorCompiler);
    app.setSerializerCompiler(serializerCompiler);
    healthRoutes(app, {
      version: '1',
      databaseIsReachable: async () => {
        asked += 1;
        return true;
      },
      brokerIsConnected: () => true,
      brokerMetrics: () => ({}),
      metricsToken: 'a-long-random-token',
    });
    const replies = await Promise.all(Array.from({ length: 50 }, () => app.inject('/readyz')));
    expect(new Set(replies.map((reply) => reply.statusCode))).toEqual(new Set([200]));
    expect(asked).toBe(1);
    await app.close();
  });
});
