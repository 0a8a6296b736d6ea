import { readFileSync, statSync } from 'node:fs';
import { ClaimReply } from '@concierge/contract/http/devices.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { Logger } from 'pino';
import { type BackOffLimits, nextWaitMs } from '../sync/back-off.ts';
import { type ClaimFault, checkClaim, type DeviceIdentity, KEY_FILE, loadIdentity, saveClaim } from './identity.ts';
import type { PrivateDirectory } from './private-directory.ts';

export type ClaimRefusal = 'no-token' | 'cloud-unreachable' | 'refused' | 'unusable-reply' | ClaimFault;

export interface DevelopmentClaim {
  /** Tries until the device is claimed; calls `onClaimed` once. */
  start(onClaimed: (identity: DeviceIdentity) => void): void;
  stop(): void;
}

const REQUEST_TIMEOUT_MS = 10_000;
const MAX_REPLY_BYTES = 65_536;
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
}): DevelopmentClaim {
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
    // Loaded here because a claimed device, which is every device after its first minute, never needs the certificate library in memory.
    const { createDeviceKey, isDeviceKey, requestCertificate } = await import('./certificate-request.ts');
    // The key is on disk before it is spoken of, so a retry after a crash asks with the same key.
    const saved = deps.directory.read(KEY_FILE);
    const keyPem = saved !== null && isDeviceKey(saved) ? saved : createDeviceKey();
    if (keyPem !== saved) deps.directory.write(KEY_FILE, keyPem);
    const serial = deps.serial();
    const body = { token, csrPem: await requestCertificate(keyPem, serial), serial };

    const reply = await ask(new URL('/api/kiosk/claims/development', deps.cloudUrl), body, stopping.signal);
    if (!reply.ok) return reply;
    const fault = checkClaim(reply.value, keyPem);
    if (fault !== null) return failure(fault);
    saveClaim(deps.directory, reply.value);
    const identity = await loadIdentity(deps.directory);
    return identity.ok ? identity : failure('unusable-reply');
  }

  return {
    start(onClaimed) {
      schedule(onClaimed, 0);
    },
    stop() {
      clearTimeout(timer);
      stopping.abort();
    },
  };
}

async function ask(url: URL, body: unknown, stopping: AbortSignal): Promise<Result<ClaimReply, ClaimRefusal>> {
  let text: string;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.any([stopping, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
    });
    if (response.status >= 500) return failure('cloud-unreachable');
    if (!response.ok) return failure('refused');
    text = await readBounded(response);
  } catch {
    return failure('cloud-unreachable');
  }
  const parsed = ClaimReply.safeParse(jsonOrUndefined(text));
  return parsed.success ? success(parsed.data) : failure('unusable-reply');
}

/** The reply's text, cut off once it is longer than any reply can be; what is cut off no longer parses. */
async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_REPLY_BYTES) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
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

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
