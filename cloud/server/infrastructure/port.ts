import { createServer } from 'node:net';
import type { HttpServer } from '#platform/http/server.ts';

const PORTS_TRIED = 20;

export interface Listening {
  readonly port: number;
  /** Lets the web server take the port over. */
  handTo(app: HttpServer): Promise<void>;
}

/**
 * Finds the port the web server will use, before it exists: its number stands in addresses that the modules are made with. With `tryNext` the next free one is taken when the wanted one is
 * not; else a taken port throws.
 */
export async function listenOnFreePort(host: string, wanted: number, tryNext: boolean): Promise<Listening> {
  const attempts = tryNext && wanted !== 0 ? PORTS_TRIED : 1;
  for (let offset = 0; offset < attempts; offset += 1) {
    const port = await freePort(host, wanted + offset);
    if (port === null) continue;
    return {
      port,
      handTo: async (app) => {
        await app.listen({ host, port, backlog: 2_048 });
      },
    };
  }
  throw new Error(attempts === 1 ? `PORT: ${wanted} is taken` : `PORT: no free port among the ${attempts} from ${wanted} on`);
}

async function freePort(host: string, port: number): Promise<number | null> {
  const probe = createServer();
  try {
    return await new Promise<number | null>((resolve, reject) => {
      probe.once('error', (error: NodeJS.ErrnoException) =>
        error.code === 'EADDRINUSE' || error.code === 'EACCES' ? resolve(null) : reject(error),
      );
      probe.listen({ host, port, exclusive: true }, () => {
        const address = probe.address();
        resolve(typeof address === 'object' && address !== null ? address.port : null);
      });
    });
  } finally {
    await new Promise<void>((resolve) => {
      probe.close(() => resolve());
    });
  }
}
