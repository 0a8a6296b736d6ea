import { ClaimReply, DevelopmentClaimBody, Device, DevicePage, DevicePatch, DeviceQuery } from '@concierge/contract/http/devices.ts';
import { Uuid } from '@concierge/contract/text.ts';
import { z } from 'zod';
import { valueOrProblem } from '#platform/http/problem.ts';
import { type HttpServer, signedIn } from '#platform/http/server.ts';
import { claimRoutes } from './claim-routes.ts';
import type { Claims } from './claims.ts';
import type { DevelopmentClaims } from './development-claim.ts';
import type { Devices } from './devices.ts';

const params = z.strictObject({ deviceId: Uuid });

export function fleetRoutes(app: HttpServer, use: { devices: Devices; claims: Claims; developmentClaims: DevelopmentClaims | null }): void {
  claimRoutes(app, use.claims);
  const { devices, developmentClaims } = use;
  app.get(
    '/api/kiosk/devices',
    { config: { access: 'device:read' }, schema: { querystring: DeviceQuery, response: { 200: DevicePage } } },
    async (request) => valueOrProblem(await devices.list(signedIn(request), request.query)),
  );
  app.patch(
    '/api/kiosk/devices/:deviceId',
    { config: { access: 'device:write' }, schema: { params, body: DevicePatch, response: { 200: Device } } },
    async (request) => valueOrProblem(await devices.change(signedIn(request), request.params.deviceId, request.body)),
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
