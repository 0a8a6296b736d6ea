import type { Permission } from '@concierge/contract/http/permissions.ts';
import type { PlanFeature } from '@concierge/contract/plans.ts';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import {
  jsonSchemaTransform,
  jsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import type { Idempotency } from '../idempotency/idempotency.ts';
import { answerError, answerUnreadable, sendProblem } from './answers.ts';
import { parseJsonBody } from './json-body.ts';
import { guardPlan, type PlanNeed, wordsOfNeed } from './plan-guard.ts';
import type { Principal } from './principal.ts';
import { HttpProblem } from './problem.ts';

/** What every route states: who may call it. A route that says nothing keeps the server from starting. */
export type RouteAccess = Permission | 'public' | 'signed-in';

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: RouteAccess;
    /** False only for callers that bring no cookies (devices); everybody else proves that the page is ours. */
    csrf?: false;
    /** What of the tenant's plan it needs; a route that says nothing is open to every plan. */
    plan?: PlanNeed;
    /** False where a refusal must be remembered: an idempotent request that fails leaves nothing behind. The use case then answers a repeat by itself. */
    idempotency?: false;
    /** Within how long a body must have come, where two minutes are not enough. */
    bodyWithinMs?: number;
  }
  interface FastifyRequest {
    principal: Principal | null;
  }
}

export type HttpServer = FastifyInstance<
  import('http').Server,
  import('http').IncomingMessage,
  import('http').ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

export interface HttpServerOptions {
  readonly logger: FastifyBaseLogger;
  readonly publicUrl: URL;
  readonly trustProxy: boolean;
  readonly idempotency: Idempotency;
  /** Reads the session from the request; null when there is none. */
  authenticate(request: FastifyRequest): Promise<Principal | null>;
  /** Whether the request carries the anti-forgery token of its browser. */
  csrfHolds(request: FastifyRequest): boolean;
  /** The features that this person's tenant does without now. */
  lackingFeatures(principal: Principal): Promise<readonly PlanFeature[]>;
  readonly requestsPerMinute?: number;
}

const MUTATING = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** The HTTP edge every module adds its routes to: parsing, sessions, permissions, anti-forgery, limits, problems, OpenAPI. */
export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const app: HttpServer = Fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    // One proxy is ours, and only what it added itself is believed: whatever stands further left in X-Forwarded-For came from the client.
    trustProxy: options.trustProxy ? (_address: string, hop: number) => hop === 0 : false,
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply),
    clientErrorHandler: answerUnreadable,
    bodyLimit: 256 * 1024,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    // The most that any route allows (bodyWithinMs); all others are held to BODY_WITHIN_MS below. The head of a request has half a minute.
    requestTimeout: 900_000,
    http: { headersTimeout: 30_000 },
    forceCloseConnections: true,
    genReqId: () => crypto.randomUUID(),
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.decorateRequest('principal', null);
  parseJson(app);
  answerProblems(app);
  refuseUndeclaredRoutes(app);
  await app.register(cookie);
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        mediaSrc: ["'self'"],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        workerSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: options.publicUrl.protocol === 'https:' ? { maxAge: 31_536_000 } : false,
    crossOriginResourcePolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  });
  await app.register(rateLimit, {
    global: true,
    max: options.requestsPerMinute ?? 1_200,
    timeWindow: 60_000,
    cache: 20_000,
    errorResponseBuilder: () => new HttpProblem({ code: 'too-many-requests' }),
  });
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'New Concierge', version: '1' } },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  limitBodies(app);
  guard(app, options);
  guardPlan(app, options.lackingFeatures);
  repeatSafely(app, options.idempotency);
  return app;
}

/** The principal of a route that is not public; the guard has refused everybody else. */
export function signedIn(request: FastifyRequest): Principal {
  if (request.principal === null) throw new HttpProblem({ code: 'not-signed-in' });
  return request.principal;
}

function refuseUndeclaredRoutes(app: HttpServer): void {
  app.addHook('onRoute', (route) => {
    if (route.method === 'HEAD') return;
    const access = route.config?.access;
    if (access === undefined)
      throw new Error(`The route ${String(route.method)} ${route.url} does not say who may call it (config.access).`);
    route.schema = {
      ...route.schema,
      description: `${route.schema?.description ?? ''}${route.schema?.description ? ' ' : ''}Access: ${access}.${wordsOfNeed(route.config?.plan)}`,
    };
  });
}

