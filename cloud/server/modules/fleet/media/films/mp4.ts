import { MOST_FILM_MS } from '@concierge/contract/media.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { type AvcConfiguration, readAvcConfiguration } from './avc.ts';
import { type Box, box, boxesIn, fullBox, inside, onlyBox, uint16, uint32 } from './boxes.ts';
import type { CleanedFilm, FilmFault, FilmSource } from './clean-film.ts';
import { isTooFast } from './playable.ts';
import { readSampleTable, type SampleTable } from './sample-table.ts';
import { readThroughWindow } from './window.ts';

// MP4 (ISO/IEC 14496-12 and -14), and QuickTime's files of the same build: `moov` describes, `mdat` holds the frames. In what is made here `moov` stands first, so that the film begins before it is all there.

const MOST_TOP_BOXES = 1_000;
const MOST_MOOV_BYTES = 4 * 1_048_576;
const MOST_TRACKS = 32;
const MOST_UNITS = 64;
const VISUAL_ENTRY_BYTES = 78;
/** The kinds of slices and sets that a unit of H.264 may be, by its number. */
const UNIT = { slice: 1, wholePicture: 5 } as const;

export async function cleanMp4(source: FilmSource): Promise<Result<CleanedFilm, FilmFault>> {
  const read = readThroughWindow(source);
  const top = await readTop(source, read);
  if (!top.ok) return top;
  const moov = boxesIn(top.value.moov);
  if (moov === null) return failure('broken');
  if (moov.some(({ type }) => type === 'mvex')) return failure('fragmented');
  const movie = readMovieHeader(onlyBox(moov, 'mvhd'));
  const tracks = moov.filter(({ type }) => type === 'trak');
  if (movie === null || tracks.length > MOST_TRACKS) return failure('broken');
  const picture = pictureTrack(tracks);
  if (picture === null) return failure('broken');
  const track = readTrack(picture, movie, (at, length) => liesIn(top.value.frames, at, length), source.bytes);
  if (!track.ok) return track;
  const { table, avc } = track.value;
  if (!(await beginsWithWholePicture(table.firstFrame, avc.lengthBytes, read))) return failure('broken');
  const turned = track.value.turn % 2 === 1;
  return success({
    width: turned ? avc.height : avc.width,
    height: turned ? avc.width : avc.height,
    durationMs: Math.round((track.value.shown.duration * 1_000) / movie.timescale),
    parts: [...heads(track.value, movie), ...table.chunks],
  });
}

interface Stretch {
  readonly at: number;
  readonly length: number;
}

async function readTop(
  source: FilmSource,
  read: (at: number, length: number) => Promise<Buffer | null>,
): Promise<Result<{ moov: Buffer; frames: readonly Stretch[] }, FilmFault>> {
  const frames: Stretch[] = [];
  let moov: Stretch | null = null;
  let count = 0;
  for (let at = 0; at < source.bytes; count += 1) {
    const head = await read(at, 8);
    if (head === null || count === MOST_TOP_BOXES) return failure('broken');
    const type = head.toString('latin1', 4, 8);
    const short = head.readUInt32BE(0);
    const long = short === 1 ? await read(at + 8, 8) : null;
    if (short === 1 && long === null) return failure('broken');
    const headBytes = long === null ? 8 : 16;
    const length = long === null ? (short === 0 ? source.bytes - at : short) : long.readUInt32BE(0) * 2 ** 32 + long.readUInt32BE(4);
    if (length < headBytes || length > source.bytes - at) return failure('broken');
    const body = { at: at + headBytes, length: length - headBytes };
    if (count === 0 && type !== 'ftyp') return failure('broken');
    if (type === 'moof' || type === 'sidx' || type === 'styp') return failure('fragmented');
    if (type === 'mdat') frames.push(body);
    if (type === 'moov') {
      if (moov !== null || body.length > MOST_MOOV_BYTES) return failure('broken');
      moov = body;
    }
    at += length;
  }
  if (moov === null) return failure('broken');
  const body = await source.read(moov.at, moov.length);
  return body.length === moov.length ? success({ moov: body, frames }) : failure('broken');
}

