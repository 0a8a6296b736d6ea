import { timingSafeEqual } from 'node:crypto';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { z } from 'zod';
import { HttpProblem } from '../http/problem.ts';
import type { HttpServer } from '../http/server.ts';

export interface HealthDeps {
  readonly version: string;
  databaseIsReachable(): Promise<boolean>;
  brokerIsConnected(): boolean;
  /** Figures of the embedded broker, where there is one. */
  brokerMetrics(): Readonly<Record<string, number>>;
  readonly metricsToken: string | undefined;
}

const Readiness = z.strictObject({ ready: z.boolean(), database: z.boolean(), broker: z.boolean() });

/** Whether the process lives, whether it can do its work, and its figures for Prometheus. */
export function healthRoutes(app: HttpServer, deps: HealthDeps): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'concierge_http_request_seconds',
    help: 'Time to answer a request, by route.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [registry],
  });
  const broker = new Gauge({
    name: 'concierge_broker',
    help: 'Figures of the embedded broker.',
    labelNames: ['figure'],
    registers: [registry],
  });

  app.addHook('onResponse', async (request, reply) => {
    requests.observe(
      { method: request.method, route: request.routeOptions.url ?? 'none', status: reply.statusCode },
      reply.elapsedTime / 1000,
    );
  });

  app.get(
    '/healthz',
    {
      config: { access: 'public', rateLimit: false },
      schema: { response: { 200: z.strictObject({ status: z.literal('ok'), version: z.string() }) } },
    },
    async () => ({
      status: 'ok' as const,
      version: deps.version,
    }),
  );

  app.get(
    '/readyz',
    { config: { access: 'public', rateLimit: false }, schema: { response: { 200: Readiness, 503: Readiness } } },
    async (_request, reply) => {
      const database = await deps.databaseIsReachable();
      const connected = deps.brokerIsConnected();
      const ready = database && connected;
      return reply.code(ready ? 200 : 503).send({ ready, database, broker: connected });
    },
  );

  app.get('/metrics', { config: { access: 'public', rateLimit: false }, schema: { hide: true } }, async (request, reply) => {
    if (!mayReadMetrics(request.ip, request.headers.authorization, deps.metricsToken)) throw new HttpProblem({ code: 'not-found' });
    for (const [figure, value] of Object.entries(deps.brokerMetrics())) broker.set({ figure }, value);
    return reply
      .header('content-type', registry.contentType)
      .serializer(String)
      .send(await registry.metrics());
  });
}

function mayReadMetrics(ip: string, authorization: string | undefined, token: string | undefined): boolean {
  if (token === undefined) return ip === '127.0.0.1' || ip === '::1' || ip === '::ffff:127.0.0.1';
  const shown = Buffer.from(authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return shown.length === wanted.length && timingSafeEqual(shown, wanted);
}
