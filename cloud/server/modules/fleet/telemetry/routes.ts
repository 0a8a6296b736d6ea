import { FleetRelease } from '@concierge/contract/http/device-releases.ts';
import {
  AlertKind,
  ClosedByHand,
  DeviceCsvQuery,
  DeviceDetail,
  DeviceFilter,
  DeviceHistory,
  DevicePage,
  DeviceQuery,
  FleetBuildingPage,
  FleetBuildingsQuery,
  FleetCounts,
  FleetGroupList,
  FleetGroupsQuery,
  FleetThresholdsBody,
  FleetThresholdsRow,
  HistoryQuery,
} from '@concierge/contract/http/fleet.ts';
import { Uuid } from '@concierge/contract/text.ts';
import { z } from 'zod';
import type { PlanNeed } from '#platform/http/plan-guard.ts';
import { readerLanguage, valueOrProblem } from '#platform/http/problem.ts';
import { type HttpServer, signedIn } from '#platform/http/server.ts';
import type { Twins } from '../twins/twins.ts';
import type { Alerts } from './alerts.ts';
import type { FleetView } from './fleet.ts';

const params = z.strictObject({ deviceId: Uuid });
const alertParams = params.extend({ alertKind: AlertKind });
const closedParams = params.extend({ alertKind: ClosedByHand });

/** A week shows what is the matter; a quarter is for comparing. */
const longHistory: PlanNeed = {
  features: ['long-history'],
  asked: ({ query }) => (HistoryQuery.parse(query).range === 'quarter' ? ['long-history'] : []),
};

export function telemetryRoutes(app: HttpServer, use: { view: FleetView; alerts: Alerts; twins: Pick<Twins, 'close'> }): void {
  const { view, alerts, twins } = use;
  app.get(
    '/api/kiosk/devices',
    { config: { access: 'device:read' }, schema: { querystring: DeviceQuery, response: { 200: DevicePage } } },
    async (request) => valueOrProblem(await view.list(signedIn(request), request.query)),
  );
  app.get(
    '/api/kiosk/devices.csv',
    {
      config: { access: 'device:read', rateLimit: { max: 10, timeWindow: 60_000 } },
      schema: {
        description: 'The screens as a file for spreadsheets: UTF-8 with its mark, columns by the reader’s language.',
        querystring: DeviceCsvQuery,
      },
    },
    async (request, reply) => {
      const { language = readerLanguage(request.headers['accept-language']), ...filter } = request.query;
      const file = valueOrProblem(await view.csv(signedIn(request), filter, language));
      reply.header('content-disposition', 'attachment; filename="screens.csv"');
      return reply.type('text/csv; charset=utf-8').send(file);
    },
  );
  app.get(
    '/api/kiosk/devices/:deviceId',
    { config: { access: 'device:read' }, schema: { params, response: { 200: DeviceDetail } } },
    async (request) => valueOrProblem(await view.detail(signedIn(request), request.params.deviceId)),
  );
  app.get(
    '/api/kiosk/devices/:deviceId/history',
    {
      config: { access: 'device:read', plan: longHistory },
      schema: { params, querystring: HistoryQuery, response: { 200: DeviceHistory } },
    },
    async (request) => valueOrProblem(await view.history(signedIn(request), request.params.deviceId, request.query.range)),
  );
  app.post(
    '/api/kiosk/devices/:deviceId/alerts/:alertKind/acknowledge',
    { config: { access: 'device:write' }, schema: { params: alertParams, response: { 204: z.null() } } },
    async (request, reply) => {
      reply.code(204);
      return valueOrProblem(await alerts.acknowledge(signedIn(request), request.params.deviceId, request.params.alertKind));
    },
  );
  app.post(
    '/api/kiosk/devices/:deviceId/alerts/:alertKind/close',
    { config: { access: 'device:write' }, schema: { params: closedParams, response: { 204: z.null() } } },
    async (request, reply) => {
      reply.code(204);
      return valueOrProblem(await twins.close(signedIn(request), request.params.deviceId));
    },
  );
  app.get(
    '/api/kiosk/fleet',
    { config: { access: 'device:read' }, schema: { querystring: DeviceFilter, response: { 200: FleetCounts } } },
    async (request) => valueOrProblem(await view.counts(signedIn(request), request.query)),
  );
  app.get(
    '/api/kiosk/fleet/buildings',
    { config: { access: 'device:read' }, schema: { querystring: FleetBuildingsQuery, response: { 200: FleetBuildingPage } } },
    async (request) => valueOrProblem(await view.byBuilding(signedIn(request), request.query)),
  );
  app.get(
    '/api/kiosk/fleet/groups',
    { config: { access: 'device:read' }, schema: { querystring: FleetGroupsQuery, response: { 200: FleetGroupList } } },
    async (request) => {
      const { by, ...filter } = request.query;
      return { items: valueOrProblem(await view.groups(signedIn(request), filter, by)) };
    },
  );
  app.get(
    '/api/kiosk/fleet/release',
    { config: { access: 'device:read' }, schema: { querystring: DeviceFilter, response: { 200: FleetRelease } } },
    async (request) => valueOrProblem(await view.release(signedIn(request), request.query)),
  );
  app.get(
    '/api/kiosk/fleet/thresholds',
    { config: { access: 'device:read' }, schema: { response: { 200: FleetThresholdsRow } } },
    async (request) => view.thresholds(signedIn(request)),
  );
  app.put(
    '/api/kiosk/fleet/thresholds',
    { config: { access: 'device:write' }, schema: { body: FleetThresholdsBody, response: { 200: FleetThresholdsRow } } },
    async (request) => valueOrProblem(await view.changeThresholds(signedIn(request), request.body.thresholds, request.body.version)),
  );
}
