import { createCache, DEFAULT_LIMITS } from '../cache/cache.ts';
import { aContent, createTestSigner } from './documents.ts';
import { silentLogger } from './kiosk.ts';

// Stores one version of the content after the other until it is killed. Prints the public key first, then each version that `store` said is on disk.

const [dataDir = ''] = process.argv.slice(2);
const signer = await createTestSigner();
process.stdout.write(`${JSON.stringify(signer.publicKey)}\n`);

const cache = createCache({
  dataDir,
  limits: () => DEFAULT_LIMITS,
  nowMs: () => Date.now(),
  onIncident: () => undefined,
  logger: silentLogger,
});
cache.open();
const documents: string[] = [];
for (let sequence = 1; sequence <= 20; sequence += 1) {
  documents.push(await signer.sign('content', aContent({ sequence, title: `έκδοση ${sequence} `.repeat(6).slice(0, 100) })));
}
for (let count = 0; ; count += 1) {
  const turn = count % documents.length;
  cache.store('content', documents[turn] ?? '');
  process.stdout.write(`${turn + 1}\n`);
}
