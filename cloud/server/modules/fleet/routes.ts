import { ClaimReply, DevelopmentClaimBody, Device, DevicePatch, MoveBody } from '@concierge/contract/http/devices.ts';
import { FIRST_SIGNING_KEYS_VERSION, SigningKeysBody, SigningKeysReply } from '@concierge/contract/signing-keys.ts';
import { Uuid } from '@concierge/contract/text.ts';
import { z } from 'zod';
import { valueOrProblem } from '#platform/http/problem.ts';
import { type HttpServer, signedIn } from '#platform/http/server.ts';
import { batchRoutes } from './batch-routes.ts';
import type { Batches } from './batches.ts';
import { claimRoutes } from './claim-routes.ts';
import type { Claims } from './claims.ts';
import type { CommandResults } from './command-results.ts';
import { commandRoutes } from './command-routes.ts';
import type { Commands } from './commands.ts';
import type { Departures } from './departures.ts';
import type { DevelopmentClaims } from './development-claim.ts';
import type { Devices } from './devices.ts';
import type { ExpectedDevices } from './expected-devices.ts';
import type { Moves } from './moves.ts';
import type { ReleaseFiles } from './releases/files.ts';
import { releaseRoutes } from './releases/routes.ts';
import type { Renewals } from './renewals.ts';
import type { Revocations } from './revocations.ts';

const params = z.strictObject({ deviceId: Uuid });

export function fleetRoutes(
  app: HttpServer,
  use: {
    devices: Devices;
    batches: Batches;
    expected: ExpectedDevices;
    claims: Claims;
    commands: Commands;
    commandResults: CommandResults;
    renewals: Renewals;
    revocations: Pick<Revocations, 'list'>;
    departures: Departures;
    moves: Moves;
    releaseFiles: ReleaseFiles;
    developmentClaims: DevelopmentClaims | null;
    /** Of version n at n - 2. */
    keyStatements: readonly string[];
  },
): void {
  claimRoutes(app, use.claims, use.renewals, use.revocations);
  batchRoutes(app, use.batches, use.expected);
  const { devices, departures, moves, developmentClaims } = use;
  releaseRoutes(app, use.releaseFiles);
  commandRoutes(app, use.commands, use.commandResults);
  app.post(
    '/api/kiosk/signing-keys',
    {
      config: { access: 'public', csrf: false, rateLimit: { max: 60, timeWindow: 60_000 } },
      schema: { body: SigningKeysBody, response: { 200: SigningKeysReply } },
    },
    async (request) => ({ statements: use.keyStatements.slice(request.body.after - FIRST_SIGNING_KEYS_VERSION) }),
  );
  app.patch(
    '/api/kiosk/devices/:deviceId',
    { config: { access: 'device:write' }, schema: { params, body: DevicePatch, response: { 200: Device } } },
    async (request) => valueOrProblem(await devices.change(signedIn(request), request.params.deviceId, request.body)),
  );
  app.delete(
    '/api/kiosk/devices/:deviceId',
    { config: { access: 'device:write' }, schema: { params, response: { 204: z.null() } } },
    async (request, reply) => {
      reply.code(204);
      return valueOrProblem(await departures.decommission(signedIn(request), request.params.deviceId));
    },
  );
  app.post(
    '/api/kiosk/devices/:deviceId/move',
    { config: { access: 'device:write' }, schema: { params, body: MoveBody, response: { 204: z.null() } } },
    async (request, reply) => {
      reply.code(204);
      return valueOrProblem(await moves.move(signedIn(request), request.params.deviceId, request.body));
    },
  );
  app.post(
    '/api/kiosk/devices/:deviceId/revoke',
    { config: { access: 'device:write' }, schema: { params, response: { 204: z.null() } } },
    async (request, reply) => {
      reply.code(204);
      return valueOrProblem(await departures.revoke(signedIn(request), request.params.deviceId));
    },
  );
  if (developmentClaims !== null) {
    app.post(
      '/api/kiosk/claims/development',
      {
        config: { access: 'public', csrf: false, rateLimit: { max: 20, timeWindow: 60_000 } },
        schema: { body: DevelopmentClaimBody, response: { 201: ClaimReply } },
      },
      async (request, reply) => {
        reply.code(201);
        return valueOrProblem(await developmentClaims.redeem(request.body));
      },
    );
  }
}
