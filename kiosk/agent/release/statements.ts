import type { InstallRefusal } from '@concierge/contract/release/outcome.ts';
import { MAX_STATEMENT_BYTES } from '@concierge/contract/release/signed-release.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { ReleaseOffer } from './trust.ts';

export type FetchRefusal = Extract<InstallRefusal, 'unreachable' | 'refused-by-server' | 'oversized'>;

const REQUEST_TIMEOUT_MS = 20_000;
/** A key changes every few years; one more than a device follows at once, so that it says so itself. */
const MAX_ROOTS = 21;

/**
 * Brings what is said about a release from the plain names below `from`: `root/2.jws` and on, `7/timestamp.jws`, `7/manifest.jws`. Nothing of it is
 * believed here. A root that is not there ends the chain.
 */
export async function fetchOffer(
  offered: { readonly sequence: number; readonly from: string },
  rootVersion: number,
  stopping: AbortSignal,
): Promise<Result<ReleaseOffer, FetchRefusal>> {
  const ask = (name: string) => fetchStatement(new URL(name, offered.from), stopping);
  const roots: string[] = [];
  while (roots.length < MAX_ROOTS) {
    const root = await ask(`root/${rootVersion + roots.length + 1}.jws`);
    if (!root.ok) return root;
    if (root.value === null) break;
    roots.push(root.value);
  }
  const manifest = await ask(`${offered.sequence}/manifest.jws`);
  if (!manifest.ok) return manifest;
  const timestamp = await ask(`${offered.sequence}/timestamp.jws`);
  if (!timestamp.ok) return timestamp;
  if (manifest.value === null || timestamp.value === null) return failure('refused-by-server');
  return success({ sequence: offered.sequence, roots, manifest: manifest.value, timestamp: timestamp.value });
}

/** The text under a name; null when there is nothing of that name. */
async function fetchStatement(url: URL, stopping: AbortSignal): Promise<Result<string | null, FetchRefusal>> {
  try {
    const reply = await fetch(url, { redirect: 'error', signal: AbortSignal.any([stopping, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]) });
    if (!reply.ok) await reply.body?.cancel();
    if (reply.status === 404) return success(null);
    if (reply.status >= 500 || reply.status === 408 || reply.status === 429) return failure('unreachable');
    if (!reply.ok) return failure('refused-by-server');
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of reply.body ?? []) {
      bytes += chunk.length;
      // A line end may follow.
      if (bytes > MAX_STATEMENT_BYTES + 2) return failure('oversized');
      chunks.push(chunk);
    }
    return success(Buffer.concat(chunks).toString('latin1').trim());
  } catch {
    return failure('unreachable');
  }
}
