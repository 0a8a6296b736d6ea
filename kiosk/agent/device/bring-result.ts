import { createHash, createPublicKey, sign } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandResultText, type ResultHeaders } from '@concierge/contract/http/command-results.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { DeviceIdentity } from './identity.ts';

export type BringFailure = 'cloud-unreachable' | 'refused';

const REQUEST_TIMEOUT_MS = 45_000;
const TRIES = 3;
const PAUSE_MS = 2_000;

/** Brings to the cloud what a command asked for. The device's key vouches for the bytes and for what they answer. */
export async function bringResult(deps: {
  readonly identity: Pick<DeviceIdentity, 'deviceId' | 'keyPem' | 'cloudUrl'>;
  readonly commandId: string;
  readonly content: Uint8Array<ArrayBuffer>;
  readonly stopping: AbortSignal;
  readonly pauseMs?: number;
}): Promise<Result<null, BringFailure>> {
  const url = new URL(`/api/kiosk/commands/${deps.commandId}/result`, deps.identity.cloudUrl);
  const headers = { 'content-type': 'application/octet-stream', ...resultHeaders(deps.identity, deps.commandId, deps.content) };
  for (let tried = 1; ; tried += 1) {
    const outcome = await post(url, headers, deps.content, deps.stopping);
    if (outcome !== 'cloud-unreachable') return outcome === 'taken' ? success(null) : failure(outcome);
    if (tried === TRIES || deps.stopping.aborted) return failure(outcome);
    await sleep(deps.pauseMs ?? PAUSE_MS);
  }
}

export function resultHeaders(
  { deviceId, keyPem }: Pick<DeviceIdentity, 'deviceId' | 'keyPem'>,
  commandId: string,
  content: Uint8Array,
): ResultHeaders {
  const contentSha256 = createHash('sha256').update(content).digest('hex');
  const text = Buffer.from(commandResultText(commandId, contentSha256));
  return {
    'concierge-device': deviceId,
    'concierge-device-key': createPublicKey(keyPem).export({ type: 'spki', format: 'der' }).toString('base64url'),
    'concierge-content-sha256': contentSha256,
    'concierge-signature': sign('sha256', text, { key: keyPem, dsaEncoding: 'ieee-p1363' }).toString('base64url'),
  };
}

async function post(
  url: URL,
  headers: Readonly<Record<string, string>>,
  content: Uint8Array<ArrayBuffer>,
  stopping: AbortSignal,
): Promise<'taken' | BringFailure> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body: content,
      redirect: 'error',
      signal: AbortSignal.any([stopping, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
    });
    // What it says besides is of no use here, and not read.
    await response.body?.cancel();
    if (response.status === 204) return 'taken';
    return response.status >= 500 || response.status === 429 ? 'cloud-unreachable' : 'refused';
  } catch {
    return 'cloud-unreachable';
  }
}
