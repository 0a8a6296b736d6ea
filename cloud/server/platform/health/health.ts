import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
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

const ANSWER_GOOD_FOR_MS = 1_000;

/** Whether the process lives, whether it can do its work, and its figures for Prometheus. */
export function healthRoutes(app: HttpServer, deps: HealthDeps): void {
  const databaseIsReachable = atMostOnceASecond(deps.databaseIsReachable);
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
      const database = await databaseIsReachable();
      const connected = deps.brokerIsConnected();
      const ready = database && connected;
      return reply.code(ready ? 200 : 503).send({ ready, database, broker: connected });
    },
  );

  app.get('/metrics', { config: { access: 'public', rateLimit: false }, schema: { hide: true } }, async (request, reply) => {
    if (!mayReadMetrics(request, deps.metricsToken)) throw new HttpProblem({ code: 'not-found' });
    for (const [figure, value] of Object.entries(deps.brokerMetrics())) broker.set({ figure }, value);
    return reply
      .header('content-type', registry.contentType)
      .serializer(String)
      .send(await registry.metrics());
  });
}

/** Anybody may ask, as often as they like, so they share one question to the database. */
function atMostOnceASecond(ask: () => Promise<boolean>): () => Promise<boolean> {
  let answer: Promise<boolean> | null = null;
  let askedAtMs = 0;
  return async () => {
    if (answer === null || performance.now() - askedAtMs >= ANSWER_GOOD_FOR_MS) {
      askedAtMs = performance.now();
      answer = ask();
    }
    return answer;
  };
}

/** With a token who shows it; without one this machine itself, which a proxy on it is not: what it passes on comes from anybody. */
function mayReadMetrics(request: FastifyRequest, token: string | undefined): boolean {
  if (token === undefined) return isOfThisMachine(request.socket.remoteAddress) && !proxyHeaders.some((name) => name in request.headers);
  const shown = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return shown.length === wanted.length && timingSafeEqual(shown, wanted);
}

const proxyHeaders = ['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'forwarded', 'via'];

function isOfThisMachine(address: string | undefined): boolean {
  return address === '127.0.0.1' || address === '::1' || address === '::ffff:127.0.0.1';
}
