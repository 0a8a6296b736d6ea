import type { Permission } from '@concierge/contract/http/permissions.ts';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import {
  hasZodFastifySchemaValidationErrors,
  jsonSchemaTransform,
  jsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { DatabaseUnavailable, SessionEnded } from '../database/database.ts';
import type { Idempotency } from '../idempotency/idempotency.ts';
import type { Principal } from './principal.ts';
import { type Failure, HttpProblem, problemOf, readerLanguage } from './problem.ts';

/** What every route states: who may call it. A route that says nothing keeps the server from starting. */
export type RouteAccess = Permission | 'public' | 'signed-in';

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: RouteAccess;
    /** False only for callers that bring no cookies (devices); everybody else proves that the page is ours. */
    csrf?: false;
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
  readonly requestsPerMinute?: number;
}

const MUTATING = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** The HTTP edge every module adds its routes to: parsing, sessions, permissions, anti-forgery, limits, problems, OpenAPI. */
export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const app: HttpServer = Fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: options.trustProxy,
    bodyLimit: 256 * 1024,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    requestTimeout: 30_000,
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
  guard(app, options);
  repeatSafely(app, options.idempotency);
  return app;
}

/** JSON without the NUL character, which PostgreSQL cannot store: it is refused here, for every text of every route. */
function parseJson(app: HttpServer): void {
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
    if (typeof text !== 'string' || text === '') return done(null, undefined);
    try {
      if (text.includes('\\u0000') || text.includes('\0')) throw new HttpProblem({ code: 'bad-request' });
      done(null, secureParse(text));
    } catch (error) {
      done(error instanceof HttpProblem ? error : new HttpProblem({ code: 'bad-request' }));
    }
  });
}

/** JSON.parse that refuses keys which would reach an object's prototype. */
function secureParse(text: string): unknown {
  return JSON.parse(text, (key, value: unknown) => {
    if (key === '__proto__' || key === 'constructor') throw new HttpProblem({ code: 'bad-request' });
    return value;
  });
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
      description: `${route.schema?.description ?? ''}${route.schema?.description ? ' ' : ''}Access: ${access}.`,
    };
  });
}

function guard(app: HttpServer, options: HttpServerOptions): void {
  app.addHook('onRequest', async (request) => {
    const access = request.routeOptions.config.access;
    if (access === undefined) return;
    request.principal = access === 'public' ? null : await options.authenticate(request);
    if (MUTATING.has(request.method) && request.routeOptions.config.csrf !== false && !options.csrfHolds(request))
      throw new HttpProblem({ code: 'csrf-missing' });
    if (access === 'public') return;
    if (request.principal === null) throw new HttpProblem({ code: 'not-signed-in' });
    if (access !== 'signed-in' && !request.principal.may(access)) throw new HttpProblem({ code: 'not-allowed' });
  });
}

/** Any change sent with an Idempotency-Key runs once; the same request again gets the recorded answer. */
function repeatSafely(app: HttpServer, idempotency: Idempotency): void {
  app.addHook('onRoute', (route) => {
    const methods = Array.isArray(route.method) ? route.method : [route.method];
    if (!methods.some((method) => MUTATING.has(method))) return;
    const handler = route.handler;
    route.handler = async function (request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
      const key = request.headers['idempotency-key'];
      const principal = request.principal;
      const run = async () => (await handler.call(this, request, reply)) as unknown;
      if (typeof key !== 'string' || principal === null) return run();
      const outcome = await idempotency.once(
        principal,
        { key, fingerprint: { method: request.method, url: request.url, body: request.body ?? null } },
        async () => ({ reply: await run(), status: reply.statusCode }),
      );
      if (!outcome.ok) throw new HttpProblem(outcome.error);
      if (outcome.value.repeated) reply.header('idempotency-replayed', 'true');
      reply.code(outcome.value.status);
      return outcome.value.reply;
    };
  });
}

function answerProblems(app: HttpServer): void {
  app.setErrorHandler((error: unknown, request, reply) => {
    const failure = failureOf(error);
    if (failure.code === 'internal') request.log.error({ err: error, requestId: request.id }, 'a request failed unexpectedly');
    if (failure.code === 'unavailable') {
      request.log.warn({ requestId: request.id }, 'the database could not be reached');
      reply.header('retry-after', '2');
    }
    return sendProblem(failure, request, reply);
  });
  app.setNotFoundHandler((request, reply) => sendProblem({ code: 'not-found' }, request, reply));
}

export function sendProblem(failure: Failure, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(failure, readerLanguage(request.headers['accept-language']), request.id);
  // Written as text: a route's reply schema describes its success, not its problems.
  return reply
    .code(problem.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('cache-control', 'no-store')
    .serializer((body: unknown) => (typeof body === 'string' ? body : JSON.stringify(body)))
    .send(JSON.stringify(problem));
}

function failureOf(error: unknown): Failure {
  if (error instanceof HttpProblem) return error.failure;
  if (error instanceof SessionEnded) return { code: 'session-ended' };
  if (error instanceof DatabaseUnavailable) return { code: 'unavailable' };
  if (hasZodFastifySchemaValidationErrors(error)) {
    return {
      code: 'invalid-fields',
      errors: error.validation.slice(0, 50).map((issue) => ({ pointer: issue.instancePath || '/', message: issue.message ?? '' })),
    };
  }
  const known = error as Partial<FastifyError>;
  if (known.statusCode === 413) return { code: 'too-large' };
  if (known.statusCode === 415) return { code: 'unsupported-media-type' };
  if (known.statusCode === 429) return { code: 'too-many-requests' };
  if (known.statusCode !== undefined && known.statusCode >= 400 && known.statusCode < 500) return { code: 'bad-request' };
  return { code: 'internal' };
}
