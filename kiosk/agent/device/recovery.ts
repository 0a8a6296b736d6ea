import type { Result } from '@concierge/kernel/result.ts';
import type { Logger } from 'pino';
import type { DeviceIdentity, IdentityFault } from './identity.ts';

/** So long a card that could not be read may come back, and a certificate be renewed, before somebody is asked to claim the device anew. */
export const LOOK_AGAIN_MS = 300_000;

export interface Recovery {
  start(): void;
  stop(): void;
}

/**
 * What becomes of a device that was claimed and whose files do not hold together. Nothing is erased, because nobody can say that it is not itself; but one that shows nothing may be claimed
 * anew, or the office would have to send somebody with another card.
 */
export function createRecovery(deps: {
  load(): Promise<Result<DeviceIdentity, IdentityFault>>;
  /** Whether there is nothing of a building on the glass. */
  showsNothing(): boolean;
  readonly lookEveryMs: number;
  /** It knows again who it is. */
  onFound(identity: DeviceIdentity): void;
  /** It may be claimed by whoever stands before it. Called again at every look. */
  onLost(): void;
  readonly logger: Logger;
}): Recovery {
  let timer: NodeJS.Timeout | undefined;
  let stopped = true;

  async function look(): Promise<void> {
    const identity = await deps.load();
    if (stopped) return;
    if (identity.ok) {
      stopped = true;
      deps.onFound(identity.value);
      return;
    }
    deps.logger.warn({ reason: identity.error }, 'this device still does not know whose it is');
    if (deps.showsNothing()) deps.onLost();
    schedule();
  }

  function schedule(): void {
    timer = setTimeout(() => {
      look().catch((error: unknown) => {
        deps.logger.error({ error }, 'the identity could not be looked at again');
        if (!stopped) schedule();
      });
    }, deps.lookEveryMs).unref();
  }

  return {
    start() {
      stopped = false;
      schedule();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
