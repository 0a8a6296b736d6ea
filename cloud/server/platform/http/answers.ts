import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import pg from 'pg';
import { DatabaseUnavailable, SessionEnded } from '../database/database.ts';
import { fieldFaults } from './field-faults.ts';
import { type Failure, HttpProblem, problemOf, readerLanguage } from './problem.ts';

/** Every refusal and every fault leaves as problem details, in the reader's language and never to be cached. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const failure = failureOf(error);
  if (failure.code === 'internal') request.log.error({ err: error, requestId: request.id }, 'a request failed unexpectedly');
  if (failure.code === 'unavailable') {
    request.log.warn({ requestId: request.id }, 'the database could not be reached');
    reply.header('retry-after', '2');
  }
  const refused = refusedValueState(error);
  // Only the code is logged: the database's sentence repeats what somebody entered.
  if (refused !== null)
    request.log.warn({ requestId: request.id, sqlState: refused }, 'the database refused a value that a schema let through');
  return sendProblem(failure, request, reply);
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

/** What is no readable HTTP request never becomes a request of ours: the answer is written to the socket. Its language is unknown, so it is Greek. */
export function answerUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable && socket.bytesWritten === 0) {
    const [status, reason, failure] = unreadable(error.code);
    const body = JSON.stringify({ ...problemOf(failure, readerLanguage(undefined), crypto.randomUUID()), status });
    socket.write(
      `HTTP/1.1 ${status} ${reason}\r\ncontent-type: application/problem+json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\n` +
        `cache-control: no-store\r\nx-content-type-options: nosniff\r\nconnection: close\r\n\r\n${body}`,
    );
  }
  socket.destroySoon();
}

function unreadable(code: string | undefined): [status: number, reason: string, failure: Failure] {
  if (code === 'HPE_HEADER_OVERFLOW') return [431, 'Request Header Fields Too Large', { code: 'too-large' }];
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return [408, 'Request Timeout', { code: 'bad-request' }];
  return [400, 'Bad Request', { code: 'bad-request' }];
}

function failureOf(error: unknown): Failure {
  if (error instanceof HttpProblem) return error.failure;
  if (error instanceof SessionEnded) return { code: 'session-ended' };
  if (error instanceof DatabaseUnavailable) return { code: 'unavailable' };
  if (hasZodFastifySchemaValidationErrors(error)) return { code: 'invalid-fields', errors: fieldFaults(error.validation) };
  if (refusedValueState(error) !== null) return { code: 'bad-request' };
  const known = error as Partial<FastifyError>;
  // An id in the address that is longer than any of ours.
  if (known.statusCode === 414) return { code: 'not-found' };
  if (known.statusCode === 413) return { code: 'too-large' };
  if (known.statusCode === 415) return { code: 'unsupported-media-type' };
  if (known.statusCode === 429) return { code: 'too-many-requests' };
  if (known.statusCode !== undefined && known.statusCode >= 400 && known.statusCode < 500) return { code: 'bad-request' };
  return { code: 'internal' };
}

/** Out of range for a number or a date, bytes or text of no such type (PostgreSQL, appendix A, class 22); its other codes are faults of ours. */
const refusedValue = /^22(003|007|008|021|P02|P05)$/;

/** The code with which PostgreSQL called a value impossible, also out of Prisma's wrapping; null when that is not what failed. It is the net under the schemas. */
function refusedValueState(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if (error instanceof pg.DatabaseError) return refusedValue.test(error.code ?? '') ? (error.code ?? null) : null;
  if (!('code' in error)) return null;
  if (error.code === 'P2020') return '22003';
  const [, state = ''] = /Database error\. Code: `(\w{5})`/.exec(error.message) ?? [];
  return refusedValue.test(state) ? state : null;
}
