import {
  AssignmentBody,
  DisplayConfig,
  DisplayConfigBody,
  DisplayConfigPage,
  DisplayConfigPatch,
  DisplayConfigQuery,
  DisplayConfigRevisionList,
  PublicationBody,
  RevertBody,
} from '@concierge/contract/http/display-configs.ts';
import type { SceneList } from '@concierge/contract/mqtt/scenes.ts';
import { featuresNeeded, featuresOfWidgets } from '@concierge/contract/plans.ts';
import { Uuid } from '@concierge/contract/text.ts';
import { z } from 'zod';
import type { PlanNeed } from '#platform/http/plan-guard.ts';
import { valueOrProblem } from '#platform/http/problem.ts';
import { type HttpServer, signedIn } from '#platform/http/server.ts';
import type { DisplayConfigs } from './display-configs.ts';

const params = z.strictObject({ configId: Uuid });
const one = { 200: DisplayConfig };

/** What widgets need that somebody wants to keep. Publishing asks for nothing: what a plan lacks is left out where a screen's arrangement is composed. */
const widgetsOf = (Body: z.ZodType<{ draft?: SceneList | undefined }>): PlanNeed => ({
  features: featuresOfWidgets,
  asked({ body }) {
    const { draft } = Body.parse(body);
    return draft === undefined ? [] : featuresNeeded(draft);
  },
});

export function sceneRoutes(app: HttpServer, configs: DisplayConfigs): void {
  app.get(
    '/api/kiosk/display-configs',
    { config: { access: 'device:read' }, schema: { querystring: DisplayConfigQuery, response: { 200: DisplayConfigPage } } },
    async (request) => valueOrProblem(await configs.list(signedIn(request), request.query)),
  );
  app.post(
    '/api/kiosk/display-configs',
    {
      config: { access: 'device:write', plan: widgetsOf(DisplayConfigBody) },
      schema: { body: DisplayConfigBody, response: { 201: DisplayConfig } },
    },
    async (request, reply) => {
      reply.code(201);
      return valueOrProblem(await configs.create(signedIn(request), request.body));
    },
  );
  app.get(
    '/api/kiosk/display-configs/:configId',
    { config: { access: 'device:read' }, schema: { params, response: one } },
    async (request) => valueOrProblem(await configs.find(signedIn(request), request.params.configId)),
  );
  app.patch(
    '/api/kiosk/display-configs/:configId',
    {
      config: { access: 'device:write', plan: widgetsOf(DisplayConfigPatch) },
      schema: { params, body: DisplayConfigPatch, response: one },
    },
    async (request) => valueOrProblem(await configs.change(signedIn(request), request.params.configId, request.body)),
  );
  app.delete(
    '/api/kiosk/display-configs/:configId',
    { config: { access: 'device:write' }, schema: { params, response: { 204: z.null() } } },
    async (request, reply) => {
      reply.code(204);
      return valueOrProblem(await configs.remove(signedIn(request), request.params.configId));
    },
  );
  app.get(
    '/api/kiosk/display-configs/:configId/revisions',
    { config: { access: 'device:read' }, schema: { params, response: { 200: DisplayConfigRevisionList } } },
    async (request) => ({ items: valueOrProblem(await configs.revisions(signedIn(request), request.params.configId)) }),
  );
  app.post(
    '/api/kiosk/display-configs/:configId/publish',
    { config: { access: 'device:write' }, schema: { params, body: PublicationBody, response: one } },
    async (request) => valueOrProblem(await configs.publish(signedIn(request), request.params.configId, request.body.version)),
  );
  app.post(
    '/api/kiosk/display-configs/:configId/revert',
    { config: { access: 'device:write' }, schema: { params, body: RevertBody, response: one } },
    async (request) =>
      valueOrProblem(await configs.revert(signedIn(request), request.params.configId, request.body.revision, request.body.version)),
  );
  app.post(
    '/api/kiosk/display-configs/:configId/devices',
    { config: { access: 'device:write' }, schema: { params, body: AssignmentBody, response: one } },
    async (request) => valueOrProblem(await configs.assign(signedIn(request), request.params.configId, request.body)),
  );
}
