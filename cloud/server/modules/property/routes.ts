import {
  Apartment,
  ApartmentBody,
  ApartmentList,
  ApartmentPatch,
  Occupancy,
  OccupancyBody,
  OccupancyList,
  OccupancyPatch,
} from '@concierge/contract/http/apartments.ts';
import { BuildingAccountBody, BuildingAccountReply } from '@concierge/contract/http/building-account.ts';
import { Building, BuildingBody, BuildingPage, BuildingPatch } from '@concierge/contract/http/buildings.ts';
import { PageQuery } from '@concierge/contract/http/page.ts';
import { WeightTable, WeightTableBody, WeightTableKind, WeightTableList } from '@concierge/contract/http/weight-tables.ts';
import { Uuid } from '@concierge/contract/text.ts';
import { z } from 'zod';
import { valueOrProblem } from '#platform/http/problem.ts';
import { type HttpServer, signedIn } from '#platform/http/server.ts';
import type { Accounts } from './account.ts';
import type { Apartments } from './apartments.ts';
import type { Buildings } from './buildings.ts';
import type { Weights } from './weights.ts';

const buildingParams = z.strictObject({ buildingId: Uuid });
const apartmentParams = z.strictObject({ apartmentId: Uuid });
const occupancyParams = z.strictObject({ occupancyId: Uuid });
const weightParams = z.strictObject({ buildingId: Uuid, kind: WeightTableKind });

export function propertyRoutes(
  app: HttpServer,
  use: { buildings: Buildings; apartments: Apartments; weights: Weights; accounts: Accounts },
): void {
  const { buildings, apartments, weights, accounts } = use;

  for (const url of ['/api/buildings', '/api/buildings/my-buildings']) {
    app.get(
      url,
      { config: { access: 'building:read' }, schema: { querystring: PageQuery, response: { 200: BuildingPage } } },
      async (request) => valueOrProblem(await buildings.list(signedIn(request), request.query)),
    );
  }
  app.post(
    '/api/buildings',
    { config: { access: 'building:write' }, schema: { body: BuildingBody, response: { 201: Building } } },
    async (request, reply) => {
      reply.code(201);
      return valueOrProblem(await buildings.create(signedIn(request), request.body));
    },
  );
  app.get(
    '/api/buildings/:buildingId',
    { config: { access: 'building:read' }, schema: { params: buildingParams, response: { 200: Building } } },
    async (request) => valueOrProblem(await buildings.get(signedIn(request), request.params.buildingId)),
  );
  app.patch(
    '/api/buildings/:buildingId',
    {
      config: { access: 'building:write' },
      schema: { params: buildingParams, body: BuildingPatch, response: { 200: Building } },
    },
    async (request) => valueOrProblem(await buildings.change(signedIn(request), request.params.buildingId, request.body)),
  );
  app.delete(
    '/api/buildings/:buildingId',
    { config: { access: 'building:write' }, schema: { params: buildingParams, response: { 204: z.null() } } },
    async (request, reply) => {
      valueOrProblem(await buildings.archive(signedIn(request), request.params.buildingId));
      reply.code(204);
      return null;
    },
  );
  app.post(
    '/api/buildings/:buildingId/restore',
    { config: { access: 'building:write' }, schema: { params: buildingParams, response: { 200: Building } } },
    async (request) => valueOrProblem(await buildings.restore(signedIn(request), request.params.buildingId)),
  );

  app.get(
    '/api/buildings/:buildingId/account',
    { config: { access: 'building:read' }, schema: { params: buildingParams, response: { 200: BuildingAccountReply } } },
    async (request) => valueOrProblem(await accounts.get(signedIn(request), request.params.buildingId)),
  );
  app.put(
    '/api/buildings/:buildingId/account',
    {
      config: { access: 'building:write' },
      schema: { params: buildingParams, body: BuildingAccountBody, response: { 200: BuildingAccountReply } },
    },
    async (request) => valueOrProblem(await accounts.put(signedIn(request), request.params.buildingId, request.body)),
  );
  app.delete(
    '/api/buildings/:buildingId/account',
    { config: { access: 'building:write' }, schema: { params: buildingParams, response: { 204: z.null() } } },
    async (request, reply) => {
      reply.code(204);
      return valueOrProblem(await accounts.remove(signedIn(request), request.params.buildingId));
    },
  );

  app.get(
    '/api/buildings/:buildingId/apartments',
    { config: { access: 'building:read' }, schema: { params: buildingParams, response: { 200: ApartmentList } } },
    async (request) => valueOrProblem(await apartments.list(signedIn(request), request.params.buildingId)),
  );
  app.post(
    '/api/buildings/:buildingId/apartments',
    { config: { access: 'building:write' }, schema: { params: buildingParams, body: ApartmentBody, response: { 201: Apartment } } },
    async (request, reply) => {
      reply.code(201);
      return valueOrProblem(await apartments.create(signedIn(request), request.params.buildingId, request.body));
    },
  );
  app.patch(
    '/api/apartments/:apartmentId',
    {
      config: { access: 'building:write' },
      schema: { params: apartmentParams, body: ApartmentPatch, response: { 200: Apartment } },
    },
    async (request) => valueOrProblem(await apartments.change(signedIn(request), request.params.apartmentId, request.body)),
  );
  app.delete(
    '/api/apartments/:apartmentId',
    { config: { access: 'building:write' }, schema: { params: apartmentParams, response: { 204: z.null() } } },
    async (request, reply) => {
      valueOrProblem(await apartments.remove(signedIn(request), request.params.apartmentId));
      reply.code(204);
      return null;
    },
  );

  app.get(
    '/api/apartments/:apartmentId/occupancies',
    { config: { access: 'resident-data:read' }, schema: { params: apartmentParams, response: { 200: OccupancyList } } },
    async (request) => valueOrProblem(await apartments.occupancies(signedIn(request), request.params.apartmentId)),
  );
  app.post(
    '/api/apartments/:apartmentId/occupancies',
    { config: { access: 'resident-data:write' }, schema: { params: apartmentParams, body: OccupancyBody, response: { 201: Occupancy } } },
    async (request, reply) => {
      reply.code(201);
      return valueOrProblem(await apartments.addOccupancy(signedIn(request), request.params.apartmentId, request.body));
    },
  );
  app.patch(
    '/api/occupancies/:occupancyId',
    {
      config: { access: 'resident-data:write' },
      schema: { params: occupancyParams, body: OccupancyPatch, response: { 200: Occupancy } },
    },
    async (request) => valueOrProblem(await apartments.changeOccupancy(signedIn(request), request.params.occupancyId, request.body)),
  );

  app.get(
    '/api/buildings/:buildingId/weight-tables',
    { config: { access: 'building:read' }, schema: { params: buildingParams, response: { 200: WeightTableList } } },
    async (request) => valueOrProblem(await weights.list(signedIn(request), request.params.buildingId)),
  );
  app.put(
    '/api/buildings/:buildingId/weight-tables/:kind',
    { config: { access: 'building:write' }, schema: { params: weightParams, body: WeightTableBody, response: { 200: WeightTable } } },
    async (request) =>
      valueOrProblem(await weights.replace(signedIn(request), request.params.buildingId, request.params.kind, request.body)),
  );
}
