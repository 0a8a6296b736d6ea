import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { KioskCache } from '../cache/cache.ts';
import { eraseIdentity, noteDeparture } from './identity.ts';
import type { PrivateDirectory } from './private-directory.ts';

/** How long a device that was told to leave tries to say that it has. A cloud that revoked it meanwhile lets it in no more. */
const TELL_WITHIN_MS = 60_000;
const TELL_AGAIN_MS = 500;

/**
 * Leaves the building: what was shown goes first and at once, then the cloud is told, then the identity goes. Killed anywhere, it goes on at the next start, because
 * the note that it is leaving is written before anything else and removed after everything else.
 */
export async function depart(deps: {
  readonly directory: PrivateDirectory;
  readonly cache: Pick<KioskCache, 'erase'>;
  /** Tells the cloud that the device is wiped; false while it cannot be reached. */
  tell(): Promise<boolean>;
  /** Ends the connection. */
  disconnect(): Promise<void>;
  monotonicMs(): number;
  readonly stopping: AbortSignal;
  readonly logger: Logger;
  readonly tellWithinMs?: number;
}): Promise<void> {
  noteDeparture(deps.directory);
  deps.cache.erase();
  deps.logger.warn('this device was told to leave its building; what it showed is erased');
  const endMs = deps.monotonicMs() + (deps.tellWithinMs ?? TELL_WITHIN_MS);
  let told = false;
  while (!told && deps.monotonicMs() < endMs) {
    told = await deps.tell();
    if (deps.stopping.aborted) return;
    if (!told) await sleep(TELL_AGAIN_MS, undefined, { signal: deps.stopping }).catch(() => undefined);
    if (deps.stopping.aborted) return;
  }
  await deps.disconnect();
  // Again, because the connection has written its own news meanwhile.
  deps.cache.erase();
  eraseIdentity(deps.directory);
  deps.logger.warn({ told }, 'its identity is erased');
}
