import { z } from 'zod';

const CsrfReply = z.object({ csrfToken: z.string() });

/** A manager's browser as far as the API knows one. */
export interface Office {
  /** The cookies as a request carries them. */
  readonly cookie: string;
  /** Sends a change and returns the reply. Throws unless the status is the expected one. */
  change(method: 'POST' | 'PATCH', path: string, body: object, expectedStatus: number): Promise<unknown>;
}

export async function logIn(cloudUrl: string, account: { email: string; password: string }): Promise<Office> {
  const cookies = new Map<string, string>();
  const cookie = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');

  async function send(method: string, path: string, headers: Record<string, string>, body?: object): Promise<Response> {
    const response = await fetch(new URL(path, cloudUrl), {
      method,
      headers: { ...headers, cookie: cookie(), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return response;
  }

  const { csrfToken } = CsrfReply.parse(await (await send('GET', '/api/csrf', {})).json());
  const change: Office['change'] = async (method, path, body, expectedStatus) => {
    const response = await send(method, path, { 'x-csrf-token': csrfToken }, body);
    const text = await response.text();
    if (response.status !== expectedStatus) throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 300)}`);
    return JSON.parse(text);
  };
  await change('POST', '/api/users/token', account, 200);
  return {
    get cookie() {
      return cookie();
    },
    change,
  };
}
