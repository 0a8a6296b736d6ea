import { connect } from 'node:net';

/** Sends the very bytes and returns what comes back until the other side closes, or has been silent for a while: no client in between makes it proper HTTP. */
export async function rawExchange(base: string, bytes: string | Buffer, silentMs = 1_500): Promise<string> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    const received: Buffer[] = [];
    socket.setTimeout(silentMs, () => socket.destroy());
    socket.on('data', (data) => received.push(data));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(Buffer.concat(received).toString('utf8')));
    socket.write(bytes);
  });
}

/** The JSON behind the header lines. */
export function bodyOf(reply: string): unknown {
  return JSON.parse(reply.slice(reply.indexOf('\r\n\r\n') + 4));
}
