import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { wordPairOf } from './word-pairs.ts';

const everyWord = Array.from({ length: 128 }, (_, index) => wordPairOf(Uint8Array.of(index, index)));

describe('a word pair', () => {
  it('is made of two bytes, and needs them', () => {
    expect(wordPairOf(Uint8Array.of(0, 1, 99))).toEqual({ el: 'ελιά καράβι', en: 'olive ship' });
    expect(() => wordPairOf(Uint8Array.of(7))).toThrow(RangeError);
  });
  it('has another word for each of the seven bits, in both languages', () => {
    expect(new Set(everyWord.map(({ el }) => el)).size).toBe(128);
    expect(new Set(everyWord.map(({ en }) => en)).size).toBe(128);
  });
  it('is the same for every release: a kiosk in the field and a newer cloud must name a key alike', () => {
    expect(createHash('sha256').update(JSON.stringify(everyWord)).digest('hex').slice(0, 16)).toBe('48745d81eaf530fa');
  });
});
