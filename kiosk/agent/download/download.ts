import { createHash, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { type BackOffLimits, nextWaitMs } from '../sync/back-off.ts';
import { diskFault } from './disk-fault.ts';

// `fetch` costs the agent memory: measured over 24 MB, with the options it is started with, 29 MiB and 15 of them for good; this way it is 7 and none.
// Taken from the process, because importing the modules would load `fetch` too.
const http = process.getBuiltinModule('node:http');
const https = process.getBuiltinModule('node:https');

export interface DownloadLimits {
  /** A server that sends nothing for so long is asked again. */
  readonly silenceMs: number;
  /** So many requests one after the other that bring not one byte, and the network is given up for now. */
  readonly fruitlessRequests: number;
  /** All together; what has arrived is kept, and the next attempt goes on there. */
  readonly totalMs: number;
  readonly backOff: BackOffLimits;
}

export const DEFAULT_DOWNLOAD_LIMITS: DownloadLimits = {
  silenceMs: 30_000,
  fruitlessRequests: 8,
  totalMs: 6 * 3_600_000,
  backOff: { baseMs: 2_000, capMs: 60_000, stableAfterMs: 60_000 },
};

export type DownloadFault = 'unreachable' | 'refused-by-server' | 'too-slow' | 'altered-bytes' | 'disk-full' | 'disk-failing' | 'stopped';

/** What became of one request. `again` says that another may bring more. */
type RequestEnd = 'complete' | 'again' | DownloadFault;

const READ_BYTES = 262_144;
/** Pieces that came lie outside of the heap, which by itself lets many of them gather before it looks. Measured over 60 MB with the options the agent is started with: 4 MB more instead of 18. */
const COLLECT_EVERY_BYTES = 2_097_152;

/**
 * Brings a file of which size and hash are known into `file`, going on where an earlier attempt stopped. Success means that the file is on disk, has the size and hash that were
 * signed, and nothing else. A file whose bytes are wrong is emptied, so that the next attempt does not build on them.
 */
export async function downloadFile(options: {
  url: URL;
  /** What the server wants to know of who asks. */
  headers?: Readonly<Record<string, string>>;
  file: string;
  bytes: number;
  sha256: string;
  stopping: AbortSignal;
  random(): number;
  limits: DownloadLimits;
}): Promise<Result<null, DownloadFault>> {
  const { limits, stopping } = options;
  const deadline = AbortSignal.timeout(limits.totalMs);
  const ending = AbortSignal.any([stopping, deadline]);
  let handle: FileHandle | undefined;
  try {
    handle = await open(options.file, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
    const part = await readPart(handle, options.bytes);
    // Bytes that lay on a disk through a power cut may be wrong without anybody's ill will: one more try, from the start.
    let resumed = part.bytes > 0;
    let waitMs = 0;
    let fruitless = 0;
    for (;;) {
      const before = part.bytes;
      const end = part.bytes === options.bytes ? 'complete' : await request(options, part, ending);
      if (end === 'complete') {
        if (part.hash.copy().digest('hex') === options.sha256) {
          await handle.sync();
          return success(null);
        }
        await part.restart();
        if (!resumed) return failure('altered-bytes');
        resumed = false;
        continue;
      }
      if (stopping.aborted) return failure('stopped');
      if (deadline.aborted) return failure('too-slow');
      if (end !== 'again') {
        if (end === 'altered-bytes') await part.restart();
        return failure(end);
      }
      fruitless = part.bytes > before ? 0 : fruitless + 1;
      if (fruitless >= limits.fruitlessRequests) return failure('unreachable');
      waitMs = nextWaitMs(limits.backOff, fruitless === 0 ? 0 : waitMs, 0, options.random());
      await sleep(waitMs, undefined, { signal: ending }).catch(() => undefined);
    }
  } catch (error) {
    return failure(diskFault(error));
  } finally {
    await handle?.close().catch(() => undefined);
  }
}

/** The bytes that are here, with their hash. */
interface Part {
  bytes: number;
  hash: Hash;
  append(chunk: Uint8Array): Promise<void>;
  restart(): Promise<void>;
}

async function readPart(handle: FileHandle, atMost: number): Promise<Part> {
  const part: Part = {
    bytes: 0,
    hash: createHash('sha256'),
    async append(chunk) {
      for (let written = 0; written < chunk.length; ) {
        written += (await handle.write(chunk, written, chunk.length - written, part.bytes + written)).bytesWritten;
      }
      part.bytes += chunk.length;
      part.hash.update(chunk);
    },
    async restart() {
      await handle.truncate(0);
      part.bytes = 0;
      part.hash = createHash('sha256');
    },
  };
  if ((await handle.stat()).size > atMost) await part.restart();
  const buffer = Buffer.alloc(READ_BYTES);
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, part.bytes);
    if (bytesRead === 0) return part;
    part.hash.update(buffer.subarray(0, bytesRead));
    part.bytes += bytesRead;
  }
}

