import { normalizeIP } from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';

/** Where a request comes from, as limits count it: the address, of IPv6 the /64, which is what one line is given at least (RFC 6177). */
export function lineOf(request: FastifyRequest): string {
  return normalizeIP(request.ip);
}
