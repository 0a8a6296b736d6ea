import { MOST_FILM_MS, MOST_FILM_SIDE } from '@concierge/contract/media.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { type CleanedFilm, type FilmFault, type FilmSource, MOST_FRAMES } from './clean-film.ts';
import { bodyOf, type Element, type ElementHead, elementsIn, MOST_HEAD_BYTES, readHead, uintOf } from './ebml.ts';
import { isTooFast, isTooLarge } from './playable.ts';
import { FRAME_HEAD_BYTES, type VpCodec, wholePictureSize } from './vp-frames.ts';
import { ID, PICTURE_NUMBERS, type WebmFrame, type WebmTrack, webmParts } from './webm-parts.ts';
import { readThroughWindow } from './window.ts';

// WebM: Matroska (RFC 9559) with VP8 or VP9. A segment holds what the tracks are, then clusters of blocks, each a frame with its time.

const MOST_ELEMENTS = 100_000;
const MOST_MEMORY_BYTES = 1_048_576;
const MOST_GROUP_ELEMENTS = 64;
const NANOSECONDS_PER_MS = 1_000_000;

type Read = (at: number, length: number) => Promise<Buffer | null>;

export async function cleanWebm(source: FilmSource): Promise<Result<CleanedFilm, FilmFault>> {
  const read = readThroughWindow(source);
  const header = await elementAt(read, 0, source.bytes);
  if (header === null || header.id !== ID.header || header.length === null) return failure('broken');
  const about = await elementsAt(read, header.from, header.length);
  if (about === null) return failure('broken');
  if (bodyOf(about, ID.docType)?.toString('latin1') !== 'webm') return failure('unknown-type');
  const segment = await elementAt(read, header.from + header.length, source.bytes);
  if (segment === null || segment.id !== ID.segment) return failure('broken');
  const end = segment.length === null ? source.bytes : segment.from + segment.length;
  return readSegment(read, segment.from, end);
}

interface ElementAt extends ElementHead {
  /** Where its body begins. */
  readonly from: number;
}

/** The head of the element at this place; null when there is none, or it reaches beyond the end. */
async function elementAt(read: Read, at: number, end: number): Promise<ElementAt | null> {
  const bytes = await read(at, Math.min(MOST_HEAD_BYTES, end - at));
  const head = bytes === null || bytes.length < 2 ? null : readHead(bytes);
  if (head === null) return null;
  const from = at + head.headBytes;
  return head.length === null || head.length <= end - from ? { ...head, from } : null;
}

async function elementsAt(read: Read, from: number, length: number): Promise<readonly Element[] | null> {
  const body = length > MOST_MEMORY_BYTES ? null : await read(from, length);
  return body === null ? null : elementsIn(body);
}