/** One request for what is missing. Errors of the disk pass through; all of the network's are `again`. */
async function request(
  { url, headers, bytes, limits: { silenceMs } }: Parameters<typeof downloadFile>[0],
  part: Part,
  ending: AbortSignal,
): Promise<RequestEnd> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), silenceMs);
  try {
    const reply = await ask(url, headers, part.bytes, AbortSignal.any([ending, silence.signal]));
    if (reply === null) return 'again';
    const answer = answerTo(reply, part.bytes, bytes);
    if (answer === 'from-the-start') await part.restart();
    else if (answer !== 'go-on') return answer;
    return await receive(reply, part, bytes, () => timer.refresh());
  } finally {
    clearTimeout(timer);
    // What was not read is not waited for.
    silence.abort();
  }
}

/** What the server answers; null when it does not, or sends to another address. */
function ask(
  url: URL,
  asking: Readonly<Record<string, string>> | undefined,
  from: number,
  signal: AbortSignal,
): Promise<IncomingMessage | null> {
  // Compressed once already; any other coding would make the range count other bytes.
  const headers = { ...asking, 'accept-encoding': 'identity', ...(from === 0 ? {} : { range: `bytes=${from}-` }) };
  return new Promise((resolve) => {
    const { get } = url.protocol === 'https:' ? https : http;
    // A connection of its own: nothing is left open for hours until the next file.
    const request = get(url, { headers, signal, agent: false }, (reply) => {
      const status = reply.statusCode ?? 0;
      if (status < 300 || status >= 400) return resolve(reply);
      reply.destroy();
      resolve(null);
    });
    request.on('error', () => resolve(null));
  });
}

function answerTo({ statusCode = 0, headers }: IncomingMessage, from: number, bytes: number): 'go-on' | 'from-the-start' | RequestEnd {
  if (statusCode >= 500 || statusCode === 408 || statusCode === 429) return 'again';
  if (headers['content-encoding'] !== undefined) return 'refused-by-server';
  if (statusCode === 200) return from === 0 ? 'go-on' : 'from-the-start';
  if (statusCode === 206 && headers['content-range'] === `bytes ${from}-${bytes - 1}/${bytes}`) return 'go-on';
  // The server's file has another length than the signed one.
  return statusCode === 206 || statusCode === 416 ? 'altered-bytes' : 'refused-by-server';
}

async function receive(reply: IncomingMessage, part: Part, bytes: number, onBytes: () => void): Promise<RequestEnd> {
  const chunks: AsyncIterator<Uint8Array> = reply[Symbol.asyncIterator]();
  for (;;) {
    // Apart from the write below, so that the network's failures are not taken for the disk's.
    const read = await chunks.next().catch(() => null);
    if (read === null) return 'again';
    if (read.done === true) return part.bytes === bytes ? 'complete' : 'again';
    const chunk = read.value;
    if (part.bytes + chunk.length > bytes) return 'altered-bytes';
    await part.append(chunk);
    if (part.bytes % COLLECT_EVERY_BYTES < chunk.length) globalThis.gc?.({ type: 'minor' });
    onBytes();
  }
}
