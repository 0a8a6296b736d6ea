import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildWeb } from '../tools/demo/web-build.ts';

/** Before the journeys: the pages that every demo serves, and a place for the one whose folder all others begin with (journeys/demo.ts). */
export default async function prepare(): Promise<() => Promise<void>> {
  await buildWeb((line) => console.log(line));
  const folder = await mkdtemp(join(tmpdir(), 'concierge-demo-'));
  await chmod(folder, 0o755);
  process.env['CONCIERGE_FILLED_DEMO'] = folder;
  return () => rm(folder, { recursive: true, force: true });
}
