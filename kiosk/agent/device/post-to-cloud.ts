import { readNewerForm } from '@concierge/contract/newer-form.ts';
import { jsonOrUndefined } from '@concierge/kernel/json.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { z } from 'zod';
import { isDateError } from '../sync/broker-certificate.ts';
import { type CloudResponse, postUndated, responseOf } from './undated-https.ts';

// `fetch` would cost the agent some 15 MB for good (download/download.ts).
const http = process.getBuiltinModule('node:http');
const https = process.getBuiltinModule('node:https');

/**
 * no-network: there is no way out of this machine. name-unresolved: nobody says where the cloud is. no-answer: nobody answers there. not-the-cloud: somebody answers in its place, as the page of
 * a network that wants a login does, or an inspection of what is encrypted. clock-disagrees: somebody answers whose certificate is not in force by this machine's clock.
 */
export type PostFailure =
  | 'no-network'
  | 'name-unresolved'
  | 'no-answer'
  | 'not-the-cloud'
  | 'clock-disagrees'
  | 'cloud-busy'
  | 'refused'
  | 'unusable-reply';

const REQUEST_TIMEOUT_MS = 10_000;
const MAX_REPLY_BYTES = 65_536;
/** RFC 6585 §6: said by a network, and by no server behind it. */
const LOGIN_TO_NETWORK = 511;

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
    const isBusy = response.status === 429 || (response.status >= 500 && response.status !== LOGIN_TO_NETWORK);
    if (isBusy) return failure('cloud-busy');
    // All that the cloud itself says is JSON, its refusals too, and it sends nobody on.
    if (!/\bjson\b/.test(response.contentType) || (response.status >= 300 && response.status < 400)) return failure('not-the-cloud');
    if (response.status < 200 || response.status >= 300) return failure('refused');
    text = await readBounded(response);
  } catch (error) {
    return failure(failureOf(error));
  }
  const parsed = readNewerForm(question.reply, jsonOrUndefined(text));
  return parsed.success ? success(parsed.data) : failure('unusable-reply');
}

/** What TLS and HTTP say of a peer that is not who it should be, or does not speak as it should. */
const OF_ANOTHER = /CERT|SIGNATURE|HOSTNAME_MISMATCH|^INVALID_(CA|PURPOSE)$|^ERR_SSL|^EPROTO$|^HPE_/;
const NO_WAY_OUT: ReadonlySet<string> = new Set(['ENETUNREACH', 'ENETDOWN', 'EHOSTUNREACH', 'EADDRNOTAVAIL']);
const NO_SUCH_NAME: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_AGAIN']);

function failureOf(error: unknown): PostFailure {
  const codes = codesOf(error);
  if (codes.some(isDateError)) return 'clock-disagrees';
  if (codes.some((code) => OF_ANOTHER.test(code))) return 'not-the-cloud';
  if (codes.some((code) => NO_SUCH_NAME.has(code))) return 'name-unresolved';
  return codes.length > 0 && codes.every((code) => NO_WAY_OUT.has(code)) ? 'no-network' : 'no-answer';
}

/** Of the error, or of what is behind it: one for each address that was tried. */
function codesOf(error: unknown): string[] {
  if (error instanceof AggregateError) return error.errors.flatMap(codesOf);
  if (!(error instanceof Error)) return [];
  return 'code' in error && typeof error.code === 'string' ? [error.code] : codesOf(error.cause);
}

function postDated(url: URL, body: string, signal: AbortSignal): Promise<CloudResponse> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const { request } = url.protocol === 'https:' ? https : http;
    const asked = request(url, { method: 'POST', agent: false, headers, signal }, (response) => resolve(responseOf(response)));
    asked.on('error', reject);
    asked.end(body);
  });
}

/** The reply's text, cut off once it is longer than any reply can be; what is cut off no longer parses. */
async function readBounded(response: CloudResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.length;
    if (bytes > MAX_REPLY_BYTES) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
