import {
  AddSerialsBody,
  AddSerialsReply,
  BatchSerial,
  BootTokenBody,
  DeviceBatch,
  DeviceBatchBody,
  DeviceBatchPage,
  DeviceBatchQuery,
  DeviceNumber,
  ExpectedDeviceDetail,
  ExpectedDevicePage,
  ExpectedDeviceQuery,
  LabelQuery,
  LabelTarget,
  PlaceBody,
  Preauthorisation,
  PreauthorisationPage,
  PreauthorisationQuery,
} from '@concierge/contract/http/device-batches.ts';
import { Uuid } from '@concierge/contract/text.ts';
import { z } from 'zod';
import { valueOrProblem } from '#platform/http/problem.ts';
import { type HttpServer, signedIn } from '#platform/http/server.ts';
import type { Batches } from './batches.ts';
import type { ExpectedDevices } from './expected-devices.ts';

const params = z.strictObject({ batchId: Uuid });
const serialParams = z.strictObject({ batchId: Uuid, serial: BatchSerial });
const all = '/api/kiosk/device-batches';
const one = `${all}/:batchId`;

export function batchRoutes(app: HttpServer, batches: Batches, expected: ExpectedDevices): void {
  expectedDeviceRoutes(app, expected);
  app.get(
    all,
    { config: { access: 'device:read' }, schema: { querystring: DeviceBatchQuery, response: { 200: DeviceBatchPage } } },
    async (request) => valueOrProblem(await batches.list(signedIn(request), request.query)),
  );
  app.post(
    all,
    {
      config: { access: 'device:write', rateLimit: { max: 30, timeWindow: 60_000 } },
      schema: { body: DeviceBatchBody, response: { 201: DeviceBatch } },
    },
    async (request, reply) => {
      reply.code(201);
      return valueOrProblem(await batches.create(signedIn(request), request.body));
    },
  );
  app.get(one, { config: { access: 'device:read' }, schema: { params, response: { 200: DeviceBatch } } }, async (request) =>
    valueOrProblem(await batches.find(signedIn(request), request.params.batchId)),
  );
  app.put(
    `${one}/boot-token`,
    { config: { access: 'device:write' }, schema: { params, body: BootTokenBody, response: { 200: DeviceBatch } } },
    async (request) => valueOrProblem(await batches.setBootToken(signedIn(request), request.params.batchId, request.body)),
  );
  app.post(`${one}/revoke`, { config: { access: 'device:write' }, schema: { params, response: { 200: DeviceBatch } } }, async (request) =>
    valueOrProblem(await batches.revoke(signedIn(request), request.params.batchId)),
  );
  app.post(`${one}/reopen`, { config: { access: 'device:write' }, schema: { params, response: { 200: DeviceBatch } } }, async (request) =>
    valueOrProblem(await batches.reopen(signedIn(request), request.params.batchId)),
  );
  app.post(`${one}/labels`, { config: { access: 'device:write' }, schema: { params, response: { 200: DeviceBatch } } }, async (request) =>
    valueOrProblem(await batches.noteLabels(signedIn(request), request.params.batchId)),
  );
  app.get(
    `${one}/serials`,
    {
      config: { access: 'device:read' },
      schema: { params, querystring: PreauthorisationQuery, response: { 200: PreauthorisationPage } },
    },
    async (request) => valueOrProblem(await batches.serials(signedIn(request), request.params.batchId, request.query)),
  );
  app.post(
    `${one}/serials`,
    { config: { access: 'device:write' }, schema: { params, body: AddSerialsBody, response: { 200: AddSerialsReply } } },
    async (request) => valueOrProblem(await batches.addSerials(signedIn(request), request.params.batchId, request.body.serials)),
  );
  app.delete(
    `${one}/serials/:serial`,
    { config: { access: 'device:write' }, schema: { params: serialParams, response: { 204: z.null() } } },
    async (request, reply) => {
      reply.code(204);
      return valueOrProblem(await batches.removeSerial(signedIn(request), request.params.batchId, request.params.serial));
    },
  );
  app.put(
    `${one}/serials/:serial/place`,
    // Without a record of the request: a refusal for wrong words must be remembered, and what such a record undoes is forgotten.
    {
      config: { access: 'device:write', idempotency: false },
      schema: { params: serialParams, body: PlaceBody, response: { 200: Preauthorisation } },
    },
    async (request) => valueOrProblem(await batches.place(signedIn(request), request.params.batchId, request.params.serial, request.body)),
  );
}

/** What is expected, whichever batch it is of. */
function expectedDeviceRoutes(app: HttpServer, expected: ExpectedDevices): void {
  app.get(
    '/api/kiosk/expected-devices',
    { config: { access: 'device:read' }, schema: { querystring: ExpectedDeviceQuery, response: { 200: ExpectedDevicePage } } },
    async (request) => valueOrProblem(await expected.list(signedIn(request), request.query)),
  );
  app.get(
    `${one}/serials/:serial`,
    { config: { access: 'device:read' }, schema: { params: serialParams, response: { 200: ExpectedDeviceDetail } } },
    async (request) => valueOrProblem(await expected.find(signedIn(request), request.params.batchId, request.params.serial)),
  );
  app.get(
    '/api/kiosk/labels/:deviceNumber',
    {
      config: { access: 'device:read', rateLimit: { max: 120, timeWindow: 60_000 } },
      schema: { params: z.strictObject({ deviceNumber: DeviceNumber }), querystring: LabelQuery, response: { 200: LabelTarget } },
    },
    async (request) => valueOrProblem(await expected.label(signedIn(request), request.params.deviceNumber, request.query.batch ?? null)),
  );
}
