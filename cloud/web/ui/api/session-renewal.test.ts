import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createApiClient } from './client.ts';
import { ApiProblem } from './problem.ts';
import { createSessionRenewal } from './session-renewal.ts';

const problem = (code: ApiProblem['code'], status: number) => new ApiProblem({ code, status });

function renewalWith(outcomes: (ApiProblem | null)[], shared = { at: 0 }) {
  let posts = 0;
  const pauses: number[] = [];
  let clockMs = 1_000;
  const renewal = createSessionRenewal({
    async post() {
      posts += 1;
      await Promise.resolve();
      return outcomes.shift() ?? null;
    },
    exclusively: (work) => work(),
    lastRenewal: {
      readMs: () => shared.at,
      write: (ms) => {
        shared.at = ms;
      },
    },
    nowMs: () => (clockMs += 1),
    async pause(durationMs) {
      pauses.push(durationMs);
    },
  });
  return { renewal, posts: () => posts, pauses };
}

describe('renewing the session', () => {
  it('asks once for many refused requests at once', async () => {
    const { renewal, posts } = renewalWith([null]);
    const all = await Promise.all([renewal.renew(900), renewal.renew(901), renewal.renew(902)]);
    expect(all.map((each) => each.ok)).toEqual([true, true, true]);
    expect(posts()).toBe(1);
  });

  it('does not ask when another tab has renewed since the request was sent', async () => {
    const { renewal, posts } = renewalWith([], { at: 950 });
    expect((await renewal.renew(900)).ok).toBe(true);
    expect(posts()).toBe(0);
    await renewal.renew(960);
    expect(posts()).toBe(1);
  });

  it('waits and asks again while another window is renewing', async () => {
    const { renewal, posts, pauses } = renewalWith([problem('in-progress', 409), problem('in-progress', 409), null]);
    expect((await renewal.renew(900)).ok).toBe(true);
    expect(posts()).toBe(3);
    expect(pauses).toEqual([250, 500]);
  });

  it('gives up after a bounded number of waits', async () => {
    const { renewal, posts } = renewalWith(Array.from({ length: 20 }, () => problem('in-progress', 409)));
    expect((await renewal.renew(900)).ok).toBe(false);
    expect(posts()).toBe(6);
  });

  it('tells an ended session from a service that is away', async () => {
    expect(await renewalWith([problem('session-ended', 401)]).renewal.renew(900)).toEqual({ ok: false, error: 'ended' });
    const away = problem('offline', 0);
    expect(await renewalWith([away]).renewal.renew(900)).toEqual({ ok: false, error: away });
  });
});

describe('the client', () => {
  function clientWith(answers: Record<string, (() => Response)[]>) {
    const requests: { path: string; headers: Headers }[] = [];
    const storage = new Map<string, string>();
    let ended = 0;
    let clockMs = 1_000;
    const client = createApiClient({
      fetch: async (input, init) => {
        if (typeof input !== 'string') throw new Error('the client asks by path');
        const path = input;
        requests.push({ path, headers: new Headers(init?.headers) });
        const next = answers[path]?.shift();
        if (next === undefined) throw new TypeError('no network');
        return next();
      },
      locks: undefined,
      storage: { getItem: (key) => storage.get(key) ?? null, setItem: (key, value) => void storage.set(key, value) },
      nowMs: () => (clockMs += 1),
      pause: async () => undefined,
      language: () => 'el',
      onSessionEnded: () => {
        ended += 1;
      },
    });
    return { client, requests, ended: () => ended };
  }
  const ok = (body: unknown) => () => Response.json(body);
  const refused = (status: number, code: string) => () => Response.json({ type: '', title: '', status, code }, { status });
  const csrf = ok({ csrfToken: 'token' });
  const Row = z.strictObject({ name: z.string() });

  it('of a page that was left open understands a cloud that says more', async () => {
    const { client } = clientWith({ '/api/row': [ok({ name: 'Α1', colour: 'blue' }), ok({ name: 1, colour: 'blue' })] });
    expect(await client.read(Row, '/api/row')).toEqual({ name: 'Α1' });
    await expect(client.read(Row, '/api/row')).rejects.toThrow();
  });

  it('renews once after a 401 and repeats the request', async () => {
    const { client, requests, ended } = clientWith({
      '/api/row': [refused(401, 'not-signed-in'), ok({ name: 'Α1' })],
      '/api/csrf': [csrf],
      '/api/users/token/refresh': [ok({})],
    });
    expect(await client.read(Row, '/api/row')).toEqual({ name: 'Α1' });
    expect(requests.map((request) => request.path)).toEqual(['/api/row', '/api/csrf', '/api/users/token/refresh', '/api/row']);
    expect(ended()).toBe(0);
  });

  it('says that the session is over when it cannot be renewed', async () => {
    const { client, ended } = clientWith({
      '/api/row': [refused(401, 'not-signed-in')],
      '/api/csrf': [csrf],
      '/api/users/token/refresh': [refused(401, 'session-ended')],
    });
    await expect(client.read(Row, '/api/row')).rejects.toMatchObject({ status: 401 });
    expect(ended()).toBe(1);
  });

  it('keeps the session when the network fails during the renewal', async () => {
    const { client, ended } = clientWith({ '/api/row': [refused(401, 'not-signed-in')], '/api/csrf': [csrf] });
    await expect(client.read(Row, '/api/row')).rejects.toMatchObject({ code: 'offline' });
    expect(ended()).toBe(0);
  });

  it('fetches a new anti-forgery token once, and repeats with the same idempotency key', async () => {
    const { client, requests } = clientWith({
      '/api/csrf': [csrf, ok({ csrfToken: 'newer' })],
      '/api/rows': [refused(403, 'csrf-missing'), refused(409, 'in-progress'), ok({ name: 'Β2' })],
    });
    await client.change(Row, { method: 'POST', path: '/api/rows', body: {}, idempotencyKey: 'key-12345' });
    const posts = requests.filter((request) => request.path === '/api/rows');
    expect(posts.map((request) => request.headers.get('x-csrf-token'))).toEqual(['token', 'newer', 'newer']);
    expect(new Set(posts.map((request) => request.headers.get('idempotency-key')))).toEqual(new Set(['key-12345']));
  });

  it('does not take a refused log-in for an ended session', async () => {
    const { client, requests, ended } = clientWith({ '/api/csrf': [csrf], '/api/users/token': [refused(401, 'wrong-credentials')] });
    await expect(client.change(Row, { method: 'POST', path: '/api/users/token', withoutSession: true })).rejects.toMatchObject({
      code: 'wrong-credentials',
    });
    expect(requests).toHaveLength(2);
    expect(ended()).toBe(0);
  });
});
