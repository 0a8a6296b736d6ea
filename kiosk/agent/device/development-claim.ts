import { readFileSync, statSync } from 'node:fs';
import { ClaimReply } from '@concierge/contract/http/devices.ts';
import { failure, type Result } from '@concierge/kernel/result.ts';
import type { Logger } from 'pino';
import { type BackOffLimits, nextWaitMs } from '../sync/back-off.ts';
import type { Claim } from './claim.ts';
import { deviceRequest } from './device-key.ts';
import { type ClaimFault, checkClaim, type DeviceIdentity, loadIdentity, saveClaim } from './identity.ts';
import { type PostFailure, postToCloud } from './post-to-cloud.ts';
import type { PrivateDirectory } from './private-directory.ts';

type ClaimRefusal = 'no-token' | PostFailure | ClaimFault;

const MAX_TOKEN_FILE_BYTES = 1_024;

/** The claim of the demo: a token on this machine's own disk stands for the manager's confirmation. */
export function createDevelopmentClaim(deps: {
  directory: PrivateDirectory;
  cloudUrl: string;
  tokenFile: string;
  serial(): string;
  random(): number;
  backOff: BackOffLimits;
  logger: Logger;
}): Claim {
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let waitMs = 0;

  async function attempt(onClaimed: (identity: DeviceIdentity) => void): Promise<void> {
    const claimed = await claimOnce();
    if (stopping.signal.aborted) return;
    if (claimed.ok) {
      deps.logger.info({ deviceId: claimed.value.deviceId }, 'claimed');
      onClaimed(claimed.value);
      return;
    }
    waitMs = nextWaitMs(deps.backOff, waitMs, 0, deps.random());
    deps.logger.warn({ reason: claimed.error, waitMs }, 'not claimed yet');
    schedule(onClaimed, waitMs);
  }

  function schedule(onClaimed: (identity: DeviceIdentity) => void, delayMs: number): void {
    timer = setTimeout(() => {
      attempt(onClaimed).catch((error: unknown) => {
        deps.logger.error({ error }, 'the claim failed unexpectedly');
        if (!stopping.signal.aborted) schedule(onClaimed, deps.backOff.capMs);
      });
    }, delayMs);
  }

  async function claimOnce(): Promise<Result<DeviceIdentity, ClaimRefusal>> {
    const token = readToken(deps.tokenFile);
    if (token === null) return failure('no-token');
    const serial = deps.serial();
    const { keyPem, csrPem } = await deviceRequest(deps.directory, serial);
    const reply = await postToCloud({
      url: new URL('/api/kiosk/claims/development', deps.cloudUrl),
      body: { token, csrPem, serial },
      reply: ClaimReply,
      stopping: stopping.signal,
    });
    if (!reply.ok) return reply;
    const fault = checkClaim(reply.value, keyPem);
    if (fault !== null) return failure(fault);
    saveClaim(deps.directory, reply.value, serial);
    const identity = await loadIdentity(deps.directory, serial);
    return identity.ok ? identity : failure('unusable-reply');
  }

  return {
    start(onClaimed) {
      schedule(onClaimed, 0);
    },
    screen: () => null,
    stop() {
      clearTimeout(timer);
      stopping.abort();
    },
  };
}

function readToken(path: string): string | null {
  try {
    if (statSync(path).size > MAX_TOKEN_FILE_BYTES) return null;
    const token = readFileSync(path, 'utf8').trim();
    return token === '' ? null : token;
  } catch {
    return null;
  }
}
