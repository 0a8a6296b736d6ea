import { DeviceReleaseView, ReleaseRetryBody } from '@concierge/contract/http/device-releases.ts';
import { Uuid } from '@concierge/contract/text.ts';
import { z } from 'zod';
import { valueOrProblem } from '#platform/http/problem.ts';
import { type HttpServer, signedIn } from '#platform/http/server.ts';
import type { OfficeReleases } from './office-view.ts';

const params = z.strictObject({ deviceId: Uuid });

export function officeReleaseRoutes(app: HttpServer, releases: OfficeReleases): void {
  app.get(
    '/api/kiosk/devices/:deviceId/release',
    { config: { access: 'device:read' }, schema: { params, response: { 200: DeviceReleaseView } } },
    async (request) => valueOrProblem(await releases.ofDevice(signedIn(request), request.params.deviceId)),
  );
  app.post(
    '/api/kiosk/devices/:deviceId/release/retry',
    {
      config: { access: 'device:write', rateLimit: { max: 60, timeWindow: 60_000 } },
      schema: { params, body: ReleaseRetryBody, response: { 200: DeviceReleaseView } },
    },
    async (request) => valueOrProblem(await releases.retry(signedIn(request), request.params.deviceId, request.body.sequence)),
  );
}
