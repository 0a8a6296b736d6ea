import {
  ClaimConfirmBody,
  ClaimLookupBody,
  ClaimLookupReply,
  ClaimPollBody,
  ClaimPollReply,
  ClaimRequestBody,
  ClaimRequestReply,
} from '@concierge/contract/http/device-claims.ts';
import { DeviceEndReply } from '@concierge/contract/http/device-end.ts';
import { Device, RenewalBody, RenewalReply } from '@concierge/contract/http/devices.ts';
import { Uuid } from '@concierge/contract/text.ts';
import { z } from 'zod';
import { lineOf } from '#platform/http/line.ts';
import { HttpProblem, valueOrProblem } from '#platform/http/problem.ts';
import { type HttpServer, signedIn } from '#platform/http/server.ts';
import type { Claims } from './claims.ts';
import type { Renewals } from './renewals.ts';
import type { Revocations } from './revocations.ts';

const params = z.strictObject({ claimId: Uuid });
const claimIdOf = (given: unknown) => params.parse(given).claimId;

/** Sixty devices of one workshop that ask every other second. More of them are slowed down, not turned away: a device tries again by itself. */
const POLLS_OF_A_LINE = 1_800;

/** The two sides of a claim: the device's, which nobody has to vouch for yet, and the manager's. And how a claimed one gets its next certificate. */
export function claimRoutes(app: HttpServer, claims: Claims, renewals: Renewals, revocations: Pick<Revocations, 'list'>): void {
  const askedByLine = app.createRateLimit({ max: POLLS_OF_A_LINE, timeWindow: 60_000 });
  app.get(
    '/api/kiosk/revoked-certificates',
    {
      config: { access: 'public', rateLimit: { max: 60, timeWindow: 60_000 } },
      schema: { description: 'A certificate revocation list (RFC 5280) in PEM, for brokers.', response: { 200: z.string() } },
    },
    async (_request, reply) => {
      reply.type('application/x-pem-file');
      return revocations.list();
    },
  );
  app.post(
    '/api/kiosk/certificates',
    {
      config: { access: 'public', csrf: false, rateLimit: { max: 60, timeWindow: 60_000 } },
      schema: { body: RenewalBody, response: { 200: DeviceEndReply, 201: RenewalReply } },
    },
    async (request, reply) => {
      const answer = valueOrProblem(await renewals.renew(request.body));
      reply.code('ended' in answer ? 200 : 201);
      return answer;
    },
  );
  app.post(
    '/api/kiosk/claims',
    {
      config: { access: 'public', csrf: false, rateLimit: { max: 60, timeWindow: 60_000 } },
      schema: { body: ClaimRequestBody, response: { 201: ClaimRequestReply } },
    },
    async (request, reply) => {
      reply.code(201);
      return valueOrProblem(await claims.open(request.body, lineOf(request)));
    },
  );
  app.post(
    '/api/kiosk/claims/:claimId/poll',
    {
      onRequest: async (request) => {
        const asked = await askedByLine(request);
        if (!asked.isAllowed && asked.isExceeded) throw new HttpProblem({ code: 'too-many-requests' });
      },
      config: {
        access: 'public',
        csrf: false,
        // A claim has a budget of its own beside its line's. Counted once its id is known to be one, by the id alone.
        rateLimit: { max: 90, timeWindow: 60_000, hook: 'preHandler', keyGenerator: (request) => claimIdOf(request.params) },
      },
      schema: { params, body: ClaimPollBody, response: { 200: ClaimPollReply } },
    },
    async (request) => valueOrProblem(await claims.poll(request.params.claimId, request.body.signature)),
  );
  app.post(
    '/api/kiosk/claims/lookup',
    {
      config: { access: 'device:write', rateLimit: { max: 60, timeWindow: 60_000 } },
      schema: { body: ClaimLookupBody, response: { 200: ClaimLookupReply } },
    },
    async (request) => valueOrProblem(await claims.lookup(signedIn(request), request.body.userCode, lineOf(request))),
  );
  app.post(
    '/api/kiosk/claims/:claimId/confirm',
    { config: { access: 'device:write', idempotency: false }, schema: { params, body: ClaimConfirmBody, response: { 201: Device } } },
    async (request, reply) => {
      reply.code(201);
      return valueOrProblem(await claims.confirm(signedIn(request), request.params.claimId, request.body));
    },
  );
}
