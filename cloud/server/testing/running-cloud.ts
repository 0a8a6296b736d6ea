import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jsonOrUndefined } from '@concierge/kernel/json.ts';
import { testDatabase } from '@concierge/testing/postgres.ts';
import pg from 'pg';
import { pino } from 'pino';
import { type Cloud, startCloud } from '../cloud.ts';
import { migrate } from '../db/migrate.ts';
import { readSettings } from '../settings.ts';

export interface RunningCloud {
  /** The cloud as it runs now; another object after `goDown` and `comeBack`. */
  readonly cloud: Cloud;
  readonly owner: pg.Client;
  readonly ownerUrl: string;
  /** As the cloud itself reaches the database. */
  readonly appUrl: string;
  readonly dataFolder: string;
  /** Stops the cloud and its broker; the database and the keys stay. */
  goDown(): Promise<void>;
  /** Starts it again at the same addresses. */
  comeBack(): Promise<void>;
  stop(): Promise<void>;
}

/** A whole cloud on ports of its own, with a real database and the embedded broker (or the one the environment names). */
export async function runCloud(
  options: { nowMs?: () => number; environment?: Readonly<Record<string, string>> } = {},
): Promise<RunningCloud> {
  const database = await testDatabase((ownerUrl, appPassword) => migrate(ownerUrl, { appPassword }));
  const dataFolder = await mkdtemp(join(tmpdir(), 'concierge-cloud-'));
  const logger = pino({ level: process.env['TEST_LOG_LEVEL'] ?? 'fatal' });
  const start = async (port: string, brokerPort: string): Promise<Cloud> => {
    const read = readSettings({
      CONCIERGE_MODE: 'demo',
      CONCIERGE_DATA: dataFolder,
      DATABASE_URL: database.appUrl,
      PORT: port,
      MQTT_PORT: brokerPort,
      LOG_LEVEL: 'error',
      // A test that wants weather brings somebody to ask.
      WEATHER_URL: 'off',
      ...options.environment,
    });
    if (!read.ok) throw new Error(read.faults.join('\n'));
    return startCloud(read.settings, logger, options.nowMs);
  };
  let cloud = await start('0', '0');
  let down = false;
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  return {
    get cloud() {
      return cloud;
    },
    owner,
    ownerUrl: database.ownerUrl,
    appUrl: database.appUrl,
    dataFolder,
    async goDown() {
      down = true;
      await cloud.stop();
    },
    async comeBack() {
      cloud = await start(new URL(cloud.url).port, new URL(cloud.brokerUrl).port);
      down = false;
    },
    async stop() {
      if (!down) await cloud.stop();
      await owner.end();
      await database.drop();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly json: unknown;
}

/** A browser as far as the API knows one: cookies, and the anti-forgery token on every change. */
export class TestBrowser {
  readonly #base: string;
  readonly cookies = new Map<string, string>();
  #csrf: string | null = null;

  constructor(base: string) {
    this.#base = base;
  }

  async request(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
    const changes = method !== 'GET';
    if (changes && headers['x-csrf-token'] === undefined) await this.#getToken();
    return this.#send(method, path, body, { ...(changes && this.#csrf !== null ? { 'x-csrf-token': this.#csrf } : {}), ...headers });
  }

  async logIn(account: { email: string; password: string }): Promise<Reply> {
    return this.request('POST', '/api/users/token', { email: account.email, password: account.password });
  }

  /** Sends a file as the body. */
  async upload(path: string, bytes: Uint8Array): Promise<Reply> {
    await this.#getToken();
    const response = await fetch(new URL(path, this.#base), {
      method: 'POST',
      headers: { cookie: this.#cookieLine(), 'x-csrf-token': this.#csrf ?? '', 'content-type': 'application/octet-stream' },
      body: new Uint8Array(bytes),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: jsonOrUndefined(text) };
  }

  /** What a change of this person's carries, for a test that writes its request by hand. */
  async signedHeaders(): Promise<Record<string, string>> {
    await this.#getToken();
    return { cookie: this.#cookieLine(), 'x-csrf-token': this.#csrf ?? '' };
  }

  /** A reply that is no text. */
  async bytes(path: string, headers: Readonly<Record<string, string>> = {}): Promise<{ status: number; headers: Headers; body: Buffer }> {
    const response = await fetch(new URL(path, this.#base), { headers: { cookie: this.#cookieLine(), ...headers } });
    return { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) };
  }

  async #getToken(): Promise<void> {
    if (this.#csrf === null) this.#csrf = field((await this.#send('GET', '/api/csrf', undefined, {})).json, 'csrfToken');
  }

  #cookieLine(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async #send(method: string, path: string, body: unknown, headers: Readonly<Record<string, string>>): Promise<Reply> {
    const cookie = this.#cookieLine();
    const response = await fetch(new URL(path, this.#base), {
      method,
      redirect: 'manual',
      headers: { ...(cookie === '' ? {} : { cookie }), ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const [name = '', value = ''] = pair.split('=');
      if (value === '' || /max-age=0|expires=Thu, 01 Jan 1970/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: jsonOrUndefined(text) };
  }
}

/** A text field of a reply; throws when it is not there. */
export function field(json: unknown, name: string): string {
  if (typeof json === 'object' && json !== null && name in json) {
    const value: unknown = Reflect.get(json, name);
    if (typeof value === 'string') return value;
  }
  throw new Error(`the reply has no text "${name}": ${JSON.stringify(json)}`);
}
