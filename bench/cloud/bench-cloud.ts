import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cloudNodeOptions } from '@concierge/cloud-server/launch.ts';
import pg from 'pg';
import { z } from 'zod';
import { startChild } from '../child-process.ts';

const CloudReady = z.object({ url: z.url(), brokerUrl: z.string(), databaseUrl: z.string() });

export interface BenchCloud {
  readonly url: string;
  readonly databaseUrl: string;
  /** The owner of the database, whom row-level security does not hold. */
  readonly owner: pg.Client;
  stop(): Promise<void>;
}

/** The product's own cloud process, with its embedded database and broker, in a folder that goes with it. It stands behind a proxy, as in production. */
export async function startBenchCloud(environment: Readonly<Record<string, string>> = {}): Promise<BenchCloud> {
  const folder = await mkdtemp(join(tmpdir(), 'concierge-bench-'));
  // Started by root, PostgreSQL runs as nobody, who must be able to pass through.
  await chmod(folder, 0o755);
  const child = startChild(fileURLToPath(new URL('../../cloud/server/main.ts', import.meta.url)), {
    environment: {
      DATABASE_URL: '',
      DATABASE_OWNER_URL: '',
      MQTT_URL: '',
      PUBLIC_URL: '',
      CONCIERGE_KEYS: '',
      CONCIERGE_MODE: 'demo',
      CONCIERGE_DATA: folder,
      PORT: '0',
      MQTT_PORT: '0',
      TRUST_PROXY: '1',
      LOG_LEVEL: 'error',
      ...environment,
    },
    nodeOptions: cloudNodeOptions,
  });
  const remove = async () => {
    // Under some homes the database's directory is a link to where its user may go.
    const database = await realpath(join(folder, 'postgres')).catch(() => folder);
    for (const path of [database, folder]) await rm(path, { recursive: true, force: true });
  };
  const ready = await child.answer().catch(async (error: unknown) => {
    await remove();
    throw error;
  });
  const { url, databaseUrl } = CloudReady.parse(ready);
  const owner = new pg.Client({ connectionString: databaseUrl, application_name: 'concierge-bench' });
  owner.on('error', () => undefined);
  await owner.connect();
  return {
    url,
    databaseUrl,
    owner,
    async stop() {
      await owner.end();
      await child.stop();
      await remove();
    },
  };
}