function liesIn(stretches: readonly Stretch[], at: number, length: number): boolean {
  return stretches.some((stretch) => at >= stretch.at && at + length <= stretch.at + stretch.length);
}

interface Movie {
  readonly timescale: number;
}

function readMovieHeader(mvhd: Buffer | null): Movie | null {
  if (mvhd === null || mvhd.length < 24) return null;
  const timescale = mvhd.readUInt32BE(mvhd[0] === 1 ? 20 : 12);
  return timescale === 0 ? null : { timescale };
}

/** The one that is shown: the first that holds pictures and is switched on, else the first that holds pictures. */
function pictureTrack(tracks: readonly Box[]): readonly Box[] | null {
  const pictures = tracks
    .map(({ body }) => boxesIn(body))
    .filter((track) => onlyBox(inside(track, 'mdia'), 'hdlr')?.toString('latin1', 8, 12) === 'vide');
  return pictures.find((track) => ((onlyBox(track, 'tkhd')?.[3] ?? 0) & 1) === 1) ?? pictures[0] ?? null;
}

interface Track {
  readonly timescale: number;
  readonly avc: AvcConfiguration;
  readonly table: SampleTable;
  /** Quarter turns clockwise. */
  readonly turn: number;
  /** Which stretch of it is shown: from when, in units of the track, and how long, in units of the movie. */
  readonly shown: { readonly from: number; readonly duration: number };
  /** Colours and the shape of a pixel, where they are told. */
  readonly look: readonly Buffer[];
}

function readTrack(
  track: readonly Box[],
  movie: Movie,
  isFrameData: (at: number, length: number) => boolean,
  mostBytes: number,
): Result<Track, FilmFault> {
  const mdia = inside(track, 'mdia');
  const minf = inside(mdia, 'minf');
  const stbl = inside(minf, 'stbl');
  const timescale = readMovieHeader(onlyBox(mdia, 'mdhd'))?.timescale;
  const turn = readTurn(onlyBox(track, 'tkhd'));
  const entry = readDescription(onlyBox(stbl, 'stsd'));
  const [stts, stsc, stsz] = [onlyBox(stbl, 'stts'), onlyBox(stbl, 'stsc'), onlyBox(stbl, 'stsz')];
  if (!entry.ok) return entry;
  if (timescale === undefined || turn === null || stts === null || stsc === null || stsz === null) return failure('broken');
  if (!liesInThisFile(inside(minf, 'dinf'))) return failure('elsewhere');
  const others = { ctts: onlyBox(stbl, 'ctts'), stss: onlyBox(stbl, 'stss'), stco: onlyBox(stbl, 'stco'), co64: onlyBox(stbl, 'co64') };
  const table = readSampleTable({ stts, stsc, stsz, ...others }, isFrameData, mostBytes);
  if (table === null) return failure('broken');
  // Frames that an edit leaves out would be in the file all the same, so they count.
  if ((table.duration / timescale) * 1_000 > MOST_FILM_MS) return failure('too-long');
  const startsMs = table.starts.map((start) => (start / timescale) * 1_000);
  if (isTooFast('video/mp4', startsMs)) return failure('too-fast');
  const whole = Math.round((table.duration / timescale) * movie.timescale);
  if (whole >= 2 ** 32) return failure('broken');
  const shown = readEdit(track, whole);
  return shown === null ? failure('broken') : success({ timescale, turn, table, shown, ...entry.value });
}

/** In one of the four ways a camera is held; null for any other. */
function readTurn(tkhd: Buffer | null): number | null {
  const at = tkhd?.[0] === 1 ? 52 : 40;
  if (tkhd === null || tkhd.length < at + 44) return null;
  const [a, b, c, d] = [tkhd.readInt32BE(at), tkhd.readInt32BE(at + 4), tkhd.readInt32BE(at + 12), tkhd.readInt32BE(at + 16)];
  const turn = TURNS.findIndex((matrix) => [a, b, c, d].every((value, index) => value === (matrix[index] ?? 0) * ONE));
  return turn === -1 ? null : turn;
}

const ONE = 0x1_00_00;
const TURNS: readonly (readonly [number, number, number, number])[] = [
  [1, 0, 0, 1],
  [0, 1, -1, 0],
  [-1, 0, 0, -1],
  [0, -1, 1, 0],
];

