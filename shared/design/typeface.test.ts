import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import { expect, it } from 'vitest';

const GREEK = 'ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρσςτυφχψωΆΈΉΊΌΎΏΪΫάέήίόύώϊϋΐΰ';
const LATIN = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,:;!?-()/%&@+€·«»“”’–—…';

it.each([
  ['greek', GREEK],
  ['latin', LATIN],
])('the %s file holds every character we set from it', (subset, characters) => {
  const path = fileURLToPath(import.meta.resolve(`@fontsource-variable/commissioner/files/commissioner-${subset}-wght-normal.woff2`));
  const held = charactersOf(readFileSync(path));
  expect(Array.from(characters).filter((character) => !held.has(character.codePointAt(0) ?? 0))).toEqual([]);
});

/** The code points a WOFF2 file maps to glyphs (W3C WOFF2, section 4 for the directory; OpenType `cmap` format 4 and 12). */
function charactersOf(woff2: Buffer): ReadonlySet<number> {
  const tableCount = woff2.readUInt16BE(12);
  const compressedSize = woff2.readUInt32BE(20);
  let at = 48;
  const base128 = () => {
    let value = 0;
    for (;;) {
      const byte = woff2.readUInt8(at++);
      value = value * 128 + (byte & 0x7f);
      if (byte < 0x80) return value;
    }
  };
  let offset = 0;
  let cmap: { offset: number; length: number } | null = null;
  for (let table = 0; table < tableCount; table += 1) {
    const flags = woff2.readUInt8(at++);
    const known = flags & 0x3f;
    const version = flags >> 6;
    if (known === 63) at += 4;
    const length = base128();
    // glyf (10) and loca (11) are transformed at version 0, every other table at a version above it.
    const transformed = known === 10 || known === 11 ? version === 0 : version !== 0;
    const stored = transformed ? base128() : length;
    if (known === 0) cmap = { offset, length };
    offset += stored;
  }
  if (cmap === null) throw new Error('the font has no cmap');
  const tables = brotliDecompressSync(woff2.subarray(at, at + compressedSize));
  return readCmap(tables.subarray(cmap.offset, cmap.offset + cmap.length));
}

function readCmap(cmap: Buffer): ReadonlySet<number> {
  const held = new Set<number>();
  for (let record = 0; record < cmap.readUInt16BE(2); record += 1) {
    const table = cmap.subarray(cmap.readUInt32BE(4 + 8 * record + 4));
    const format = table.readUInt16BE(0);
    if (format === 12) {
      for (let group = 0; group < table.readUInt32BE(12); group += 1) {
        const [first, last] = [table.readUInt32BE(16 + 12 * group), table.readUInt32BE(20 + 12 * group)];
        for (let point = first; point <= last; point += 1) held.add(point);
      }
    }
    if (format !== 4) continue;
    const segments = table.readUInt16BE(6) / 2;
    for (let segment = 0; segment < segments; segment += 1) {
      const last = table.readUInt16BE(14 + 2 * segment);
      const first = table.readUInt16BE(16 + 2 * segments + 2 * segment);
      if (first !== 0xffff) for (let point = first; point <= last; point += 1) held.add(point);
    }
  }
  return held;
}
