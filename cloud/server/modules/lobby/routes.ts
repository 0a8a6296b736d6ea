import { randomBytes } from 'node:crypto';
import { BuildingFacts } from '@concierge/contract/http/facts.ts';
import { ConnectBody, ConnectReply } from '@concierge/contract/http/kiosk-connect.ts';
import { PublicInfo } from '@concierge/contract/http/public-info.ts';
import { Uuid } from '@concierge/contract/text.ts';
import { z } from 'zod';
import { HttpProblem, valueOrProblem } from '#platform/http/problem.ts';
import { type HttpServer, signedIn } from '#platform/http/server.ts';
import type { FactReading } from './fact-reading.ts';
import type { Presence } from './presence.ts';

const BROWSER = 'nc_browser';
const JOIN = 'nc_join';
const YEAR_SECONDS = 365 * 86_400;
const JOIN_SECONDS = 15 * 60;

export function lobbyRoutes(
  app: HttpServer,
  use: { presence: Presence; facts: FactReading; publicInfo: (buildingId: string) => Promise<PublicInfo | null>; secureCookies: boolean },
): void {
  const cookie = { httpOnly: true, secure: use.secureCookies, sameSite: 'lax' as const, path: '/api/kiosk' };

  app.get(
    '/api/public-info/:buildingId',
    { config: { access: 'public' }, schema: { params: z.strictObject({ buildingId: Uuid }), response: { 200: PublicInfo } } },
    async (request, reply) => {
      const info = await use.publicInfo(request.params.buildingId);
      if (info === null) throw new HttpProblem({ code: 'not-found' });
      reply.header('cache-control', 'public, max-age=15');
      return info;
    },
  );

  app.get(
    '/api/kiosk/facts/:buildingId',
    {
      config: { access: 'device:read' },
      schema: { params: z.strictObject({ buildingId: Uuid }), response: { 200: BuildingFacts } },
    },
    async (request) => valueOrProblem(await use.facts.read(signedIn(request), request.params.buildingId)),
  );

  app.post(
    '/api/kiosk/connect',
    {
      config: { access: 'public', rateLimit: { max: 30, timeWindow: 60_000 } },
      schema: { body: ConnectBody, response: { 200: ConnectReply } },
    },
    async (request, reply) => {
      const known = request.cookies[BROWSER];
      const browserId = known !== undefined && /^[A-Za-z0-9_-]{32}$/.test(known) ? known : randomBytes(24).toString('base64url');
      reply.setCookie(BROWSER, browserId, { ...cookie, maxAge: YEAR_SECONDS }).header('cache-control', 'no-store');
      const connected = valueOrProblem(
        await use.presence.connect({ token: request.body.token, browserId, joinSecret: request.cookies[JOIN] }),
      );
      reply.setCookie(JOIN, connected.joinSecret, { ...cookie, maxAge: JOIN_SECONDS });
      return connected.reply;
    },
  );
}
