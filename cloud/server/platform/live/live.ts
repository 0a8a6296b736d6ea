import { LiveEvent } from '@concierge/contract/http/live.ts';
import pg from 'pg';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Principal } from '../http/principal.ts';
import { type HttpServer, signedIn } from '../http/server.ts';
import { LIVE_CHANNEL } from '../outbox/outbox.ts';

const Notice = z.object({ tenantId: z.uuid(), event: LiveEvent });
const HEARTBEAT_MS = 20_000;
const MAX_LISTENERS = 2_000;
const RECONNECT_MS = 1_000;

interface Listener {
  readonly principal: Principal;
  write(text: string): void;
  end(): void;
}

export interface Live {
  start(): Promise<void>;
  stop(): Promise<void>;
  routes(app: HttpServer): void;
}

/**
 * Tells open screens which rows changed, as server-sent events. PostgreSQL carries the news between replicas. After a gap (a lost connection) every screen is told to read again, so
 * nothing stays stale for having been missed.
 */
export function createLive(options: { url: string; logger: Logger; sessionStands: (principal: Principal) => Promise<boolean> }): Live {
  const listeners = new Set<Listener>();
  let client: pg.Client | null = null;
  let stopping = false;
  let heartbeat: NodeJS.Timeout | null = null;
  let retry: NodeJS.Timeout | null = null;

  async function connect(): Promise<void> {
    const connecting = new pg.Client({ connectionString: options.url, application_name: 'concierge-live', connectionTimeoutMillis: 5_000 });
    const lost = () => {
      if (client !== connecting) return;
      client = null;
      if (!stopping) retry = setTimeout(reconnect, RECONNECT_MS);
    };
    connecting.on('error', lost);
    connecting.on('end', lost);
    connecting.on('notification', (message) => deliver(message.payload ?? ''));
    await connecting.connect();
    client = connecting;
    await connecting.query(`listen ${LIVE_CHANNEL}`);
  }

  function reconnect(): void {
    if (stopping) return;
    connect().then(
      () => broadcast('event: resync\ndata: {}\n\n'),
      () => {
        client = null;
        retry = setTimeout(reconnect, RECONNECT_MS);
      },
    );
  }

  function deliver(payload: string): void {
    const notice = Notice.safeParse(jsonOrUndefined(payload));
    if (!notice.success) return;
    const { tenantId, event } = notice.data;
    const text = `event: change\ndata: ${JSON.stringify(event)}\n\n`;
    for (const listener of listeners) {
      if (listener.principal.scope.tenantId !== tenantId) continue;
      if (!listener.principal.may('building:read', event.buildingId ?? undefined)) continue;
      listener.write(text);
    }
  }

  function broadcast(text: string): void {
    for (const listener of listeners) listener.write(text);
  }

  return {
    async start() {
      await connect();
      heartbeat = setInterval(() => {
        for (const listener of listeners) {
          listener.write(': still here\n\n');
          // A session that was ended elsewhere must not go on listening.
          options.sessionStands(listener.principal).then(
            (stands) => {
              if (!stands) listener.end();
            },
            () => undefined,
          );
        }
      }, HEARTBEAT_MS);
      heartbeat.unref();
    },

    async stop() {
      stopping = true;
      if (heartbeat !== null) clearInterval(heartbeat);
      if (retry !== null) clearTimeout(retry);
      for (const listener of listeners) listener.end();
      await client?.end();
    },

    routes(app) {
      app.get(
        '/api/live',
        { config: { access: 'signed-in' }, schema: { produces: ['text/event-stream'], response: { 200: z.string() } } },
        (request, reply) => {
          const principal = signedIn(request);
          reply.hijack();
          const raw = reply.raw;
          if (listeners.size >= MAX_LISTENERS) {
            raw.writeHead(503, { 'retry-after': '30' }).end();
            return;
          }
          raw.writeHead(200, {
            'content-type': 'text/event-stream; charset=utf-8',
            'cache-control': 'no-store',
            'x-accel-buffering': 'no',
          });
          raw.write('retry: 2000\n\nevent: resync\ndata: {}\n\n');
          const listener: Listener = {
            principal,
            write(text) {
              // A reader that does not keep up is dropped; its screen reconnects and reads again.
              if (raw.writableLength > 65_536) raw.destroy();
              else raw.write(text);
            },
            end: () => raw.end(),
          };
          listeners.add(listener);
          raw.on('close', () => listeners.delete(listener));
        },
      );
    },
  };
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
