import { box, fullBox, uint16, uint32 } from '../films/boxes.ts';
import type { FilmSource } from '../films/clean-film.ts';
import { element, elementHead, floatElement, textElement, uintElement } from '../films/ebml.ts';
import { ID } from '../films/webm-parts.ts';

/** What a film says beside its pictures, which must not go on. */
export const SECRET = '+37.9977+023.7384/ Kypseli 12';

export interface TestFrame {
  readonly bytes: Buffer;
  readonly isWhole: boolean;
}

interface Mp4Parts {
  readonly width?: number;
  readonly height?: number;
  /** Frames as H.264 units with their lengths; made up when none are given. */
  readonly frames?: readonly TestFrame[];
  readonly configuration?: Buffer;
  /** Units of the track for each frame, of which a second has a thousand. */
  readonly frameMs?: number;
  /** 'end' is what most cameras write. */
  readonly moov?: 'front' | 'end';
  readonly turn?: readonly [number, number, number, number];
  readonly entry?: string;
  readonly brand?: string;
  /** With sound, a track of places, and the places and titles that phones and editors write. */
  readonly chatty?: boolean;
  readonly edits?: readonly (readonly [durationMs: number, from: number])[];
  /** The table of sizes, when it should say something else. */
  readonly sizes?: Buffer;
  readonly reference?: Buffer;
  readonly inMoov?: readonly Buffer[];
  readonly after?: readonly Buffer[];
}

/** An MP4 file as a camera writes it. */
export function anMp4(parts: Mp4Parts = {}): Buffer {
  const { width = 64, height = 48, frameMs = 100, chatty = false } = parts;
  const frames = parts.frames ?? madeUpFrames(10);
  const ftyp = box('ftyp', Buffer.from(parts.brand ?? 'mp42', 'latin1'), uint32(0), Buffer.from('mp42isom', 'latin1'));
  const talk = chatty ? frames.map(() => Buffer.from(SECRET, 'latin1')) : [];
  // Sound or places lie between the frames, as recorders write them.
  const media = Buffer.concat(frames.flatMap(({ bytes }, index) => [bytes, talk[index] ?? Buffer.alloc(0)]));
  const mdat = box('mdat', media);
  const moovOf = (from: number) => {
    let at = from;
    const places = frames.map(({ bytes }, index) => {
      const place = at;
      at += bytes.length + (talk[index]?.length ?? 0);
      return place;
    });
    const durationMs = frames.length * frameMs;
    return box(
      'moov',
      fullBox('mvhd', 0, uint32(1_234, 1_234, 1_000, durationMs, 0x1_00_00), Buffer.alloc(80)),
      ...(chatty ? [soundTrack(places.map((place, index) => place + (frames[index]?.bytes.length ?? 0)))] : []),
      box(
        'trak',
        fullBox(
          'tkhd',
          3,
          uint32(0, 0, 1, 0, durationMs, 0, 0, 0, 0),
          matrixOf(parts.turn ?? [1, 0, 0, 1]),
          uint32(width * 65_536, height * 65_536),
        ),
        ...(parts.edits === undefined
          ? []
          : [box('edts', fullBox('elst', 0, uint32(parts.edits.length, ...parts.edits.flatMap(([ms, at0]) => [ms, at0 >>> 0, 65_536]))))]),
        box(
          'mdia',
          fullBox('mdhd', 0, uint32(0, 0, 1_000, durationMs, 0x55_c4_00_00)),
          fullBox('hdlr', 0, uint32(0), Buffer.from('vide', 'latin1'), Buffer.alloc(12), Buffer.from(chatty ? SECRET : '', 'latin1')),
          box(
            'minf',
            fullBox('vmhd', 1, Buffer.alloc(8)),
            box('dinf', fullBox('dref', 0, uint32(1), parts.reference ?? fullBox('url ', 1))),
            box(
              'stbl',
              fullBox(
                'stsd',
                0,
                uint32(1),
                visualEntry(parts.entry ?? 'avc1', width, height, parts.configuration ?? aConfiguration(width, height)),
              ),
              fullBox('stts', 0, uint32(1, frames.length, frameMs)),
              fullBox(
                'stss',
                0,
                uint32(
                  frames.filter(({ isWhole }) => isWhole).length,
                  ...frames.flatMap(({ isWhole }, index) => (isWhole ? [index + 1] : [])),
                ),
              ),
              fullBox('stsc', 0, uint32(1, 1, 1, 1)),
              parts.sizes ?? fullBox('stsz', 0, uint32(0, frames.length, ...frames.map(({ bytes }) => bytes.length))),
              fullBox('stco', 0, uint32(places.length, ...places)),
            ),
          ),
        ),
      ),
      ...(chatty
        ? [
            box('udta', box('\u00a9xyz', uint16(SECRET.length, 0), Buffer.from(SECRET, 'latin1'))),
            box('meta', Buffer.from(SECRET, 'latin1')),
          ]
        : []),
      ...(parts.inMoov ?? []),
    );
  };
  const behind = [...(chatty ? [box('free', Buffer.from(SECRET, 'latin1'))] : []), ...(parts.after ?? [])];
  if (parts.moov !== 'front') return Buffer.concat([ftyp, mdat, moovOf(ftyp.length + 8), ...behind]);
  const length = moovOf(0).length;
  return Buffer.concat([ftyp, moovOf(ftyp.length + length + 8), mdat, ...behind]);
}