function readDescription(stsd: Buffer | null): Result<Pick<Track, 'avc' | 'look'>, FilmFault> {
  if (stsd === null || stsd.length < 8 || stsd.readUInt32BE(4) !== 1) return failure('broken');
  const [entry] = boxesIn(stsd.subarray(8)) ?? [];
  if (entry === undefined || entry.body.length < VISUAL_ENTRY_BYTES) return failure('broken');
  if (entry.type === 'encv') return failure('protected');
  if (entry.type !== 'avc1') return failure('codec');
  const parts = boxesIn(entry.body.subarray(VISUAL_ENTRY_BYTES));
  if (parts?.some(({ type }) => type === 'sinf') === true) return failure('protected');
  const configuration = onlyBox(parts, 'avcC');
  if (configuration === null) return failure('broken');
  const avc = readAvcConfiguration(configuration);
  if (!avc.ok) return avc;
  const [colours, shape] = [onlyBox(parts, 'colr'), onlyBox(parts, 'pasp')];
  const look: Buffer[] = [];
  const kind = colours?.toString('latin1', 0, 4);
  if (colours !== null && kind === 'nclx' && colours.length === 11) look.push(box('colr', colours));
  if (colours !== null && kind === 'nclc' && colours.length === 10)
    look.push(box('colr', Buffer.from('nclx', 'latin1'), colours.subarray(4), Buffer.alloc(1)));
  if (shape?.length === 8) look.push(box('pasp', shape));
  return success({ avc: avc.value, look });
}

/** Whether the frames lie in the file itself, by the one reference there is. */
function liesInThisFile(dinf: readonly Box[] | null): boolean {
  const dref = onlyBox(dinf, 'dref');
  if (dref === null || dref.length < 8 || dref.readUInt32BE(4) !== 1) return false;
  const [entry] = boxesIn(dref.subarray(8)) ?? [];
  return entry !== undefined && entry.body.length >= 4 && ((entry.body[3] ?? 0) & 1) === 1;
}

/** What is shown of the track: all, or one stretch at its own pace, perhaps after a wait. Null for what is cut together from several. */
function readEdit(track: readonly Box[], whole: number): Track['shown'] | null {
  if (!track.some(({ type }) => type === 'edts')) return { from: 0, duration: whole };
  const elst = onlyBox(inside(track, 'edts'), 'elst');
  if (elst === null || elst.length < 8) return null;
  const wide = elst[0] === 1;
  const count = elst.readUInt32BE(4);
  const rowBytes = wide ? 20 : 12;
  if (count < 1 || count > 3 || elst.length < 8 + count * rowBytes) return null;
  const rows = Array.from({ length: count }, (_, index) => {
    const at = 8 + index * rowBytes;
    return wide
      ? {
          duration: elst.readUInt32BE(at) * 2 ** 32 + elst.readUInt32BE(at + 4),
          from: elst.readInt32BE(at + 8) * 2 ** 32 + elst.readUInt32BE(at + 12),
          rate: elst.readInt32BE(at + 16),
        }
      : { duration: elst.readUInt32BE(at), from: elst.readInt32BE(at + 4), rate: elst.readInt32BE(at + 8) };
  }).filter(({ from }) => from !== -1);
  const [row] = rows;
  if (rows.length !== 1 || row === undefined || row.from < 0 || row.from >= 2 ** 31 || row.rate !== ONE) return null;
  return { from: row.from, duration: row.duration === 0 ? whole : Math.min(row.duration, whole) };
}

/** Whether the first frame needs no other: one of its units is a slice of a whole picture, and its units fill it. */
async function beginsWithWholePicture(
  frame: Stretch,
  lengthBytes: number,
  read: (at: number, length: number) => Promise<Buffer | null>,
): Promise<boolean> {
  let found = false;
  const end = frame.at + frame.length;
  let at = frame.at;
  for (let unit = 0; at < end && unit < MOST_UNITS; unit += 1) {
    const head = await read(at, lengthBytes + 1);
    if (head === null) return false;
    const length = head.readUIntBE(0, lengthBytes);
    const type = (head[lengthBytes] ?? 0) & 0x1f;
    if (length < 1 || at + lengthBytes + length > end || type === UNIT.slice) return false;
    found ||= type === UNIT.wholePicture;
    at += lengthBytes + length;
  }
  return found && at === end;
}

