import type { WordPair } from '@concierge/contract/http/device-claims.ts';
import { wordPairOf } from '@concierge/contract/word-pairs.ts';

const CHOICES = 3;

/** The pair of a key's thumbprint (32 bytes) among others, always the same ones in the same places, so that asking again tells nothing. */
export function wordPairsToChooseFrom(thumbprint: Uint8Array): WordPair[] {
  const right = wordPairOf(thumbprint);
  const pairs = [right];
  for (let at = 2; pairs.length < CHOICES; at += 2) {
    // A thumbprint that gives the same pair again and again does not exist; the bound keeps a wrong one from looping for ever.
    if (at + 2 >= thumbprint.length) throw new RangeError('the thumbprint gives too few different pairs');
    const pair = wordPairOf(thumbprint.subarray(at));
    if (!pairs.some((other) => other.el === pair.el)) pairs.push(pair);
  }
  const place = (thumbprint[thumbprint.length - 1] ?? 0) % CHOICES;
  return [...pairs.slice(1, 1 + place), right, ...pairs.slice(1 + place)];
}

/** Whether these are the words the device shows. */
export function sameWords(thumbprint: Uint8Array, words: WordPair): boolean {
  const right = wordPairOf(thumbprint);
  return right.el === words.el && right.en === words.en;
}
