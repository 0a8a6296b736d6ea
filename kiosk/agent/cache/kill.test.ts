import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { PublicSigningKey } from '@concierge/contract/keys.ts';
import { importJWK } from 'jose';
import { expect, it } from 'vitest';
import { createHeldDocuments, loadFromCache } from '../sync/held-documents.ts';
import { testBuildingId, testDeviceId } from '../testing/documents.ts';
import { silentLogger, temporaryDirectory } from '../testing/kiosk.ts';
import { createCache, DEFAULT_LIMITS } from './cache.ts';

const writer = fileURLToPath(new URL('../testing/endless-writer.ts', import.meta.url));
const KILLS = 20;

it('opens to a good document after SIGKILL at any moment of writing', async () => {
  for (let round = 0; round < KILLS; round += 1) {
    using directory = temporaryDirectory();
    const child = spawn(process.execPath, [writer, directory.path], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines: string[] = [];
    const reading = createInterface({ input: child.stdout });
    reading.on('line', (line) => lines.push(line));
    while (lines.length < 3) await once(reading, 'line');
    await sleep(round * 3);
    // With all that it said: on a busy machine much of it is still unread when it has gone.
    const ended = Promise.all([once(child, 'close'), once(reading, 'close')]);
    child.kill('SIGKILL');
    await ended;

    const [firstLine = '', ...versions] = lines;
    const publicKey = PublicSigningKey.parse(JSON.parse(firstLine));
    const verifyingKey = await importJWK(publicKey, 'EdDSA');
    if (verifyingKey instanceof Uint8Array) throw new Error('not a public key');
    const incidents: string[] = [];
    const cache = createCache({
      dataDir: directory.path,
      limits: () => DEFAULT_LIMITS,
      nowMs: () => Date.now(),
      onIncident: (incident) => incidents.push(incident),
      logger: silentLogger,
    });
    cache.open();
    const held = createHeldDocuments();
    await loadFromCache({
      cache,
      held,
      addressee: { deviceId: testDeviceId, buildingId: testBuildingId },
      keys: new Map([[publicKey.kid, verifyingKey]]),
      logger: silentLogger,
    });
    const generations = cache.stored('content').length;
    cache.close();

    // The version that was last said to be on disk, or one that was written after it and not yet said.
    const said = Number(versions.at(-1));
    const shown = held.get('content')?.claims.sequence ?? 0;
    const writtenUnsaid = (shown - said + 20) % 20;
    expect(writtenUnsaid, `said ${said}, found ${shown}`).toBeLessThanOrEqual(3);
    expect(generations).toBe(2);
    expect(incidents).toEqual([]);
  }
}, 60_000);
