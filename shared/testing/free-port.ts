import { choosePort } from '@concierge/cloud-server/platform/postgres/port.ts';

/**
 * A port of 127.0.0.1 that nobody listens on now. It lies below those that a system gives out by itself, so while a test keeps its server down nobody else is
 * given it by chance.
 */
export async function freePort(): Promise<number> {
  const port = await choosePort(0);
  if (port === null) throw new Error('no port is free');
  return port;
}
