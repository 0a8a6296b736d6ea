import { LiveEvent } from '@concierge/contract/http/live.ts';
import type { Permission } from '@concierge/contract/http/permissions.ts';
import { jsonOrUndefined } from '@concierge/kernel/json.ts';
import pg from 'pg';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Transaction } from '../database/database.ts';
import type { Principal } from '../http/principal.ts';
import { HttpProblem } from '../http/problem.ts';
import { type HttpServer, signedIn } from '../http/server.ts';
import { LIVE_CHANNEL } from '../outbox/outbox.ts';

/** What travels between replicas: a row that changed, or sessions that ended (all of a person's, without a session's id). */
const Change = z.object({ tenantId: z.uuid(), event: LiveEvent });
const Ended = z.object({ tenantId: z.uuid(), ended: z.object({ userId: z.uuid(), sessionId: z.uuid().nullable() }) });
const HEARTBEAT_MS = 20_000;
const MAX_LISTENERS = 2_000;
/** Nobody has more screens than this, and nobody takes the places of all others. */
const MAX_LISTENERS_OF_ONE_PERSON = 20;
const RECONNECT_MS = 1_000;

/** Who hears of a change is who may read the row. */
const permissionToHear: Readonly<Record<LiveEvent['subject'], Permission>> = {
  building: 'building:read',
  apartment: 'building:read',
  occupancy: 'resident-data:read',
  'weight-table': 'building:read',
  announcement: 'announcement:read',
  device: 'device:read',
  'device-batch': 'device:read',
  'display-config': 'device:read',
  plan: 'device:read',
};

/** Closes the open streams of a session, or of all sessions of the person, on every replica, once this transaction has committed. */
export async function closeStreams(tx: Transaction, ended: { userId: string; sessionId: string | null }): Promise<void> {
  await tx.query('select pg_notify($1, $2)', [LIVE_CHANNEL, JSON.stringify({ tenantId: tx.scope.tenantId, ended })]);
}

interface Listener {
  /** As they were when last asked. */
  principal: Principal;
  write(text: string): void;
  end(): void;
}

export interface Live {
  start(): Promise<void>;
  stop(): Promise<void>;
  routes(app: HttpServer): void;
}

export interface LiveOptions {
  readonly url: string;
  readonly logger: Logger;
  /** The person with the roles they have now; null when the session does not stand. */
  principalNow(principal: Principal): Promise<Principal | null>;
  readonly heartbeatMs?: number;
}

/**
 * Tells open screens which rows changed, as server-sent events. PostgreSQL carries the news between replicas. After a gap (a lost connection) every screen is told to read again, so
 * nothing stays stale for having been missed.
 */
export function createLive(options: LiveOptions): Live {
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
    const news = jsonOrUndefined(payload);
    const ended = Ended.safeParse(news);
    if (ended.success) return close(ended.data);
    const change = Change.safeParse(news);
    if (!change.success) return;
    const { tenantId, event } = change.data;
    const text = `event: change\ndata: ${JSON.stringify(event)}\n\n`;
    for (const listener of listeners) {
      if (listener.principal.scope.tenantId !== tenantId) continue;
      if (!listener.principal.may(permissionToHear[event.subject], event.buildingId ?? undefined)) continue;
      listener.write(text);
    }
  }

  function close({ tenantId, ended }: z.infer<typeof Ended>): void {
    for (const { principal, end } of listeners) {
      if (principal.scope.tenantId !== tenantId || principal.userId !== ended.userId) continue;
      if (ended.sessionId === null || principal.scope.sessionId === ended.sessionId) end();
    }
  }

  /** A session that was ended elsewhere must not go on listening, and a role that was taken away must not go on opening ears. */
  async function askAgain(listener: Listener): Promise<void> {
    const principal = await options.principalNow(listener.principal).catch(() => null);
    if (principal === null) listener.end();
    else listener.principal = principal;
  }

  function refuseWhenFull(principal: Principal): void {
    if (listeners.size >= MAX_LISTENERS) throw new HttpProblem({ code: 'unavailable' });
    let own = 0;
    for (const listener of listeners) if (listener.principal.userId === principal.userId) own += 1;
    if (own >= MAX_LISTENERS_OF_ONE_PERSON) throw new HttpProblem({ code: 'too-many-requests' });
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
          void askAgain(listener);
        }
      }, options.heartbeatMs ?? HEARTBEAT_MS);
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
        {
          config: { access: 'signed-in' },
          // A HEAD would be answered by a stream that never begins and never ends.
          exposeHeadRoute: false,
          schema: { produces: ['text/event-stream'], response: { 200: z.string() } },
        },
        async (request, reply) => {
          // The database, asked before the stream opens: an access token outlives a session that was ended.
          const principal = await options.principalNow(signedIn(request));
          if (principal === null) throw new HttpProblem({ code: 'session-ended' });
          refuseWhenFull(principal);
          reply.hijack();
          // Gone while the database was asked: its end has been told already, and would never take the listener away again.
          if (request.socket.destroyed) return;
          const raw = reply.raw;
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
