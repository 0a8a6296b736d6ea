import { BuildingPlaceReply, FoundPlaces, PlaceBody, PlaceQuery } from '@concierge/contract/http/weather.ts';
import { Uuid } from '@concierge/contract/text.ts';
import { z } from 'zod';
import { valueOrProblem } from '#platform/http/problem.ts';
import { type HttpServer, signedIn } from '#platform/http/server.ts';
import type { Places } from './places.ts';

const params = z.strictObject({ buildingId: Uuid });

export function weatherRoutes(app: HttpServer, places: Places): void {
  app.get(
    '/api/buildings/:buildingId/place',
    { config: { access: 'building:read' }, schema: { params, response: { 200: BuildingPlaceReply } } },
    async (request) => valueOrProblem(await places.get(signedIn(request), request.params.buildingId)),
  );
  app.put(
    '/api/buildings/:buildingId/place',
    { config: { access: 'building:write' }, schema: { params, body: PlaceBody, response: { 200: BuildingPlaceReply } } },
    async (request) => valueOrProblem(await places.put(signedIn(request), request.params.buildingId, request.body)),
  );
  app.delete(
    '/api/buildings/:buildingId/place',
    { config: { access: 'building:write' }, schema: { params, response: { 204: z.null() } } },
    async (request, reply) => {
      reply.code(204);
      return valueOrProblem(await places.remove(signedIn(request), request.params.buildingId));
    },
  );
  app.get(
    '/api/weather/places',
    {
      // Each costs the service two questions.
      config: { access: 'building:write', rateLimit: { max: 30, timeWindow: 60_000 } },
      schema: { querystring: PlaceQuery, response: { 200: FoundPlaces } },
    },
    async (request) => ({ items: valueOrProblem(await places.search(request.query.name)) }),
  );
}
