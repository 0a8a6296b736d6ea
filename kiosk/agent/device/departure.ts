import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { nextWaitMs } from '../sync/back-off.ts';
import { eraseIdentity, noteDeparture } from './identity.ts';
import type { PrivateDirectory } from './private-directory.ts';

export interface DepartureWaits {
  /** Between attempts to erase what the disk does not let go of. */
  readonly erase: { readonly baseMs: number; readonly capMs: number };
  /** Between the times at which the cloud is told. */
  readonly tell: { readonly baseMs: number; readonly capMs: number };
  /** A cloud that cannot be told for so long is waited for no more: the device could be claimed by nobody meanwhile. */
  readonly silenceMs: number;
}

export const DEFAULT_DEPARTURE_WAITS: DepartureWaits = {
  erase: { baseMs: 2_000, capMs: 600_000 },
  tell: { baseMs: 500, capMs: 60_000 },
  silenceMs: 24 * 3_600_000,
};

/**
 * Whether the cloud expects nothing of a leaving device any more: it took its word back, or signed that the device is nobody's, or neither its broker nor the cloud itself take it for anybody's. A
 * broker alone also turns away who comes with a certificate that has run out, which is renewed. Without a connection to tell it over, nothing is waited for.
 */
export function isDismissed(broker: { withdrawn(): boolean; turnedAway(): boolean } | null, cloud: 'refused' | 'ended' | null): boolean {
  if (broker === null || broker.withdrawn() || cloud === 'ended') return true;
  return cloud === 'refused' && broker.turnedAway();
}

/**
 * Leaves the building: what was shown goes first, then the cloud is told, then the identity goes.
 *
 * INVARIANTS
 * 1. The note that it is leaving is written before anything else and removed after everything else; killed anywhere, it goes on at the next start.
 * 2. The cloud is not told before nothing is left on the disk.
 * 3. The key stays until the cloud has heard it (`isDismissed`, docs/adr/0017).
 */
export async function depart(deps: {
  readonly directory: PrivateDirectory;
  /** Erases what was shown; false while something of it is left. */
  erase(): boolean;
  /** Tells the cloud; false while it cannot be reached. */
  tell(event: 'decommissioned' | 'wipe-failed', detail: string | null): Promise<boolean>;
  /** Whether the cloud expects nothing of this device any more. */
  dismissed(): boolean;
  /** Ends the connection. */
  disconnect(): Promise<void>;
  monotonicMs(): number;
  random(): number;
  readonly stopping: AbortSignal;
  readonly logger: Logger;
  readonly waits: DepartureWaits;
}): Promise<void> {
  const { directory, stopping, logger, waits } = deps;

  async function pause(limits: DepartureWaits['erase'], lastMs: number): Promise<number> {
    const waitMs = nextWaitMs({ ...limits, stableAfterMs: 1 }, lastMs, 0, deps.random());
    await sleep(waitMs, undefined, { signal: stopping }).catch(() => undefined);
    return waitMs;
  }

  /** What stands in the way of the wipe; null when it is done. */
  function wipe(): 'not-noted' | 'files-not-erased' | null {
    let noted = true;
    try {
      noteDeparture(directory);
    } catch (error) {
      logger.error({ error }, 'the departure could not be noted');
      noted = false;
    }
    const gone = deps.erase();
    if (!noted) return 'not-noted';
    return gone ? null : 'files-not-erased';
  }

  async function eraseAll(): Promise<void> {
    let heard = false;
    for (let waitMs = 0; !stopping.aborted; waitMs = await pause(waits.erase, waitMs)) {
      const fault = wipe();
      if (fault === null) return;
      logger.error({ fault }, 'what this device showed is not erased yet');
      heard ||= await deps.tell('wipe-failed', fault);
    }
  }

  async function tellUntilHeard(): Promise<void> {
    let reachedMs = deps.monotonicMs();
    for (let waitMs = 0; !stopping.aborted && !deps.dismissed(); waitMs = await pause(waits.tell, waitMs)) {
      const told = await deps.tell('decommissioned', null);
      if (told) reachedMs = deps.monotonicMs();
      else if (deps.monotonicMs() - reachedMs >= waits.silenceMs) return;
    }
  }

  await eraseAll();
  if (stopping.aborted) return;
  logger.warn('this device was told to leave its building; what it showed is erased');
  await tellUntilHeard();
  if (stopping.aborted) return;
  const heard = deps.dismissed();
  await deps.disconnect();
  // Again, because the connection has written its own news meanwhile.
  await eraseAll();
  if (stopping.aborted) return;
  eraseIdentity(directory);
  logger.warn({ heard }, 'its identity is erased');
}