/** Everything before the frames, made anew from what was understood. */
function heads(track: Track, movie: Movie): readonly Buffer[] {
  const ftyp = box('ftyp', Buffer.from('isom', 'latin1'), uint32(512), Buffer.from('isomiso2avc1mp41', 'latin1'));
  const { chunks } = track.table;
  const length = moov(
    track,
    movie,
    chunks.map(() => 0),
  ).length;
  let at = ftyp.length + length + 8;
  const places = chunks.map((chunk) => {
    const place = at;
    at += chunk.length;
    return place;
  });
  const mdat = Buffer.concat([uint32(8 + chunks.reduce((sum, chunk) => sum + chunk.length, 0)), Buffer.from('mdat', 'latin1')]);
  return [ftyp, moov(track, movie, places), mdat];
}

function moov(track: Track, { timescale }: Movie, places: readonly number[]): Buffer {
  const { avc, table, shown } = track;
  const plain = matrix(0);
  return box(
    'moov',
    fullBox(
      'mvhd',
      0,
      uint32(0, 0, timescale, shown.duration, ONE),
      Buffer.from([1, 0]),
      Buffer.alloc(10),
      plain,
      Buffer.alloc(24),
      uint32(2),
    ),
    box(
      'trak',
      fullBox('tkhd', 3, uint32(0, 0, 1, 0, shown.duration, 0, 0, 0, 0), matrix(track.turn), uint32(avc.width * ONE, avc.height * ONE)),
      box('edts', fullBox('elst', 0, uint32(1, shown.duration, shown.from, ONE))),
      box(
        'mdia',
        fullBox('mdhd', 0, uint32(0, 0, track.timescale, table.duration), uint16(UNDETERMINED_LANGUAGE, 0)),
        fullBox('hdlr', 0, uint32(0), Buffer.from('vide', 'latin1'), Buffer.alloc(13)),
        box(
          'minf',
          fullBox('vmhd', 1, Buffer.alloc(8)),
          box('dinf', fullBox('dref', 0, uint32(1), fullBox('url ', 1))),
          box('stbl', ...sampleBoxes(track, places)),
        ),
      ),
    ),
  );
}

/** "und", five bits a letter. */
const UNDETERMINED_LANGUAGE = 0x55c4;

function sampleBoxes({ avc, look, table: { bodies } }: Track, places: readonly number[]): Buffer[] {
  const entry = Buffer.alloc(VISUAL_ENTRY_BYTES);
  // The first reference; 72 points an inch; one picture a frame; 24 bits of colour, no palette.
  entry.writeUInt16BE(1, 6);
  entry.writeUInt16BE(avc.width, 24);
  entry.writeUInt16BE(avc.height, 26);
  entry.writeUInt32BE(0x48_00_00, 28);
  entry.writeUInt32BE(0x48_00_00, 32);
  entry.writeUInt16BE(1, 40);
  entry.writeUInt16BE(24, 74);
  entry.writeInt16BE(-1, 76);
  return [
    fullBox('stsd', 0, uint32(1), box('avc1', entry, box('avcC', avc.body), ...look)),
    box('stts', bodies.stts),
    ...(bodies.ctts === null ? [] : [box('ctts', bodies.ctts)]),
    ...(bodies.stss === null ? [] : [box('stss', bodies.stss)]),
    box('stsc', bodies.stsc),
    box('stsz', bodies.stsz),
    fullBox('stco', 0, uint32(places.length, ...places)),
  ];
}

function matrix(turn: number): Buffer {
  const [a, b, c, d] = TURNS[turn] ?? [1, 0, 0, 1];
  const bytes = Buffer.alloc(36);
  for (const [index, value] of [a * ONE, b * ONE, 0, c * ONE, d * ONE, 0, 0, 0, 0x40_00_00_00].entries())
    bytes.writeInt32BE(value, 4 * index);
  return bytes;
}
