import { CsrfReply } from '@concierge/contract/http/users.ts';
import { readNewerForm } from '@concierge/contract/newer-form.ts';
import { config, type z } from 'zod';
import { ApiProblem, problemOfReply } from './problem.ts';
import type { FileToSend } from './send-file.ts';
import { createSessionRenewal } from './session-renewal.ts';

// zod would try whether it may compile schemas, which the page's security policy forbids and the browser reports.
config({ jitless: true });

const REQUEST_TIMEOUT_MS = 20_000;
const MOST_TRIES_IN_PROGRESS = 4;

export interface ApiClient {
  read<Reply extends z.ZodType>(reply: Reply, path: string, signal?: AbortSignal): Promise<z.infer<Reply>>;
  /** A reply that is plain text and no JSON. */
  readText(path: string, signal?: AbortSignal): Promise<string>;
  change<Reply extends z.ZodType>(reply: Reply, change: Change): Promise<z.infer<Reply>>;
  /** Sends a file as it is; only where the page was made to. */
  upload<Reply extends z.ZodType>(reply: Reply, upload: Omit<FileToSend, 'headers'>): Promise<z.infer<Reply>>;
}

export interface Change {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  /** Makes sending it twice safe: the server answers the second with the first one's reply. */
  readonly idempotencyKey?: string;
  /** For logging in and out: a 401 is then the answer and not the end of a session. */
  readonly withoutSession?: true;
}

export interface ApiClientDeps {
  readonly fetch: typeof fetch;
  readonly sendFile?: (file: FileToSend) => Promise<Response>;
  readonly locks: LockManager | undefined;
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>;
  nowMs(): number;
  pause(durationMs: number): Promise<void>;
  /** The language problems are answered in. */
  language(): string;
  /** The session is over and cannot be renewed. */
  onSessionEnded(): void;
}

const MEDIA_BODY_TYPE = 'application/octet-stream';
const LOCK = 'concierge-session';
const RENEWED_AT = 'concierge-session-renewed-at';

/** Talks to the cloud: anti-forgery token, one quiet renewal of the session, and every reply parsed by its contract. */
export function createApiClient(deps: ApiClientDeps): ApiClient {
  let csrfToken: string | null = null;
  const { locks } = deps;

  const renewal = createSessionRenewal({
    async post() {
      try {
        await sendChange({ method: 'POST', path: '/api/users/token/refresh' });
        return null;
      } catch (problem) {
        if (problem instanceof ApiProblem) return problem;
        throw problem;
      }
    },
    // Where a browser offers no locks (a page without https) tabs are told apart by the server's `in-progress` alone.
    exclusively: async (work) => (locks === undefined ? work() : locks.request(LOCK, work)),
    lastRenewal: {
      readMs: () => Number(deps.storage.getItem(RENEWED_AT) ?? 0),
      write: (ms) => deps.storage.setItem(RENEWED_AT, String(ms)),
    },
    nowMs: deps.nowMs,
    pause: deps.pause,
  });

  async function send(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('accept', 'application/json');
    headers.set('accept-language', deps.language());
    let reply: Response;
    try {
      const deadline = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
      reply = await deps.fetch(path, {
        ...init,
        headers,
        credentials: 'same-origin',
        signal: init.signal ? AbortSignal.any([init.signal, deadline]) : deadline,
      });
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw new ApiProblem({ code: 'offline', status: 0 });
    }
    if (!reply.ok) throw await problemOfReply(reply);
    return reply;
  }

  async function csrf(): Promise<string> {
    csrfToken ??= CsrfReply.parse(await (await send('/api/csrf', {})).json()).csrfToken;
    return csrfToken;
  }

  async function sendChange(change: Change): Promise<Response> {
    const once = async () =>
      send(change.path, {
        method: change.method,
        headers: {
          'x-csrf-token': await csrf(),
          ...(change.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(change.idempotencyKey === undefined ? {} : { 'idempotency-key': change.idempotencyKey }),
        },
        body: change.body === undefined ? null : JSON.stringify(change.body),
      });
    for (let tries = 1; ; tries += 1) {
      try {
        return await once();
      } catch (problem) {
        if (!(problem instanceof ApiProblem) || tries === MOST_TRIES_IN_PROGRESS) throw problem;
        if (problem.code === 'csrf-missing' && tries === 1) csrfToken = null;
        else if (problem.code === 'in-progress' && change.idempotencyKey !== undefined) await deps.pause(300 * tries);
        else throw problem;
      }
    }
  }

  async function sendUpload(upload: Omit<FileToSend, 'headers'>, mayAskAgain: boolean): Promise<Response> {
    if (deps.sendFile === undefined) throw new Error('this page sends no files');
    const headers = { 'content-type': MEDIA_BODY_TYPE, accept: 'application/json', 'accept-language': deps.language() };
    const reply = await deps.sendFile({ ...upload, headers: { ...headers, 'x-csrf-token': await csrf() } });
    if (reply.ok) return reply;
    const problem = await problemOfReply(reply);
    if (problem.code !== 'csrf-missing' || !mayAskAgain) throw problem;
    csrfToken = null;
    return sendUpload(upload, false);
  }

  /** Repeats the request once with a renewed session where it was refused for want of one. */
  async function withSession(request: () => Promise<Response>): Promise<Response> {
    const sentAtMs = deps.nowMs();
    try {
      return await request();
    } catch (problem) {
      if (!(problem instanceof ApiProblem) || problem.status !== 401) throw problem;
      const renewed = await renewal.renew(sentAtMs);
      if (renewed.ok) return request();
      if (renewed.error !== 'ended') throw renewed.error;
      deps.onSessionEnded();
      throw problem;
    }
  }

  return {
    async read(schema, path, signal) {
      const reply = await withSession(() => send(path, signal === undefined ? {} : { signal }));
      return understood(schema, await reply.json());
    },
    async readText(path, signal) {
      return (await withSession(() => send(path, signal === undefined ? {} : { signal }))).text();
    },
    async change(schema, change) {
      const request = () => sendChange(change);
      const reply = await (change.withoutSession === true ? request() : withSession(request));
      return understood(schema, reply.status === 204 ? null : await reply.json());
    },
    async upload(schema, upload) {
      const reply = await withSession(() => sendUpload(upload, true));
      return understood(schema, await reply.json());
    },
  };
}

/** A page that was left open is older than a cloud that was brought on since. Throws for what is no such reply. */
function understood<Reply extends z.ZodType>(schema: Reply, reply: unknown): z.infer<Reply> {
  const read = readNewerForm(schema, reply);
  if (!read.success) throw read.error;
  return read.data;
}

/** The client of this page. */
export function createBrowserClient(options: Pick<ApiClientDeps, 'language' | 'onSessionEnded' | 'sendFile'>): ApiClient {
  return createApiClient({
    fetch: (...request) => fetch(...request),
    locks: navigator.locks,
    storage: localStorage,
    nowMs: Date.now,
    pause: (durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs)),
    ...options,
  });
}

/** A key for one attempt to create something. `crypto.randomUUID` is missing on pages without https. */
export function newIdempotencyKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