const BODY_WITHIN_MS = 120_000;

/** Whoever sends a body drop by drop holds a connection no longer than its route allows. */
function limitBodies(app: HttpServer): void {
  app.addHook('onRequest', async (request) => {
    const { raw, headers } = request;
    if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) return;
    const timer = setTimeout(() => {
      if (!raw.complete) raw.destroy();
    }, request.routeOptions.config.bodyWithinMs ?? BODY_WITHIN_MS).unref();
    raw.once('close', () => clearTimeout(timer));
  });
}

function guard(app: HttpServer, options: HttpServerOptions): void {
  app.addHook('onRequest', async (request, reply) => {
    // Nobody keeps a copy of what somebody may read, unless a route that is for everybody says otherwise.
    reply.header('cache-control', 'no-store');
    if (hasTwoHosts(request)) throw new HttpProblem({ code: 'bad-request' });
    if (request.is404) return;
    const access = request.routeOptions.config.access;
    if (access === undefined) throw new HttpProblem({ code: 'not-allowed' });
    request.principal = access === 'public' ? null : await options.authenticate(request);
    if (MUTATING.has(request.method) && request.routeOptions.config.csrf !== false) {
      if (comesFromElsewhere(request, options.publicUrl)) throw new HttpProblem({ code: 'not-allowed' });
      if (!options.csrfHolds(request)) throw new HttpProblem({ code: 'csrf-missing' });
    }
    if (access === 'public') return;
    if (request.principal === null) throw new HttpProblem({ code: 'not-signed-in' });
    if (access !== 'signed-in' && !request.principal.may(access)) throw new HttpProblem({ code: 'not-allowed' });
  });
}

/** Two Host lines: a proxy may have chosen its tenant by the other one (RFC 9112 §3.2). Node keeps the first and says nothing. */
function hasTwoHosts(request: FastifyRequest): boolean {
  return request.raw.rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === 'host').length > 1;
}

/**
 * Whether the browser says that a page of somewhere else sends the change, be it a neighbour under the same domain, who could plant cookies for us. Asked besides the
 * anti-forgery token. What says nothing is no browser of today, and then the token decides alone.
 */
function comesFromElsewhere(request: FastifyRequest, publicUrl: URL): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const { origin } = request.headers;
  if (origin === undefined) return false;
  const host = URL.canParse(origin) ? new URL(origin).host : '';
  return host !== request.host && host !== publicUrl.host;
}

/** Any change sent with an Idempotency-Key runs once; the same request again gets the recorded answer. */
function repeatSafely(app: HttpServer, idempotency: Idempotency): void {
  app.addHook('onRoute', (route) => {
    const methods = Array.isArray(route.method) ? route.method : [route.method];
    if (!methods.some((method) => MUTATING.has(method)) || route.config?.idempotency === false) return;
    const handler = route.handler;
    route.handler = async function (request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
      const key = request.headers['idempotency-key'];
      const principal = request.principal;
      if (typeof key !== 'string' || principal === null) return (await handler.call(this, request, reply)) as unknown;
      const outcome = await idempotency.once(
        principal,
        { key, fingerprint: { method: request.method, url: request.url, body: request.body ?? null } },
        async () => {
          const answer: unknown = await handler.call(this, request, reply);
          // The answer is sent when the change has committed. One that went out before would say that something happened which may still be undone.
          if (reply.sent) throw new Error(`${request.method} ${request.url} sent its own answer instead of returning it`);
          return { reply: answer, status: reply.statusCode };
        },
      );
      if (!outcome.ok) throw new HttpProblem(outcome.error);
      if (outcome.value.repeated) reply.header('idempotency-replayed', 'true');
      reply.code(outcome.value.status);
      return outcome.value.reply;
    };
  });
}

function answerProblems(app: HttpServer): void {
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((request, reply) => sendProblem({ code: 'not-found' }, request, reply));
}

function parseJson(app: HttpServer): void {
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: FastifyRequest, bytes: Buffer) =>
    parseJsonBody(bytes),
  );
}
