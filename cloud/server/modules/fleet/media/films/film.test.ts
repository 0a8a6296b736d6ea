import { describe, expect, it } from 'vitest';
import { aConfiguration, anMp4, aVp8Frame, aVp9Frame, aWebm, madeUpFrames, SECRET, sourceOf } from '../testing/films.ts';
import { box, fullBox, uint32 } from './boxes.ts';
import { element, uintElement } from './ebml.ts';
import { bytesOfFilm, cleanFilm } from './film.ts';
import { ID } from './webm-parts.ts';

async function cleaned(bytes: Buffer) {
  const source = sourceOf(bytes);
  const result = await cleanFilm(source);
  if (!result.ok) return result.error;
  const { type, width, height, durationMs } = result.value;
  return { type, width, height, durationMs, bytes: await whole(bytes, result.value) };
}

async function whole(bytes: Buffer, film: Parameters<typeof bytesOfFilm>[1]): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of bytesOfFilm(sourceOf(bytes), film)) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function taken(bytes: Buffer) {
  const result = await cleaned(bytes);
  if (typeof result === 'string') throw new Error(`refused as ${result}`);
  return result;
}

describe('an MP4', () => {
  it('is told by its content, and its size and length by its frames', async () => {
    expect(await taken(anMp4())).toMatchObject({ type: 'video/mp4', width: 64, height: 48, durationMs: 1_000 });
    // Pictures are whole macroblocks; what is cropped is not seen.
    expect(await taken(anMp4({ width: 1_920, height: 1_080 }))).toMatchObject({ width: 1_920, height: 1_080 });
    expect(await taken(anMp4({ configuration: aConfiguration(1_080, 1_920, 100, 42), frameMs: 17 }))).toMatchObject({ height: 1_920 });
  });

  it('is the same film wherever its description stood, and the same again when it is cleaned twice', async () => {
    const [atEnd, atFront, apple] = await Promise.all([taken(anMp4()), taken(anMp4({ moov: 'front' })), taken(anMp4({ brand: 'qt  ' }))]);
    expect(atFront.bytes.equals(atEnd.bytes)).toBe(true);
    expect(apple.bytes.equals(atEnd.bytes)).toBe(true);
    expect((await taken(atEnd.bytes)).bytes.equals(atEnd.bytes)).toBe(true);
    // The description comes first, so that it plays before it is all there.
    expect(atEnd.bytes.indexOf('moov')).toBeLessThan(atEnd.bytes.indexOf('mdat'));
  });

  it('loses places, titles, sound and everything between and behind its frames', async () => {
    const chatty = anMp4({ chatty: true });
    expect(chatty.includes(SECRET)).toBe(true);
    const { bytes } = await taken(chatty);
    expect(bytes.includes(SECRET)).toBe(false);
    expect(bytes.equals((await taken(anMp4())).bytes)).toBe(true);
  });

  it('stays upright, however the phone was held', async () => {
    for (const [turn, width] of [
      [[1, 0, 0, 1], 64],
      [[0, 1, -1, 0], 48],
      [[-1, 0, 0, -1], 64],
      [[0, -1, 1, 0], 48],
    ] as const) {
      const film = await taken(anMp4({ turn }));
      expect(film.width).toBe(width);
      expect((await taken(film.bytes)).width).toBe(width);
    }
    expect(await cleaned(anMp4({ turn: [1, 1, 0, 1] }))).toBe('broken');
  });

  it('shows no more than the stretch that somebody cut out', async () => {
    expect(await taken(anMp4({ edits: [[400, 200]] }))).toMatchObject({ durationMs: 400 });
    expect(
      await taken(
        anMp4({
          edits: [
            [100, -1],
            [400, 200],
          ],
        }),
      ),
    ).toMatchObject({ durationMs: 400 });
    expect(
      await cleaned(
        anMp4({
          edits: [
            [400, 200],
            [100, 900],
          ],
        }),
      ),
    ).toBe('broken');
  });

  it.each<[string, string, () => Buffer]>([
    ['half of it', 'broken', () => anMp4().subarray(0, 400)],
    ['without a description', 'broken', () => anMp4().subarray(0, 32)],
    ['with two', 'broken', () => anMp4({ after: [anMp4().subarray(-900)] })],
    ['in fragments', 'fragmented', () => anMp4({ after: [box('moof', Buffer.alloc(8))] })],
    ['that will come in fragments', 'fragmented', () => anMp4({ inMoov: [box('mvex')] })],
    ['encrypted', 'protected', () => anMp4({ entry: 'encv' })],
    ['of HEVC', 'codec', () => anMp4({ entry: 'hvc1' })],
    ['of AV1', 'codec', () => anMp4({ entry: 'av01' })],
    ['of ten bits a colour', 'codec', () => anMp4({ configuration: aConfiguration(64, 48, 110) })],
    [
      'whose frames lie elsewhere',
      'elsewhere',
      () => anMp4({ reference: fullBox('url ', 0, Buffer.from('file:///etc/passwd\0', 'latin1')) }),
    ],
    ['too wide', 'too-many-pixels', () => anMp4({ width: 1_936, height: 48 })],
    ['whose frames are larger than it says', 'too-many-pixels', () => anMp4({ configuration: aConfiguration(3_840, 2_160) })],
    ['larger than full HD, though no side is', 'too-many-pixels', () => anMp4({ width: 1_920, height: 1_200 })],
    ['of a level that no board decodes', 'too-demanding', () => anMp4({ configuration: aConfiguration(64, 48, 100, 50) })],
    ['of seventy frames a second', 'too-fast', () => anMp4({ frameMs: 14, frames: madeUpFrames(100) })],
    ['of four minutes', 'too-long', () => anMp4({ frameMs: 24_000 })],
    ['of no time', 'broken', () => anMp4({ frameMs: 0 })],
    ['that begins with half a picture', 'broken', () => anMp4({ frames: [{ isWhole: true, bytes: Buffer.from('0000000241aa', 'hex') }] })],
    ['whose units overrun their frame', 'broken', () => anMp4({ frames: [{ isWhole: true, bytes: Buffer.from('7fffffff65aa', 'hex') }] })],
    ['of four thousand million frames', 'broken', () => anMp4({ sizes: fullBox('stsz', 0, uint32(1, 0xffff_ffff)) })],
    ['of frames larger than itself', 'broken', () => anMp4({ sizes: fullBox('stsz', 0, uint32(0x7fff_ffff, 10)) })],
    ['with frames outside of what holds frames', 'broken', () => anMp4({ sizes: fullBox('stsz', 0, uint32(60, 10)) })],
  ])('%s is refused as %s', async (_what, fault, bytes) => expect(await cleaned(bytes())).toBe(fault));

  it('whose boxes lie about their lengths is refused and read no further than it goes', async () => {
    const film = anMp4();
    for (let at = 0; at + 8 <= film.length; at += 1) {
      if (!/^[a-z]{4}$/.test(film.toString('latin1', at + 4, at + 8))) continue;
      for (const length of [0, 1, 7, 0x7fff_ffff, 0xffff_ffff]) {
        const lying = Buffer.from(film);
        lying.writeUInt32BE(length, at);
        const source = sourceOf(lying);
        await cleanFilm(source);
        expect(source.read_.most).toBeLessThanOrEqual(Math.max(65_536, film.length));
      }
    }
  });
});