async function readSegment(read: Read, from: number, end: number): Promise<Result<CleanedFilm, FilmFault>> {
  let scale: number | null = null;
  let track: (WebmTrack & { readonly number: number }) | null = null;
  /** The cluster that is open: its time, once that is known, and where it ends, if that is told. */
  let cluster: { timeUnits: number | null; readonly end: number } | null = null;
  const frames: WebmFrame[] = [];
  let count = 0;
  for (let at = from; at < end; count += 1) {
    if (cluster !== null && at >= cluster.end) cluster = null;
    const element = await elementAt(read, at, cluster?.end ?? end);
    if (element === null || count === MOST_ELEMENTS) return failure('broken');
    if (element.id === ID.cluster) {
      cluster = { timeUnits: null, end: element.length === null ? end : element.from + element.length };
      at = element.from;
      continue;
    }
    // Only what holds clusters and a cluster itself may leave their length open.
    if (element.length === null) return failure('broken');
    if (element.id === ID.info || element.id === ID.tracks) {
      const inside = await elementsAt(read, element.from, element.length);
      if (inside === null) return failure('broken');
      if (element.id === ID.info) scale = uintOf(inside, ID.timestampScale, NANOSECONDS_PER_MS);
      else {
        const found = readTracks(inside);
        if (!found.ok) return found;
        track = found.value;
      }
    } else if (element.id === ID.timestamp && cluster !== null) {
      const body = element.length > 8 ? null : await read(element.from, element.length);
      cluster.timeUnits = body === null ? null : uintOf([{ id: ID.timestamp, body }], ID.timestamp, 0);
      if (cluster.timeUnits === null) return failure('broken');
    } else if (element.id === ID.encryptedBlock) return failure('protected');
    else if (element.id === ID.simpleBlock || element.id === ID.blockGroup) {
      const timeUnits = cluster?.timeUnits ?? null;
      if (timeUnits === null || track === null || scale === null || scale === 0) return failure('broken');
      const readOne = element.id === ID.simpleBlock ? readBlock : readGroup;
      const block = await readOne(read, element.from, element.length, track.number);
      if (block === null) return failure('broken');
      if (block !== 'of another track') {
        const frame = await readFrame(read, block, track.codec, ((timeUnits + block.offset) * scale) / NANOSECONDS_PER_MS, scale);
        if (frame === null || frames.length === MOST_FRAMES) return failure('broken');
        if (frame === 'too-many-pixels') return failure(frame);
        frames.push(frame);
      }
    }
    at = element.from + element.length;
  }
  return track === null ? failure('broken') : film(track, frames);
}

function film(track: WebmTrack, frames: readonly WebmFrame[]): Result<CleanedFilm, FilmFault> {
  const [first] = frames;
  if (first === undefined || !first.isWhole) return failure('broken');
  if (first.size !== null && (first.size.width !== track.width || first.size.height !== track.height)) return failure('broken');
  const shifted = frames.map((frame) => ({ ...frame, ms: Math.round(frame.ms - first.ms) }));
  if (shifted.some(({ ms }, index) => ms < (shifted[index - 1]?.ms ?? 0))) return failure('broken');
  const [before, last] = [shifted.at(-2), shifted.at(-1)];
  if (last === undefined) return failure('broken');
  const lastMs = last.durationMs ?? track.frameMs ?? (before === undefined ? null : last.ms - before.ms) ?? 0;
  const durationMs = Math.round(last.ms + Math.min(Math.max(lastMs, 1), 10_000));
  if (durationMs > MOST_FILM_MS) return failure('too-long');
  const startsMs = shifted.map(({ ms }) => ms);
  if (isTooFast('video/webm', startsMs)) return failure('too-fast');
  return success({ ...track.seen, durationMs, parts: webmParts(track, shifted, durationMs) });
}

function readTracks(tracks: readonly Element[]): Result<WebmTrack & { readonly number: number }, FilmFault> {
  const entry = tracks
    .filter(({ id }) => id === ID.trackEntry)
    .map(({ body }) => elementsIn(body))
    .find((elements) => uintOf(elements, ID.trackType, 0) === 1);
  const codec = bodyOf(entry ?? null, ID.codecId)?.toString('latin1');
  if (entry === undefined || entry === null || codec === undefined) return failure('broken');
  // Frames that are stored encrypted or squeezed.
  if (bodyOf(entry, ID.contentEncodings) !== null) return failure('protected');
  if (codec !== 'V_VP8' && codec !== 'V_VP9') return failure('codec');
  const video = insideOf(entry, ID.video);
  const number = uintOf(entry, ID.trackNumber, 0);
  const [width, height] = [uintOf(video, ID.pixelWidth, 0), uintOf(video, ID.pixelHeight, 0)];
  if (video === null || number === null || number < 1 || number > 126 || !width || !height) return failure('broken');
  if (isTooLarge('video/webm', { width, height })) return failure('too-many-pixels');
  const frameNs = uintOf(entry, ID.defaultDuration, 0);
  const [displayWidth, displayHeight] = [uintOf(video, ID.displayWidth, 0), uintOf(video, ID.displayHeight, 0)];
  const isDisplay =
    uintOf(video, ID.displayUnit, 0) === 0 && !!displayWidth && !!displayHeight && Math.max(displayWidth, displayHeight) <= MOST_FILM_SIDE;
  return success({
    number,
    codec,
    width,
    height,
    seen: isDisplay ? { width: displayWidth, height: displayHeight } : { width, height },
    frameMs: frameNs === null || frameNs === 0 ? null : frameNs / NANOSECONDS_PER_MS,
    picture: numbersOf(video, isDisplay ? PICTURE_NUMBERS.all : PICTURE_NUMBERS.withoutDisplay),
    colours: numbersOf(insideOf(video, ID.colour), PICTURE_NUMBERS.colours),
  });
}