function soundTrack(places: readonly number[]): Buffer {
  return box(
    'trak',
    fullBox('tkhd', 3, uint32(0, 0, 2), Buffer.alloc(68)),
    box(
      'mdia',
      fullBox('mdhd', 0, uint32(0, 0, 1_000, 1_000, 0)),
      fullBox('hdlr', 0, uint32(0), Buffer.from('soun', 'latin1'), Buffer.alloc(12), Buffer.from(SECRET, 'latin1')),
      box(
        'minf',
        box('stbl', fullBox('stsz', 0, uint32(SECRET.length, places.length)), fullBox('stco', 0, uint32(places.length, ...places))),
      ),
    ),
  );
}

function matrixOf([a, b, c, d]: readonly [number, number, number, number]): Buffer {
  const bytes = Buffer.alloc(36);
  for (const [index, value] of [a * 65_536, b * 65_536, 0, c * 65_536, d * 65_536, 0, 0, 0, 2 ** 30].entries())
    bytes.writeInt32BE(value, 4 * index);
  return bytes;
}

function visualEntry(type: string, width: number, height: number, configuration: Buffer): Buffer {
  const entry = Buffer.alloc(78);
  entry.writeUInt16BE(1, 6);
  entry.writeUInt16BE(width, 24);
  entry.writeUInt16BE(height, 26);
  return box(type, entry, box('avcC', configuration));
}

