import { MOST_FRAMES } from './clean-film.ts';

// Where the frames of a track lie and when they are shown (ISO/IEC 14496-12, 8.6 and 8.7): counts in runs, sizes, and chunks with their places.

export interface SampleTable {
  readonly frames: number;
  /** In units of the track. */
  readonly duration: number;
  /** When the time of each frame begins, in the order in which they are decoded. */
  readonly starts: readonly number[];
  /** Where its frames lie, in their order, each stretch one chunk. */
  readonly chunks: readonly { readonly at: number; readonly length: number }[];
  readonly firstFrame: { readonly at: number; readonly length: number };
  /** The tables as they came, without what is behind them. */
  readonly bodies: {
    readonly stts: Buffer;
    readonly ctts: Buffer | null;
    readonly stss: Buffer | null;
    readonly stsc: Buffer;
    readonly stsz: Buffer;
  };
}

interface Tables {
  readonly stts: Buffer;
  readonly ctts: Buffer | null;
  readonly stss: Buffer | null;
  readonly stsc: Buffer;
  readonly stsz: Buffer;
  readonly stco: Buffer | null;
  readonly co64: Buffer | null;
}

/** The tables held against each other and against the file: null when they name a frame that is nowhere, leave one out, or together more than there is. */
export function readSampleTable(
  tables: Tables,
  isFrameData: (at: number, length: number) => boolean,
  mostBytes: number,
): SampleTable | null {
  const sizes = readSizes(tables.stsz);
  const places = readPlaces(tables);
  if (sizes === null || places === null || places.length > sizes.length) return null;
  const times = readTimes(tables.stts, sizes.length);
  const stsc = rows(tables.stsc, 12);
  if (times === null || stsc === null) return null;
  if (tables.ctts !== null && !countsAll(tables.ctts, sizes.length)) return null;
  // Without this table every frame stands by itself; with it the first must.
  const stss = tables.stss === null ? null : rows(tables.stss, 4);
  if (tables.stss !== null && (stss === null || stss.count < 1 || stss.count > sizes.length || stss.at(0, 0) !== 1)) return null;
  const chunks = readChunks(stsc, places, sizes, isFrameData, mostBytes);
  const [first] = chunks ?? [];
  if (chunks === null || first === undefined) return null;
  return {
    frames: sizes.length,
    ...times,
    chunks,
    firstFrame: { at: first.at, length: sizes[0] ?? 0 },
    bodies: {
      stts: exactly(tables.stts, 8),
      ctts: tables.ctts === null ? null : exactly(tables.ctts, 8),
      stss: tables.stss === null ? null : exactly(tables.stss, 4),
      stsc: exactly(tables.stsc, 12),
      stsz: tables.stsz.subarray(0, tables.stsz.readUInt32BE(4) === 0 ? 12 + 4 * sizes.length : 12),
    },
  };
}

interface Rows {
  readonly count: number;
  at(row: number, column: number): number;
}

/** A table of rows behind a version, flags and their count; null when they are not all there. */
function rows(body: Buffer, rowBytes: number): Rows | null {
  if (body.length < 8) return null;
  const count = body.readUInt32BE(4);
  if (8 + count * rowBytes > body.length) return null;
  return { count, at: (row, column) => body.readUInt32BE(8 + row * rowBytes + 4 * column) };
}

function exactly(body: Buffer, rowBytes: number): Buffer {
  return body.subarray(0, 8 + body.readUInt32BE(4) * rowBytes);
}

function readSizes(stsz: Buffer): readonly number[] | null {
  if (stsz.length < 12) return null;
  const [uniform, count] = [stsz.readUInt32BE(4), stsz.readUInt32BE(8)];
  if (count < 1 || count > MOST_FRAMES) return null;
  if (uniform !== 0) return Array.from({ length: count }, () => uniform);
  if (12 + 4 * count > stsz.length) return null;
  return Array.from({ length: count }, (_, index) => stsz.readUInt32BE(12 + 4 * index));
}

function readPlaces({ stco, co64 }: Tables): readonly number[] | null {
  const narrow = stco === null ? null : rows(stco, 4);
  const wide = co64 === null ? null : rows(co64, 8);
  if ((narrow === null) === (wide === null)) return null;
  const table = narrow ?? wide;
  if (table === null || table.count < 1 || table.count > MOST_FRAMES) return null;
  return Array.from({ length: table.count }, (_, index) =>
    narrow === null ? table.at(index, 0) * 2 ** 32 + table.at(index, 1) : table.at(index, 0),
  );
}

/** When each frame begins, and the length of all together; null when they are not as many as there are sizes. */
function readTimes(stts: Buffer, frames: number): Pick<SampleTable, 'duration' | 'starts'> | null {
  const runs = rows(stts, 8);
  if (runs === null || runs.count > frames) return null;
  const starts: number[] = [];
  let duration = 0;
  for (let run = 0; run < runs.count; run += 1) {
    if (runs.at(run, 0) > frames - starts.length) return null;
    for (let frame = 0; frame < runs.at(run, 0); frame += 1) {
      starts.push(duration);
      duration += runs.at(run, 1);
    }
  }
  return starts.length === frames && duration > 0 && duration < 2 ** 32 ? { duration, starts } : null;
}

function countsAll(ctts: Buffer, frames: number): boolean {
  const runs = rows(ctts, 8);
  if (runs === null || runs.count > frames) return false;
  let counted = 0;
  for (let run = 0; run < runs.count; run += 1) counted += runs.at(run, 0);
  return counted === frames;
}

function readChunks(
  stsc: Rows,
  places: readonly number[],
  sizes: readonly number[],
  isFrameData: (at: number, length: number) => boolean,
  mostBytes: number,
): SampleTable['chunks'] | null {
  if (stsc.count < 1 || stsc.count > places.length || stsc.at(0, 0) !== 1) return null;
  const chunks: { at: number; length: number }[] = [];
  let frame = 0;
  let total = 0;
  for (let run = 0; run < stsc.count; run += 1) {
    const first = stsc.at(run, 0);
    const next = run + 1 < stsc.count ? stsc.at(run + 1, 0) : places.length + 1;
    const each = stsc.at(run, 1);
    // One description of the picture, which is the first.
    if (next <= first || next > places.length + 1 || each < 1 || stsc.at(run, 2) !== 1) return null;
    for (let chunk = first; chunk < next; chunk += 1) {
      if (frame + each > sizes.length) return null;
      const length = sizes.slice(frame, frame + each).reduce((sum, size) => sum + size, 0);
      const at = places[chunk - 1] ?? -1;
      total += length;
      // Chunks on top of each other could make a film of gigabytes out of a small file.
      if (total > mostBytes || !isFrameData(at, length)) return null;
      chunks.push({ at, length });
      frame += each;
    }
  }
  return frame === sizes.length ? chunks : null;
}
