import { readNewerForm } from '@concierge/contract/newer-form.ts';
import { jsonOrUndefined } from '@concierge/kernel/json.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { z } from 'zod';
import { isDateError } from '../sync/broker-certificate.ts';
import { type CloudResponse, postUndated } from './undated-https.ts';

/** `clock-disagrees`: somebody answers whose certificate is not in force by this machine's clock. */
export type PostFailure = 'cloud-unreachable' | 'clock-disagrees' | 'cloud-busy' | 'refused' | 'unusable-reply';

const REQUEST_TIMEOUT_MS = 10_000;
const MAX_REPLY_BYTES = 65_536;

/** Asks the cloud something over HTTP, as a device without a certificate must. It follows no redirect and reads no more than a reply can be. */
export async function postToCloud<Reply>(question: {
  readonly url: URL;
  readonly body: unknown;
  readonly reply: z.ZodType<Reply>;
  readonly stopping: AbortSignal;
  /** False where the answer proves itself and the clock cannot judge a certificate (docs/adr/0011). */
  readonly judgesDates?: boolean;
}): Promise<Result<Reply, PostFailure>> {
  let text: string;
  try {
    const signal = AbortSignal.any([question.stopping, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]);
    const post = question.judgesDates === false && question.url.protocol === 'https:' ? postUndated : postDated;
    const response = await post(question.url, JSON.stringify(question.body), signal);
    // Too many at once is the cloud's trouble, not a verdict on this device.
    if (response.status >= 500 || response.status === 429) return failure('cloud-busy');
    if (response.status < 200 || response.status >= 300) return failure('refused');
    text = await readBounded(response);
  } catch (error) {
    return failure(isOfDates(error) ? 'clock-disagrees' : 'cloud-unreachable');
  }
  const parsed = readNewerForm(question.reply, jsonOrUndefined(text));
  return parsed.success ? success(parsed.data) : failure('unusable-reply');
}

function isOfDates(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && isDateError(String(cause.code));
}

function postDated(url: URL, body: string, signal: AbortSignal): Promise<CloudResponse> {
  return fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body, redirect: 'error', signal });
}

/** The reply's text, cut off once it is longer than any reply can be; what is cut off no longer parses. */
async function readBounded(response: CloudResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_REPLY_BYTES) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
