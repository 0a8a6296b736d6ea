import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '@concierge/contract/http/problem.ts';
import { CsrfReply, Me } from '@concierge/contract/http/users.ts';
import { readNewerForm } from '@concierge/contract/newer-form.ts';
import { jsonOrUndefined } from '@concierge/kernel/json.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { z } from 'zod';
import type { Ending, Refusal } from '../exit-codes.ts';

const TIMEOUT_MS = 30_000;
const MAX_REPLY_BYTES = 4 * 1_024 * 1_024;
/** A lost connection or a cloud that restarts is tried again, with the same Idempotency-Key, so that nothing happens twice. */
const WAITS_MS = [500, 2_000];

export interface Account {
  readonly email: string;
  readonly password: string;
  /** The slug, needed only when the account opens several offices. */
  readonly office?: string | undefined;
}

export interface Question<Reply> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly reply: z.ZodType<Reply>;
  /** The same for the same change; without it each call is a change of its own. */
  readonly idempotencyKey?: string;
}

/** The cloud over its HTTP contract, signed in. The session lives in this object and nowhere else. */
export interface Cloud {
  /** As others reach it: with a slash at its end. */
  readonly url: URL;
  readonly me: Me;
  ask<Reply>(question: Question<Reply>): Promise<Result<Reply, Refusal>>;
  /** Ends the session. */
  leave(): Promise<void>;
}

/** The address, if a password may travel to it: https, or this very machine. */
export function cloudAddress(text: string): Result<URL, Refusal> {
  const refuse = (message: string) => failure<Refusal>({ ending: 'usage', code: 'cloud-address', message });
  if (!URL.canParse(text)) return refuse('The address of the cloud must be a URL, like https://cloud.example.org.');
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)))
    return refuse('The cloud must be asked over https; http is only for a cloud on this machine.');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '' || url.pathname !== '/')
    return refuse('The address of the cloud is only its name and port, like https://cloud.example.org.');
  return success(url);
}

/** The address that is written on a card, if a device gets through to it: an appliance lets its agent out to port 443, and to its broker (firmware-config, nftables.conf). */
export function deviceAddress(url: URL): Result<URL, Refusal> {
  const refuse = (message: string) => failure<Refusal>({ ending: 'refused', code: 'device-address', message });
  if (/^(localhost|.*\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname))
    return refuse(`No device finds ${url.origin}, which is this machine alone. Say where they find the cloud: --device-cloud https://….`);
  if (url.port !== '')
    return refuse(
      `No device gets through to ${url.origin}: it asks a cloud at port 443 only. Say another address: --device-cloud https://….`,
    );
  return success(url);
}

/** Signs in. Nothing is kept on disk: the password is asked for each time, and the session ends with the program. */
export async function signIn(url: URL, account: Account): Promise<Result<Cloud, Refusal>> {
  const cookies = new Map<string, string>();
  let csrfToken: string | null = null;

  async function send<Reply>(question: Question<Reply>, key: string): Promise<Result<Reply, Refusal>> {
    const changes = question.method !== 'GET';
    const headers: Record<string, string> = { accept: 'application/json', 'accept-language': 'en', 'user-agent': 'concierge-provision' };
    if (cookies.size > 0) headers['cookie'] = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    if (changes && csrfToken !== null) headers['x-csrf-token'] = csrfToken;
    if (changes) headers['idempotency-key'] = key;
    if (question.body !== undefined) headers['content-type'] = 'application/json';
    let status: number;
    let text: string;
    try {
      const response = await fetch(new URL(question.path, url), {
        method: question.method,
        headers,
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(question.body === undefined ? {} : { body: JSON.stringify(question.body) }),
      });
      for (const line of response.headers.getSetCookie()) keepCookie(cookies, line);
      status = response.status;
      text = await readBounded(response);
    } catch (error) {
      return failure(unreachable(url, error));
    }
    const json = jsonOrUndefined(text);
    if (status >= 400) return failure(refusalOf(status, json));
    const parsed = readNewerForm(question.reply, status === 204 ? null : json);
    if (parsed.success) return success(parsed.data);
    return failure({ ending: 'failed', code: 'unusable-reply', message: `${url.origin} answered something that is not in our contract.` });
  }

  async function ask<Reply>(question: Question<Reply>): Promise<Result<Reply, Refusal>> {
    const key = question.idempotencyKey ?? randomUUID();
    for (const waitMs of WAITS_MS) {
      const answer = await send(question, key);
      // Too many at once are so for a minute: asking again would only add to them.
      const passes =
        !answer.ok &&
        answer.error.code !== 'too-many-requests' &&
        (answer.error.ending === 'unreachable' || answer.error.code === 'in-progress');
      if (!passes) return answer;
      await sleep(waitMs);
    }
    return send(question, key);
  }

  const csrf = await ask({ method: 'GET', path: '/api/csrf', reply: CsrfReply });
  if (!csrf.ok) return csrf;
  csrfToken = csrf.value.csrfToken;
  const body = { email: account.email, password: account.password, ...(account.office === undefined ? {} : { tenant: account.office }) };
  const me = await ask({ method: 'POST', path: '/api/users/token', body, reply: Me });
  if (!me.ok)
    return me.error.code === 'choose-tenant' ? failure({ ...me.error, message: `${me.error.message} Say which with --office.` }) : me;
  return success({
    url,
    me: me.value,
    ask,
    async leave() {
      await send({ method: 'POST', path: '/api/users/logout', body: { everywhere: false }, reply: z.null() }, randomUUID());
    },
  });
}

/** Exit codes by what the cloud says: who you are, whether it can be asked at all, and what it thinks of the data. */
function refusalOf(status: number, json: unknown): Refusal {
  const problem = Problem.safeParse(json);
  const code = problem.success ? problem.data.code : `http-${status}`;
  const faults = problem.success ? (problem.data.errors ?? []).map(({ pointer, message }) => ` ${pointer}: ${message}.`).join('') : '';
  const said = problem.success
    ? `${problem.data.title}${problem.data.detail === undefined ? '' : ` ${problem.data.detail}`}`
    : `The cloud answered ${status}.`;
  return { ending: endingOf(status, code), code, message: printable(`${said}${faults}`) };
}

function endingOf(status: number, code: string): Ending {
  if (status === 401 || status === 403 || code === 'locked-out') return 'notAllowed';
  if (status === 429 || status >= 500) return 'unreachable';
  return code === 'choose-tenant' ? 'usage' : 'refused';
}

function unreachable(url: URL, error: unknown): Refusal {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : error instanceof Error ? error.message : '';
  return {
    ending: 'unreachable',
    code: 'cloud-unreachable',
    message: printable(`${url.origin} cannot be reached${cause === '' ? '' : ` (${cause})`}.`),
  };
}

/** What comes over the net is printed on a terminal: no control characters, and not without end. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ').slice(0, 500);
}

function keepCookie(cookies: Map<string, string>, line: string): void {
  const [pair = ''] = line.split(';');
  const at = pair.indexOf('=');
  const name = pair.slice(0, at);
  const value = pair.slice(at + 1);
  if (!/^[\w-]{1,40}$/.test(name) || cookies.size >= 20) return;
  if (value === '') cookies.delete(name);
  else cookies.set(name, value);
}

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_REPLY_BYTES) throw new Error('the reply is longer than any of the contract can be');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
