import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { expect, it } from 'vitest';
import { runCloud } from '../testing/running-cloud.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === '::1'));

const hosts = [
  { host: '0.0.0.0', there: true },
  // Other systems give the loopback one address only.
  { host: '127.0.0.2', there: process.platform === 'linux' },
  { host: '::1', there: hasIpv6 },
].filter(({ there }) => there);

it.each(hosts)('the cloud finds its own broker at $host, and names an address at which kiosks find it', async ({ host }) => {
  const running = await runCloud({ environment: { MQTT_HOST: host } });
  try {
    await expect.poll(async () => (await fetch(new URL('/readyz', running.cloud.url))).status, { timeout: 5_000 }).toBe(200);
    const { hostname, port } = new URL(running.cloud.brokerUrl);
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) });
    await once(socket, 'connect');
    socket.destroy();
  } finally {
    await running.stop();
  }
});