describe('a WebM', () => {
  it('is told by its content, and its size and length by its frames', async () => {
    expect(await taken(aWebm())).toMatchObject({ type: 'video/webm', width: 64, height: 48, durationMs: 1_000 });
    const frames = Array.from({ length: 4 }, (_, index) => aVp9Frame(720, 1_280, index === 0, index));
    expect(await taken(aWebm({ codec: 'V_VP9', width: 720, height: 1_280, frames }))).toMatchObject({
      width: 720,
      height: 1_280,
      durationMs: 400,
    });
  });

  it('of a recorder, whose lengths are open, is the same film, and the same again when it is cleaned twice', async () => {
    const [written, recorded] = await Promise.all([taken(aWebm()), taken(aWebm({ recorded: true }))]);
    expect(recorded.bytes.equals(written.bytes)).toBe(true);
    expect((await taken(written.bytes)).bytes.equals(written.bytes)).toBe(true);
    // Where it can be entered stands before its frames.
    expect(written.bytes.indexOf(Buffer.from('1c53bb6b', 'hex'))).toBeLessThan(written.bytes.indexOf(Buffer.from('1f43b675', 'hex')));
  });

  it('loses tags, attachments, names, sound and whatever hangs behind it', async () => {
    const chatty = aWebm({ chatty: true, behind: Buffer.from(SECRET, 'latin1') });
    const { bytes } = await taken(chatty);
    expect(bytes.includes(SECRET)).toBe(false);
    expect(bytes.equals((await taken(aWebm())).bytes)).toBe(true);
  });

  it.each<[string, string, () => Buffer]>([
    ['half of it', 'broken', () => aWebm().subarray(0, 300)],
    ['Matroska', 'unknown-type', () => aWebm({ docType: 'matroska' })],
    ['of AV1', 'codec', () => aWebm({ codec: 'V_AV1' })],
    ['of H.264', 'codec', () => aWebm({ codec: 'V_MPEG4/ISO/AVC' })],
    ['encrypted', 'protected', () => aWebm({ inEntry: [element(ID.contentEncodings)] })],
    ['with encrypted blocks', 'protected', () => insideSegment(element(ID.encryptedBlock, Buffer.alloc(9)))],
    ['too wide', 'too-many-pixels', () => aWebm({ width: 1_936 })],
    ['of full HD, which no board decodes in hardware', 'too-many-pixels', () => aWebm({ width: 1_920, height: 1_080 })],
    [
      'that becomes full HD in the middle',
      'too-many-pixels',
      () => aWebm({ frames: [aVp8Frame(64, 48, true, 1), aVp8Frame(1_920, 1_080, true, 1)] }),
    ],
    [
      'of fifty frames a second',
      'too-fast',
      () => aWebm({ frameMs: 20, frames: Array.from({ length: 60 }, (_, index) => aVp8Frame(64, 48, index % 5 === 0, 1)) }),
    ],
    ['that says it is small', 'broken', () => aWebm({ frames: [aVp8Frame(320, 240, true, 1)] })],
    ['that grows in the middle', 'too-many-pixels', () => aWebm({ frames: [aVp8Frame(64, 48, true, 1), aVp8Frame(8_000, 48, true, 1)] })],
    [
      'of four minutes',
      'too-long',
      () => aWebm({ frameMs: 6_000, frames: Array.from({ length: 200 }, (_, index) => aVp8Frame(64, 48, index % 5 === 0, 1)) }),
    ],
    ['that begins with half a picture', 'broken', () => aWebm({ frames: [aVp8Frame(64, 48, false, 1)] })],
    ['with several frames in a block', 'broken', () => aWebm({ flags: 0x02 })],
    ['without frames', 'broken', () => aWebm({ frames: [] })],
    [
      'of a hundred thousand empty elements',
      'broken',
      () => insideSegment(Buffer.concat(Array.from({ length: 100_001 }, () => Buffer.from([0xec, 0x80])))),
    ],
    [
      'in itself, a thousand deep',
      'broken',
      () => insideSegment(Array.from({ length: 1_000 }).reduce<Buffer>((inner) => element(ID.tracks, inner), Buffer.alloc(1))),
    ],
  ])('%s is refused as %s', async (_what, fault, bytes) => expect(await cleaned(bytes())).toBe(fault));

  /** A film with something more in it. */
  function insideSegment(more: Buffer): Buffer {
    const film = aWebm();
    const header = 4 + 1 + (film[4] ?? 0) - 0x80;
    const from = header + (film.indexOf(Buffer.from('1549a966', 'hex')) - header);
    return Buffer.concat([film.subarray(0, header), element(ID.segment, film.subarray(from), more)]);
  }

  it('that jumps in time is refused', async () => {
    const film = aWebm();
    const second = film.lastIndexOf(uintElement(ID.timestamp, 5_500));
    film.writeUInt16BE(100, second + 2);
    expect(await cleaned(film)).toBe('broken');
  });
});

