import type { FilmPart } from './clean-film.ts';
import { element, elementHead, floatElement, textElement, uintElement } from './ebml.ts';
import type { VpCodec } from './vp-frames.ts';

/** The elements of WebM that are read or written here; whatever has another id does not go on. */
export const ID = {
  header: 0x1a45dfa3,
  docType: 0x4282,
  segment: 0x18538067,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  duration: 0x4489,
  muxingApp: 0x4d80,
  writingApp: 0x5741,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackNumber: 0xd7,
  trackUid: 0x73c5,
  trackType: 0x83,
  flagLacing: 0x9c,
  defaultDuration: 0x23e383,
  codecId: 0x86,
  contentEncodings: 0x6d80,
  video: 0xe0,
  pixelWidth: 0xb0,
  pixelHeight: 0xba,
  displayWidth: 0x54b0,
  displayHeight: 0x54ba,
  displayUnit: 0x54b2,
  colour: 0x55b0,
  cues: 0x1c53bb6b,
  cuePoint: 0xbb,
  cueTime: 0xb3,
  cueTrackPositions: 0xb7,
  cueTrack: 0xf7,
  cueClusterPosition: 0xf1,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
  blockGroup: 0xa0,
  block: 0xa1,
  blockDuration: 0x9b,
  referenceBlock: 0xfb,
  encryptedBlock: 0xaf,
} as const;

const CROPS = [0x54aa, 0x54bb, 0x54cc, 0x54dd];
/** The numbers about a picture that change how it looks: size, what is cut from its edges, shape; of its colours matrix, range, transfer, primaries. */
export const PICTURE_NUMBERS = {
  all: [ID.pixelWidth, ID.pixelHeight, ...CROPS, ID.displayWidth, ID.displayHeight],
  withoutDisplay: [ID.pixelWidth, ID.pixelHeight, ...CROPS],
  colours: [0x55b1, 0x55b9, 0x55ba, 0x55bb],
} as const;

export interface WebmTrack {
  readonly codec: VpCodec;
  /** Of the frames. */
  readonly width: number;
  readonly height: number;
  readonly seen: { readonly width: number; readonly height: number };
  readonly frameMs: number | null;
  readonly picture: readonly { readonly id: number; readonly value: number }[];
  readonly colours: readonly { readonly id: number; readonly value: number }[];
}

export interface WebmFrame {
  readonly ms: number;
  readonly durationMs: number | null;
  /** Whether it needs no other. */
  readonly isWhole: boolean;
  readonly size: { readonly width: number; readonly height: number } | null;
  /** Where it lies in the file that came. */
  readonly at: number;
  readonly length: number;
}

/** A block says its time against its cluster's in sixteen bits. */
const MOST_CLUSTER_MS = 30_000;
const PLACE_BYTES = 4;
const TRACK = 1;

/** The film put together anew round its frames: every length told, how long it plays, and where it can be entered, so that a player need not search. */
export function webmParts(track: WebmTrack, frames: readonly WebmFrame[], durationMs: number): readonly FilmPart[] {
  const clusters = inClusters(frames).map(clusterParts);
  const heads = [information(durationMs), tracks(track)];
  const before = heads.reduce((sum, { length }) => sum + length, 0);
  // The places stand in so many bytes whatever they are, so the length of all cues is known before them.
  let at = before + cues(clusters.map((cluster) => ({ ...cluster, place: 0 }))).length;
  const placed = clusters.map((cluster) => {
    const place = at;
    at += cluster.length;
    return { ...cluster, place };
  });
  return [Buffer.concat([header, elementHead(ID.segment, at), ...heads, cues(placed)]), ...placed.flatMap(({ parts }) => parts)];
}

const header = element(
  ID.header,
  uintElement(0x4286, 1),
  uintElement(0x42f7, 1),
  uintElement(0x42f2, 4),
  uintElement(0x42f3, 8),
  textElement(ID.docType, 'webm'),
  uintElement(0x4287, 4),
  uintElement(0x4285, 2),
);

function information(durationMs: number): Buffer {
  return element(
    ID.info,
    uintElement(ID.timestampScale, 1_000_000),
    floatElement(ID.duration, durationMs),
    textElement(ID.muxingApp, 'concierge'),
    textElement(ID.writingApp, 'concierge'),
  );
}

function tracks({ codec, picture, colours }: WebmTrack): Buffer {
  const numbers = (list: WebmTrack['picture']) => list.map(({ id, value }) => uintElement(id, value));
  return element(
    ID.tracks,
    element(
      ID.trackEntry,
      uintElement(ID.trackNumber, TRACK),
      uintElement(ID.trackUid, TRACK),
      uintElement(ID.trackType, 1),
      uintElement(ID.flagLacing, 0),
      textElement(ID.codecId, codec),
      element(ID.video, ...numbers(picture), ...(colours.length === 0 ? [] : [element(ID.colour, ...numbers(colours))])),
    ),
  );
}

/** A cluster begins where the film can be entered, or where its time runs out. */
function inClusters(frames: readonly WebmFrame[]): readonly WebmFrame[][] {
  const clusters: WebmFrame[][] = [];
  for (const frame of frames) {
    const current = clusters.at(-1);
    if (current === undefined || frame.isWhole || frame.ms - (current[0]?.ms ?? 0) > MOST_CLUSTER_MS) clusters.push([frame]);
    else current.push(frame);
  }
  return clusters;
}

interface ClusterParts {
  readonly startMs: number;
  readonly isEntry: boolean;
  readonly length: number;
  readonly parts: readonly FilmPart[];
}

function clusterParts(frames: readonly WebmFrame[]): ClusterParts {
  const startMs = frames[0]?.ms ?? 0;
  const time = uintElement(ID.timestamp, startMs);
  const blocks = frames.map(({ ms, isWhole, at, length }) => {
    const head = Buffer.alloc(4);
    head[0] = 0x80 | TRACK;
    head.writeInt16BE(ms - startMs, 1);
    head[3] = isWhole ? 0x80 : 0;
    return { head: Buffer.concat([elementHead(ID.simpleBlock, 4 + length), head]), frame: { at, length } };
  });
  const bodyBytes = blocks.reduce((sum, { head, frame }) => sum + head.length + frame.length, time.length);
  const first = Buffer.concat([elementHead(ID.cluster, bodyBytes), time]);
  return {
    startMs,
    isEntry: frames[0]?.isWhole ?? false,
    length: first.length + bodyBytes - time.length,
    parts: [first, ...blocks.flatMap(({ head, frame }) => [head, frame])],
  };
}

function cues(clusters: readonly (ClusterParts & { readonly place: number })[]): Buffer {
  const entries = clusters.filter(({ isEntry }) => isEntry);
  return element(
    ID.cues,
    ...entries.map(({ startMs, place }) =>
      element(
        ID.cuePoint,
        uintElement(ID.cueTime, startMs),
        element(ID.cueTrackPositions, uintElement(ID.cueTrack, TRACK), uintElement(ID.cueClusterPosition, place, PLACE_BYTES)),
      ),
    ),
  );
}
