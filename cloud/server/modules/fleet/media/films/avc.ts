import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { FilmFault } from './clean-film.ts';
import { HIGHEST_LEVEL, isTooLarge } from './playable.ts';

// H.264 in MP4 (ISO/IEC 14496-15, 5.3.3) and its sequence parameter set (ITU-T H.264, 7.3.2.1.1): what a decoder needs to know, and how large the picture is.

const PROFILE = { baseline: 66, main: 77, high: 100 } as const;
const MOST_SETS = 8;
const MACROBLOCK = 16;

export interface AvcConfiguration {
  readonly width: number;
  readonly height: number;
  /** How many bytes tell the length of each unit of a frame. */
  readonly lengthBytes: 1 | 2 | 4;
  /** The configuration put together again. */
  readonly body: Buffer;
}

/** Reads a decoder configuration. Eight bits a colour with halved chroma only, and no level above the highest: nothing else is decoded in hardware. */
export function readAvcConfiguration(body: Buffer): Result<AvcConfiguration, FilmFault> {
  if (body.length < 7 || body[0] !== 1) return failure('broken');
  const lengthBytes = ((body[4] ?? 0) & 3) + 1;
  if (lengthBytes === 3) return failure('broken');
  const sequences = readSets(body, 5, (body[5] ?? 0) & 0x1f, 7);
  const pictures = sequences === null ? null : readSets(body, sequences.end, body[sequences.end] ?? 0, 8);
  const [first] = sequences?.sets ?? [];
  if (sequences === null || pictures === null || first === undefined || pictures.sets.length === 0) return failure('broken');
  let size: { width: number; height: number } | null = null;
  for (const set of sequences.sets) {
    const read = readSequenceSize(set);
    if (!read.ok) return read;
    if (size !== null && (size.width !== read.value.width || size.height !== read.value.height)) return failure('broken');
    size = read.value;
  }
  if (size === null) return failure('broken');
  const [profile = 0, constraints = 0, level = 0] = first.subarray(1, 4);
  const isHigh = profile === PROFILE.high;
  return success({
    ...size,
    lengthBytes: lengthBytes as 1 | 2 | 4,
    body: Buffer.concat([
      Buffer.from([1, profile, constraints, level, 0xfc | (lengthBytes - 1), 0xe0 | sequences.sets.length]),
      ...sequences.sets.flatMap(withLength),
      Buffer.from([pictures.sets.length]),
      ...pictures.sets.flatMap(withLength),
      ...(isHigh ? [Buffer.from([0xfd, 0xf8, 0xf8, 0])] : []),
    ]),
  });
}

function withLength(set: Buffer): Buffer[] {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(set.length);
  return [length, set];
}

/** `at` is where their count stands. Each begins with a unit head of this type. */
function readSets(body: Buffer, at: number, count: number, type: number): { sets: readonly Buffer[]; end: number } | null {
  if (count < 1 || count > MOST_SETS) return null;
  const sets: Buffer[] = [];
  let place = at + 1;
  for (let index = 0; index < count; index += 1) {
    if (place + 2 > body.length) return null;
    const length = body.readUInt16BE(place);
    const set = body.subarray(place + 2, place + 2 + length);
    if (set.length !== length || length < 4 || ((set[0] ?? 0) & 0x9f) !== type) return null;
    sets.push(set);
    place += 2 + length;
  }
  return { sets, end: place };
}

function readSequenceSize(set: Buffer): Result<{ width: number; height: number }, FilmFault> {
  const profile = set[1] ?? 0;
  if (profile !== PROFILE.baseline && profile !== PROFILE.main && profile !== PROFILE.high) return failure('codec');
  if ((set[3] ?? 0) > HIGHEST_LEVEL) return failure('too-demanding');
  const bits = new Bits(withoutEscapes(set.subarray(4)));
  bits.golomb();
  if (profile === PROFILE.high) {
    const chroma = bits.golomb();
    if (chroma !== 1 || bits.golomb() !== 0 || bits.golomb() !== 0) return failure(bits.isOver ? 'broken' : 'codec');
    bits.take(1);
    if (bits.take(1) === 1) for (let list = 0; list < 8; list += 1) if (bits.take(1) === 1) skipScaling(bits, list < 6 ? 16 : 64);
  }
  bits.golomb();
  const order = bits.golomb();
  if (order === 0) bits.golomb();
  else if (order === 1) {
    bits.take(1);
    bits.golomb();
    bits.golomb();
    const cycle = bits.golomb();
    if (cycle > 255) return failure('broken');
    for (let index = 0; index < cycle; index += 1) bits.golomb();
  } else if (order > 2) return failure('broken');
  if (bits.golomb() > 16) return failure('broken');
  bits.take(1);
  const columns = bits.golomb() + 1;
  const rows = bits.golomb() + 1;
  const framesOnly = bits.take(1);
  if (framesOnly === 0) bits.take(1);
  bits.take(1);
  const [left, right, top, bottom] = bits.take(1) === 1 ? [bits.golomb(), bits.golomb(), bits.golomb(), bits.golomb()] : [0, 0, 0, 0];
  if (bits.isOver) return failure('broken');
  const whole = { width: columns * MACROBLOCK, height: (2 - framesOnly) * rows * MACROBLOCK };
  if (isTooLarge('video/mp4', whole)) return failure('too-many-pixels');
  // Cropping counts in pixels of the halved chroma, and in both fields where there are two.
  const width = whole.width - 2 * (left + right);
  const height = whole.height - (2 - framesOnly) * 2 * (top + bottom);
  if (width < 2 || height < 2 || width > 65_535 || height > 65_535) return failure('broken');
  return success({ width, height });
}

function skipScaling(bits: Bits, size: number): void {
  let last = 8;
  for (let index = 0; index < size && last !== 0 && !bits.isOver; index += 1) {
    const next = (last + bits.signedGolomb() + 256) % 256;
    if (next === 0) return;
    last = next;
  }
}

/** Without the byte that keeps a unit from looking like the beginning of another. */
function withoutEscapes(bytes: Buffer): Buffer {
  return Buffer.from(bytes.filter((byte, at) => !(byte === 3 && at >= 2 && bytes[at - 1] === 0 && bytes[at - 2] === 0)));
}

/** Bits from the highest on; behind the end they are zeros, and `isOver` says so. */
class Bits {
  readonly #bytes: Buffer;
  #at = 0;
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isOver(): boolean {
    return this.#at > this.#bytes.length * 8;
  }

  take(count: number): number {
    let value = 0;
    for (let index = 0; index < count; index += 1) {
      const byte = this.#bytes[this.#at >> 3] ?? 0;
      value = value * 2 + ((byte >> (7 - (this.#at & 7))) & 1);
      this.#at += 1;
    }
    return value;
  }

  /** An unsigned Exp-Golomb code (9.1). */
  golomb(): number {
    let zeros = 0;
    while (zeros < 32 && !this.isOver && this.take(1) === 0) zeros += 1;
    return zeros === 0 ? 0 : 2 ** zeros - 1 + this.take(zeros);
  }

  signedGolomb(): number {
    const code = this.golomb();
    return code % 2 === 0 ? -code / 2 : (code + 1) / 2;
  }
}
