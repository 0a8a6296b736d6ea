import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { sendProblem } from '../http/answers.ts';
import type { HttpServer } from '../http/server.ts';

/** Which built page answers which addresses; each is a single-page application that does its own routing below. */
const pages: readonly { readonly file: string; readonly urls: readonly string[] }[] = [
  { file: 'office.html', urls: ['/office', '/office/*'] },
  { file: 'resident.html', urls: ['/resident', '/resident/*', '/j/:token', '/kiosk/connect'] },
  { file: 'public.html', urls: ['/public/:buildingId'] },
];

/** Addresses people know from before, and where they lead now. */
const redirects: Readonly<Record<string, string>> = {
  '/': '/office',
  '/login': '/office/login',
  '/login/office': '/office/login',
  '/login/resident': '/resident/login',
  '/office-dashboard': '/office',
  '/dashboard': '/office',
  '/announcements': '/office',
};

/** Serves the built web applications from `folder`; says so plainly when they have not been built. */
export async function webPages(app: HttpServer, folder: string): Promise<void> {
  const built = existsSync(join(folder, 'office.html'));
  if (built) {
    await app.register(fastifyStatic, {
      root: folder,
      serve: false,
      preCompressed: true,
      cacheControl: false,
    });
    app.get('/assets/*', { config: { access: 'public', rateLimit: false }, schema: { hide: true } }, async (request, reply) => {
      reply.header('cache-control', 'public, max-age=31536000, immutable');
      return reply.sendFile(request.url.split('?')[0]?.slice(1) ?? '');
    });
    for (const file of ['office.webmanifest', 'resident.webmanifest', 'icon.svg', 'icon-192.png', 'icon-512.png', 'service-worker.js']) {
      if (!existsSync(join(folder, file))) continue;
      app.get(`/${file}`, { config: { access: 'public', rateLimit: false }, schema: { hide: true } }, async (_request, reply) => {
        reply.header('cache-control', 'no-cache');
        return reply.sendFile(file);
      });
    }
  }
  for (const page of pages) {
    for (const url of page.urls) {
      app.get(url, { config: { access: 'public', rateLimit: false }, schema: { hide: true } }, async (request, reply) => {
        if (!built)
          return sendProblem(
            { code: 'unavailable', detail: { el: 'Οι σελίδες δεν έχουν χτιστεί.', en: 'The pages have not been built.' } },
            request,
            reply,
          );
        reply.header('cache-control', 'no-cache');
        return reply.sendFile(page.file);
      });
    }
  }
  for (const [from, to] of Object.entries(redirects)) {
    app.get(from, { config: { access: 'public', rateLimit: false }, schema: { hide: true } }, async (_request, reply) =>
      reply.redirect(to),
    );
  }
}