function insideOf(elements: readonly Element[] | null, id: number): readonly Element[] | null {
  const body = bodyOf(elements, id);
  return body === null ? null : elementsIn(body);
}

function numbersOf(elements: readonly Element[] | null, ids: readonly number[]): WebmTrack['picture'] {
  return ids.flatMap((id) => {
    const value = bodyOf(elements, id) === null ? null : uintOf(elements, id, 0);
    return value === null || value > 65_535 ? [] : [{ id, value }];
  });
}

interface Block {
  /** Against its cluster's time, in the same units. */
  readonly offset: number;
  readonly isWhole: boolean;
  readonly durationUnits: number | null;
  readonly at: number;
  readonly length: number;
}

type BlockRead = Block | 'of another track' | null;

/** A block by itself says whether its frame is whole. Several frames in one block are for sound. */
async function readBlock(read: Read, from: number, length: number, track: number): Promise<BlockRead> {
  const head = length < 5 ? null : await read(from, 4);
  if (head === null) return null;
  const [number, , , flags = 0] = head;
  // A track's number of one byte; the one that is looked at never has more.
  if (number !== (0x80 | track)) return 'of another track';
  if ((flags & 0x06) !== 0) return null;
  return { offset: head.readInt16BE(1), isWhole: (flags & 0x80) !== 0, durationUnits: null, at: from + 4, length: length - 4 };
}

/** A block in a group is whole when the group names no frame that it needs. */
async function readGroup(read: Read, from: number, length: number, track: number): Promise<BlockRead> {
  const end = from + length;
  let block: { from: number; length: number } | null = null;
  let isWhole = true;
  let durationUnits: number | null = null;
  let count = 0;
  for (let at = from; at < end; count += 1) {
    const element = await elementAt(read, at, end);
    if (element === null || element.length === null || count === MOST_GROUP_ELEMENTS) return null;
    if (element.id === ID.block) block = { from: element.from, length: element.length };
    if (element.id === ID.referenceBlock) isWhole = false;
    if (element.id === ID.blockDuration) {
      const body = element.length > 8 ? null : await read(element.from, element.length);
      durationUnits = body === null ? null : uintOf([{ id: ID.blockDuration, body }], ID.blockDuration, 0);
    }
    at = element.from + element.length;
  }
  const found = block === null ? null : await readBlock(read, block.from, block.length, track);
  return found === null || found === 'of another track' ? found : { ...found, isWhole, durationUnits };
}

async function readFrame(
  read: Read,
  block: Block,
  codec: VpCodec,
  ms: number,
  scale: number,
): Promise<WebmFrame | 'too-many-pixels' | null> {
  const { at, length, isWhole } = block;
  const head = await read(at, Math.min(FRAME_HEAD_BYTES, length));
  if (head === null || ms > Number.MAX_SAFE_INTEGER) return null;
  const size = wholePictureSize(codec, head);
  // A block that is called whole and is not would leave the glass grey; one that is whole and not called so is no fault.
  if (isWhole && size === null) return null;
  if (size !== null && isTooLarge('video/webm', size)) return 'too-many-pixels';
  const durationMs = block.durationUnits === null ? null : (block.durationUnits * scale) / NANOSECONDS_PER_MS;
  return { ms, durationMs, isWhole: isWhole && size !== null, size, at, length };
}
