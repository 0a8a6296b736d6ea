import { Problem } from '@concierge/contract/http/problem.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PlantedTenant, plantTenant } from '../../testing/planted-tenant.ts';
import { field, type Reply, type RunningCloud, runCloud, TestBrowser } from '../../testing/running-cloud.ts';
import { bodyOf, rawExchange } from './testing/raw-exchange.ts';

let running: RunningCloud;
let tenant: PlantedTenant;
let office: TestBrowser;

beforeAll(async () => {
  running = await runCloud();
  tenant = await plantTenant(running.owner, 'ours');
  office = new TestBrowser(running.cloud.url);
  await office.logIn(tenant.manager);
});
afterAll(async () => running.stop());

const announcement = (title: string) =>
  JSON.stringify({ buildingId: tenant.buildingId, category: 'general', title: { el: title, en: null } });
const post = async (body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  office.request('POST', '/api/announcements', body, headers);
const raw = async (text: string | Buffer) => rawExchange(running.cloud.url, text);

describe('every refusal is a problem document', () => {
  it.each([
    ['an address that is none', '/api/buildings/%E0%A4%A', 400, 'bad-request'],
    ['an asset that is none', '/assets/x%', 400, 'bad-request'],
    ['an id longer than any', `/api/buildings/${'a'.repeat(300)}`, 404, 'not-found'],
    ['an unknown address', '/api/nothing', 404, 'not-found'],
    ['an address of half a surrogate', '/api/buildings/%ED%A0%80', 400, 'bad-request'],
    ['a NUL', '/api/buildings/%00', 400, 'invalid-fields'],
    ['one value twice', '/api/buildings?limit=1&limit=2', 400, 'invalid-fields'],
  ])('%s', async (_name, path, status, code) => {
    expectProblem(await office.request('GET', path, undefined, { 'accept-language': 'en' }), status, code, /^[A-Z]/);
    expectProblem(await office.request('GET', path), status, code, /^[Α-ΩΆΈΉΊΌΎΏ]/);
  });

  it.each([
    ['no HTTP at all', 'garbage\r\n\r\n', 400, 'bad-request'],
    ['an unknown method', 'BREW /api/buildings HTTP/1.1\r\nhost: a\r\n\r\n', 400, 'bad-request'],
    ['huge headers', `GET /healthz HTTP/1.1\r\nhost: a\r\nx: ${'a'.repeat(40_000)}\r\n\r\n`, 431, 'too-large'],
    [
      'a length and chunks at once',
      'POST /api/users/token HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nhost: a\r\n\r\n',
      400,
      'bad-request',
    ],
    ['two hosts', 'GET /healthz HTTP/1.1\r\nhost: a\r\nhost: b\r\nconnection: close\r\n\r\n', 400, 'bad-request'],
  ])('%s', async (_name, text, status, code) => {
    const reply = await raw(text);
    expect(reply).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(reply).toContain('application/problem+json');
    expect(Problem.parse(bodyOf(reply))).toMatchObject({ status, code });
  });

  it('TRACE and OPTIONS tell nothing, and a pipeline is answered in order', async () => {
    for (const method of ['TRACE', 'OPTIONS']) {
      const reply = await raw(`${method} /api/buildings HTTP/1.1\r\nhost: a\r\nx-secret: 12345\r\nconnection: close\r\n\r\n`);
      expect(reply).toMatch(/^HTTP\/1.1 404/);
      expect(reply).not.toContain('12345');
    }
    const replies = await raw('GET /healthz HTTP/1.1\r\nhost: a\r\n\r\nGET /api/users/me HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');
    expect(replies.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 401']);
  });

  it('HEAD needs the same session as GET', async () => {
    expect((await office.request('HEAD', '/api/buildings')).status).toBe(200);
    expect((await new TestBrowser(running.cloud.url).request('HEAD', '/api/buildings')).status).toBe(401);
  });
});

describe('texts', () => {
  it.each([
    ['half a surrogate pair', String.raw`a\ud800b`],
    ['a NUL', String.raw`a\u0000b`],
  ])('%s is refused, since it could not be kept as it is', async (_name, escaped) => {
    expectProblem(await post(announcement('TITLE').replace('TITLE', escaped)), 400, 'bad-request');
  });

  it('bytes that are no UTF-8 are refused', async () => {
    const csrf = field((await office.request('GET', '/api/csrf')).json, 'csrfToken');
    const cookie = [...office.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const body = Buffer.concat([
      Buffer.from(announcement('TITLE').split('TITLE')[0] ?? ''),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('","en":null}}'),
    ]);
    const head = `POST /api/announcements HTTP/1.1\r\nhost: localhost\r\ncookie: ${cookie}\r\nx-csrf-token: ${csrf}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n`;
    const reply = await raw(Buffer.concat([Buffer.from(head), body]));
    expect(Problem.parse(bodyOf(reply)).code).toBe('bad-request');
  });

  it.each([
    ['what only looks like an escaped NUL', String.raw`C:\\u0000`, 'C:\\u0000'],
    ['emoji and right-to-left text', '👩‍👩‍👧 שלום', '👩‍👩‍👧 שלום'],
  ])('%s is kept as it is', async (_name, sent, kept) => {
    const reply = await post(announcement('TITLE').replace('TITLE', sent));
    expect(reply.status, reply.text).toBe(201);
    expect(reply.json).toMatchObject({ title: { el: kept } });
  });

  it('deep, wide and foreign bodies are refused quickly', async () => {
    expectProblem(await post('['.repeat(50_000) + ']'.repeat(50_000)), 400, 'bad-request');
    expectProblem(await post(`{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`), 400, 'bad-request');
    expectProblem(await post(JSON.stringify({ a: Array.from({ length: 100_000 }, () => 1) })), 400, 'invalid-fields');
    expectProblem(await post(announcement('α'), { 'content-type': 'text/plain' }), 415, 'unsupported-media-type');
  });
});

describe('values no schema stops', () => {
  it('a date before all dates is the request’s fault, not ours', async () => {
    expectProblem(await post({ ...parsed(announcement('α')), publishAt: '0000-01-01T00:00:00.000Z' }), 400, 'bad-request');
    const cursor = Buffer.from(JSON.stringify(['0000-01-01T00:00:00.000Z', tenant.buildingId])).toString('base64url');
    const page = await office.request('GET', `/api/announcements?buildingId=${tenant.buildingId}&cursor=${cursor}`);
    expectProblem(page, 400, 'bad-request');
  });

  it.each([String.raw`a\u0000`, String.raw`a\ud800`])('a cursor with a text that cannot be stored: %s', async (escaped) => {
    const cursor = Buffer.from(`["${escaped}","${tenant.buildingId}"]`).toString('base64url');
    expectProblem(await office.request('GET', `/api/buildings?cursor=${cursor}`), 400, 'invalid-fields');
  });

  it('names the faulty field in the reader’s language', async () => {
    const sent = { ...parsed(announcement('α'.repeat(121))), urgent: 'yes', nonsense: 1 };
    const greek = Problem.parse((await post(sent)).json).errors;
    expect(greek).toContainEqual({ pointer: '/urgent', message: 'Λείπει ή δεν είναι του σωστού τύπου.' });
    expect(greek).toContainEqual({ pointer: '/title/el', message: 'Είναι πολύ μεγάλο: το πολύ 120.' });
    const english = Problem.parse((await post(sent, { 'accept-language': 'en' })).json).errors ?? [];
    for (const { message } of english) expect(message).not.toMatch(/[Α-ω]/);
  });
});

describe('what may be kept by a browser or a proxy', () => {
  it('is nothing that needs a session', async () => {
    const paths = [
      '/api/buildings',
      `/api/buildings/${tenant.buildingId}`,
      `/api/buildings/${tenant.buildingId}/apartments`,
      '/api/users/me',
      '/api/csrf',
    ];
    const more = [
      `/api/announcements?buildingId=${tenant.buildingId}`,
      '/api/kiosk/devices',
      '/api/nothing',
      `/api/apartments/${tenant.apartmentIds[0]}/occupancies`,
    ];
    for (const path of [...paths, ...more]) expect((await office.request('GET', path)).headers.get('cache-control'), path).toBe('no-store');
  });

  it('carries the security headers, and cannot be framed', async () => {
    const { headers } = await office.request('GET', '/api/buildings');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });
});

describe('a change that another page sends', () => {
  it.each([
    ['of another site', { 'sec-fetch-site': 'cross-site' }],
    ['of a neighbour under the same domain', { 'sec-fetch-site': 'same-site' }],
    ['of another origin, from an older browser', { origin: 'https://evil.example' }],
    ['of a page without an origin', { origin: 'null' }],
  ])('%s is refused even with the right token', async (_name, headers) => {
    expectProblem(await post(announcement('ξένο'), headers), 403, 'not-allowed');
  });

  it('our own pages may', async () => {
    const { host } = new URL(running.cloud.url);
    for (const headers of [{ 'sec-fetch-site': 'same-origin' }, { origin: `http://${host}` }])
      expect((await post(announcement('δικό'), headers)).status).toBe(201);
  });
});

function expectProblem(reply: Reply, status: number, code: string, title = /./): void {
  expect([reply.status, reply.headers.get('content-type')], reply.text).toEqual([status, 'application/problem+json; charset=utf-8']);
  const problem = Problem.parse(reply.json);
  expect(problem).toMatchObject({ status, code });
  expect(problem.title).toMatch(title);
}

function parsed(json: string): object {
  const value: unknown = JSON.parse(json);
  return typeof value === 'object' && value !== null ? value : {};
}