describe('any film', () => {
  it.each(['', 'ftyp', 'just words and nothing else', '\u001aE\u00df\u00a3', '\0\0\0\u0008ftyp', '\0\0\0\u0001ftyp', '\0\0\0\0ftypmp42'])(
    'that is only %j is refused',
    async (text) => expect(['unknown-type', 'broken']).toContain(await cleaned(Buffer.from(text, 'latin1'))),
  );

  // Seeded, so that what fails once fails again.
  it.each([
    ['MP4', anMp4({ chatty: true })],
    ['MP4 with its description in front', anMp4({ moov: 'front', edits: [[400, 200]] })],
    ['WebM', aWebm({ chatty: true })],
    ['WebM of a recorder', aWebm({ recorded: true })],
  ])('%s with thousands of damages is taken or refused, in time and within its length', async (_name, film) => {
    const random = seeded(20_261_121);
    let takenOnes = 0;
    for (let round = 0; round < 4_000; round += 1) {
      const damaged = damage(film, random);
      const source = sourceOf(damaged);
      const startedMs = performance.now();
      const result = await cleanFilm(source);
      expect(performance.now() - startedMs).toBeLessThan(2_000);
      expect(source.read_.most).toBeLessThanOrEqual(Math.max(65_536, damaged.length));
      if (!result.ok) continue;
      takenOnes += 1;
      const bytes = await whole(damaged, result.value);
      expect(bytes.length).toBeLessThan(damaged.length + 4_096);
      // Whatever is taken is whole: cleaned again it is what it is.
      const again = await taken(bytes);
      expect(again.bytes.equals(bytes)).toBe(true);
      expect([again.width, again.height, again.durationMs]).toEqual([result.value.width, result.value.height, result.value.durationMs]);
    }
    expect(takenOnes).toBeGreaterThan(0);
  });
});

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Bits, bytes, whole words of the worst kind, pieces cut out or doubled, an end that is missing. */
function damage(film: Buffer, random: () => number): Buffer {
  const whereTo = (most: number) => Math.floor(random() * most);
  let bytes = Buffer.from(film);
  for (let count = 1 + whereTo(3); count > 0; count -= 1) {
    const at = whereTo(bytes.length - 8);
    const kind = whereTo(6);
    if (kind === 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << whereTo(8));
    else if (kind === 1) bytes[at] = whereTo(256);
    else if (kind === 2) bytes.writeUInt32BE([0, 1, 0x7fff_ffff, 0xffff_ffff][whereTo(4)] ?? 0, at);
    else if (kind === 3) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + whereTo(64))]);
    else if (kind === 4) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.max(0, at - whereTo(64)))]);
    else bytes = bytes.subarray(0, Math.max(16, at));
    if (bytes.length < 32) return bytes;
  }
  return bytes;
}
