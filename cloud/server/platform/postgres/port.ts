import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Outgoing connections take their ports from here up (Linux' default range), so a server's port stays below. */
const EPHEMERAL_FIRST = 32_768;
const CHOSEN_FIRST = 15_000;
const TRIES = 50;

/** The first free port of 127.0.0.1 from `wanted` on, or anywhere below the ephemeral range when `wanted` is 0; null when fifty in a row are taken. */
export async function choosePort(wanted: number): Promise<number | null> {
  const first = wanted === 0 ? randomInt(CHOSEN_FIRST, EPHEMERAL_FIRST - TRIES) : wanted;
  for (let port = first; port < Math.min(first + TRIES, 65_536); port += 1) {
    if (await isFree(port)) return port;
  }
  return null;
}

/** Whether nobody listens on this port of 127.0.0.1 now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const probe = createServer();
    probe.once('error', () => answer(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => answer(true)));
  });
}
