import {
  Announcement,
  AnnouncementBody,
  AnnouncementPage,
  AnnouncementPatch,
  AnnouncementQuery,
} from '@concierge/contract/http/announcements.ts';
import { Uuid } from '@concierge/contract/text.ts';
import { z } from 'zod';
import { valueOrProblem } from '#platform/http/problem.ts';
import { type HttpServer, signedIn } from '#platform/http/server.ts';
import type { AnnouncementUseCases } from './announcements.ts';

const params = z.strictObject({ announcementId: Uuid });

export function announcementRoutes(app: HttpServer, announcements: AnnouncementUseCases): void {
  app.get(
    '/api/announcements',
    { config: { access: 'announcement:read' }, schema: { querystring: AnnouncementQuery, response: { 200: AnnouncementPage } } },
    async (request) => valueOrProblem(await announcements.list(signedIn(request), request.query)),
  );
  app.post(
    '/api/announcements',
    { config: { access: 'announcement:write' }, schema: { body: AnnouncementBody, response: { 201: Announcement } } },
    async (request, reply) => {
      reply.code(201);
      return valueOrProblem(await announcements.create(signedIn(request), request.body));
    },
  );
  app.patch(
    '/api/announcements/:announcementId',
    { config: { access: 'announcement:write' }, schema: { params, body: AnnouncementPatch, response: { 200: Announcement } } },
    async (request) => valueOrProblem(await announcements.change(signedIn(request), request.params.announcementId, request.body)),
  );
}
