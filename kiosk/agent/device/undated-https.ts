import type { IncomingMessage } from 'node:http';
import { checkServerIdentity, connect, type TLSSocket } from 'node:tls';
import { isRightButForDates } from '../sync/broker-certificate.ts';

// Importing it as a module would load `fetch` (download/download.ts).
const { request } = process.getBuiltinModule('node:http');

export interface CloudResponse {
  readonly status: number;
  readonly contentType: string;
  readonly body: AsyncIterable<Uint8Array>;
}

export function responseOf(response: IncomingMessage): CloudResponse {
  return { status: response.statusCode ?? 0, contentType: response.headers['content-type'] ?? '', body: response };
}

const HTTPS_PORT = 443;

/**
 * Posts JSON to a server whose certificate may be out of date by this machine's clock, which is not known to be right. That is less than TLS promises: a date can hide another fault from us
 * (docs/adr/0011), and behind a public authority there is no single certificate to hold it against. So nothing secret may be asked in this way, and only what proves itself be believed.
 */
export async function postUndated(url: URL, body: string, signal: AbortSignal): Promise<CloudResponse> {
  const socket = await openUndated(url, signal);
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        method: 'POST',
        host: url.hostname,
        path: `${url.pathname}${url.search}`,
        headers: { host: url.host, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
        createConnection: () => socket,
        signal,
      },
      (response) => resolve(responseOf(response)),
    );
    asked.on('error', reject);
    asked.end(body);
  });
}

function openUndated(url: URL, signal: AbortSignal): Promise<TLSSocket> {
  const host = url.hostname.replaceAll(/^\[|\]$/g, '');
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: url.port === '' ? HTTPS_PORT : Number(url.port), servername: host, rejectUnauthorized: false });
    const giveUp = (): void => void socket.destroy(new Error('stopped'));
    signal.addEventListener('abort', giveUp, { once: true });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the server closed the connection')));
    socket.once('secureConnect', () => {
      if (isRightButForDates(socket) && checkServerIdentity(host, socket.getPeerCertificate()) === undefined) resolve(socket);
      else socket.destroy(new Error(`the server's certificate is refused: ${String(socket.authorizationError)}`));
    });
  });
}
