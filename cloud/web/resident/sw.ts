/**
 * Keeps the shell of the resident's page (its HTML, scripts, styles and fonts) for when there is no network. Replies of the API are never
 * kept here: what may stay on the phone is decided by the page itself.
 */
interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Event {
  readonly request: Request;
  respondWith(reply: Promise<Response>): void;
}
interface ServiceWorker {
  addEventListener(type: 'install' | 'activate', listener: (event: Extendable) => void): void;
  addEventListener(type: 'fetch', listener: (event: Fetching) => void): void;
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
}

// The DOM's types describe a window here; a service worker's own types cannot be loaded beside them.
const worker = self as unknown as ServiceWorker;

const SHELL = 'concierge-resident-shell-1';
const PAGE = '/resident';
const SLOW_NETWORK_MS = 3_000;
const MOST_ASSETS = 60;

worker.addEventListener('install', (event) => event.waitUntil(keepShell().then(() => worker.skipWaiting())));

worker.addEventListener('activate', (event) => {
  const forgetOthers = caches
    .keys()
    .then((names) =>
      Promise.all(names.filter((name) => name.startsWith('concierge-resident-') && name !== SHELL).map((name) => caches.delete(name))),
    );
  event.waitUntil(forgetOthers.then(() => worker.clients.claim()));
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (request.mode === 'navigate') event.respondWith(freshPage(request));
  else if (url.pathname.startsWith('/assets/')) event.respondWith(keptAsset(request));
});

/** The page names its own scripts, styles and fonts, and these name no others. */
async function keepShell(): Promise<void> {
  const reply = await fetch(PAGE, { cache: 'no-cache' });
  if (!reply.ok) throw new Error(`the page answered ${reply.status}`);
  await keep(reply);
}

async function keep(reply: Response): Promise<void> {
  const html = await reply.clone().text();
  const assets = [...new Set(html.match(/\/assets\/[\w.-]+/g) ?? [])].slice(0, MOST_ASSETS);
  const cache = await caches.open(SHELL);
  await Promise.all(assets.map(async (asset) => ((await cache.match(asset)) === undefined ? cache.add(asset) : undefined)));
  // The page last: once it stands in the cache, all it names stands there too.
  await cache.put(PAGE, reply);
  const named = new Set([PAGE, ...assets]);
  for (const request of await cache.keys()) if (!named.has(new URL(request.url).pathname)) await cache.delete(request);
}

/** The newest page where the network answers soon, the kept one otherwise. */
async function freshPage(request: Request): Promise<Response> {
  try {
    const reply = await fetch(request, { signal: AbortSignal.timeout(SLOW_NETWORK_MS) });
    if (reply.ok) await keep(reply.clone()).catch(() => undefined);
    return reply;
  } catch {
    return (await caches.match(PAGE)) ?? Response.error();
  }
}

async function keptAsset(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}