/** A decoder configuration with a baseline sequence of this size, in whole macroblocks and what is cropped of them. */
export function aConfiguration(width: number, height: number, profile = 66, level = 30): Buffer {
  const [columns, rows] = [Math.ceil(width / 16), Math.ceil(height / 16)];
  const crop = [0, (columns * 16 - width) / 2, 0, (rows * 16 - height) / 2];
  const bits = [
    golomb(0),
    ...(profile >= 100 ? [golomb(1), golomb(profile === 110 ? 2 : 0), golomb(0), '0', '0'] : []),
    golomb(0),
    golomb(0),
    golomb(0),
    golomb(1),
    '0',
    golomb(columns - 1),
    golomb(rows - 1),
    '1',
    '1',
    '1',
    ...crop.map(golomb),
    '0',
    '1',
  ].join('');
  const body = Buffer.from((bits.padEnd(Math.ceil(bits.length / 8) * 8, '0').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const sequence = Buffer.concat([Buffer.from([0x67, profile, 0, level]), body]);
  const picture = Buffer.from([0x68, 0xce, 0x38, 0x80]);
  return Buffer.concat([
    Buffer.from([1, profile, 0, level, 0xff, 0xe1]),
    uint16(sequence.length),
    sequence,
    Buffer.from([1]),
    uint16(picture.length),
    picture,
  ]);
}

function golomb(value: number): string {
  const text = (value + 1).toString(2);
  return '0'.repeat(text.length - 1) + text;
}

/** Frames in the form of H.264, every fifth of them whole. */
export function madeUpFrames(count: number): readonly TestFrame[] {
  return Array.from({ length: count }, (_, index) => {
    const isWhole = index % 5 === 0;
    const unit = Buffer.concat([Buffer.from([isWhole ? 0x65 : 0x41]), Buffer.alloc(40 + index, index + 1)]);
    return { isWhole, bytes: Buffer.concat([uint32(unit.length), unit]) };
  });
}

interface WebmParts {
  readonly width?: number;
  readonly height?: number;
  readonly codec?: string;
  readonly frames?: readonly TestFrame[];
  readonly frameMs?: number;
  readonly docType?: string;
  /** As a browser's recorder writes it: lengths left open, no duration, no cues. */
  readonly recorded?: boolean;
  readonly chatty?: boolean;
  readonly inEntry?: readonly Buffer[];
  readonly flags?: number;
  readonly behind?: Buffer;
}

/** A WebM file. */
export function aWebm(parts: WebmParts = {}): Buffer {
  const { width = 64, height = 48, codec = 'V_VP8', frameMs = 100, recorded = false, chatty = false, flags = 0 } = parts;
  const frames = parts.frames ?? Array.from({ length: 10 }, (_, index) => aVp8Frame(width, height, index % 5 === 0, index));
  const open = (id: number, body: Buffer) =>
    recorded ? Buffer.concat([elementHead(id, 0).subarray(0, 4), OPEN, body]) : element(id, body);
  const clusters: Buffer[] = [];
  for (let first = 0; first < frames.length; first += 5) {
    const blocks = frames.slice(first, first + 5).map(({ bytes, isWhole }, index) => {
      const head = Buffer.from([0x81, 0, 0, (isWhole ? 0x80 : 0) | flags]);
      head.writeInt16BE(index * frameMs, 1);
      const sound = Buffer.concat([Buffer.from([0x82, 0, 0, 0x80]), Buffer.from(SECRET, 'latin1')]);
      return Buffer.concat([element(ID.simpleBlock, head, bytes), ...(chatty ? [element(ID.simpleBlock, sound)] : [])]);
    });
    clusters.push(open(ID.cluster, Buffer.concat([uintElement(ID.timestamp, 5_000 + first * frameMs), ...blocks])));
  }
  const secret = Buffer.from(SECRET, 'latin1');
  const info = element(
    ID.info,
    uintElement(ID.timestampScale, 1_000_000),
    ...(recorded ? [] : [floatElement(ID.duration, 99_999)]),
    textElement(ID.writingApp, chatty ? SECRET : 'test'),
  );
  const tracks = element(
    ID.tracks,
    element(
      ID.trackEntry,
      uintElement(ID.trackNumber, 1),
      uintElement(ID.trackType, 1),
      textElement(ID.codecId, codec),
      ...(chatty ? [element(0x536e, secret)] : []),
      element(ID.video, uintElement(ID.pixelWidth, width), uintElement(ID.pixelHeight, height)),
      ...(parts.inEntry ?? []),
    ),
    ...(chatty
      ? [element(ID.trackEntry, uintElement(ID.trackNumber, 2), uintElement(ID.trackType, 2), textElement(ID.codecId, 'A_OPUS'))]
      : []),
  );
  const tags = chatty ? [element(0x1254c367, secret), element(0x1941a469, secret), element(0xec, secret)] : [];
  return Buffer.concat([
    element(ID.header, textElement(ID.docType, parts.docType ?? 'webm')),
    open(ID.segment, Buffer.concat([info, tracks, ...clusters, ...tags])),
    parts.behind ?? Buffer.alloc(0),
  ]);
}

/** A length of eight bytes that is left open. */
const OPEN = Buffer.from('01ffffffffffffff', 'hex');

export function aVp8Frame(width: number, height: number, isWhole: boolean, seed: number): TestFrame {
  const bytes = Buffer.alloc(30 + seed, seed + 1);
  bytes[0] = isWhole ? 0x10 : 0x11;
  if (isWhole) bytes.writeUIntBE(0x9d012a, 3, 3);
  if (isWhole) bytes.writeUInt16LE(width, 6);
  if (isWhole) bytes.writeUInt16LE(height, 8);
  return { bytes, isWhole };
}

export function aVp9Frame(width: number, height: number, isWhole: boolean, seed: number): TestFrame {
  const bytes = Buffer.alloc(30 + seed, seed + 1);
  bytes[0] = isWhole ? 0b1000_0010 : 0b1000_0110;
  if (isWhole) {
    bytes.writeUIntBE(0x498342, 1, 3);
    // Colours 1, limited range, then the size.
    const bits = (1n << 37n) | (BigInt(width - 1) << 20n) | (BigInt(height - 1) << 4n);
    for (let index = 0; index < 5; index += 1) bytes[4 + index] = Number((bits >> BigInt(8 * (4 - index))) & 0xffn);
  }
  return { bytes, isWhole };
}

/** A file in memory, which counts what is read of it. */
export function sourceOf(bytes: Buffer): FilmSource & { readonly read_: { bytes: number; most: number } } {
  const read_ = { bytes: 0, most: 0 };
  return {
    bytes: bytes.length,
    read_,
    async read(at, length) {
      if (at < 0 || length < 0 || !Number.isSafeInteger(at + length)) throw new Error(`nobody can read ${length} bytes at ${at}`);
      read_.bytes += length;
      read_.most = Math.max(read_.most, length);
      return bytes.subarray(at, at + length);
    },
  };
}
