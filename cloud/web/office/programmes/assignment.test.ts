import { describe, expect, it } from 'vitest';
import { type Choices, chosenAlso, consequencesOf, isChosen, requestsOf, withoutGranted } from './assignment.ts';

const screens = (configs: Readonly<Record<string, string | null>>) =>
  Object.entries(configs).map(([id, displayConfigId]) => ({ id, displayConfigId }));
const nothing: Choices = new Map();
const manyScreens = screens(Object.fromEntries(Array.from({ length: 1_200 }, (_, index) => [String(index), null])));

describe('which screens a programme is given to', () => {
  it('is what somebody decided, and nothing else', () => {
    const [first, second, third] = screens({ a: 'ours', b: null, c: 'other' });
    if (first === undefined || second === undefined || third === undefined) throw new Error('there are three');
    const choices = chosenAlso(chosenAlso(nothing, [third], 'ours', true), [first], 'ours', false);
    expect([first, second, third].map((screen) => isChosen(screen, 'ours', choices))).toEqual([false, false, true]);
    expect(requestsOf(choices)).toEqual([{ assign: ['c'], release: ['a'] }]);
  });
  it('leaves alone what somebody else has decided meanwhile', () => {
    const choices = chosenAlso(nothing, screens({ a: null }), 'ours', true);
    const [, other] = screens({ a: null, b: 'ours' });
    if (other === undefined) throw new Error('there are two');
    expect(isChosen(other, 'ours', choices)).toBe(true);
    expect(requestsOf(choices)).toEqual([{ assign: ['a'], release: [] }]);
  });
  it('is undecided again when it comes to what it was', () => {
    const one = screens({ a: 'ours' });
    expect(chosenAlso(chosenAlso(nothing, one, 'ours', false), one, 'ours', true).size).toBe(0);
  });
  it('stays decided of screens that are not in sight any more, and says what comes of it', () => {
    const seen = chosenAlso(nothing, screens({ a: null, b: 'other', c: 'ours' }), 'ours', true);
    const later = chosenAlso(seen, screens({ d: 'ours', e: null }), 'ours', false);
    expect(consequencesOf(later)).toEqual({ given: 2, taken: 1, released: 1 });
    expect(requestsOf(later)).toEqual([{ assign: ['a', 'b'], release: ['d'] }]);
  });
  it('is asked for in as many requests as the server wants, and what is granted is not asked for again', () => {
    const choices = chosenAlso(nothing, manyScreens, 'ours', true);
    const requests = requestsOf(choices);
    expect(requests.map(({ assign }) => assign.length)).toEqual([500, 500, 200]);
    expect(new Set(requests.flatMap(({ assign }) => assign)).size).toBe(1_200);
    const [first] = requests;
    if (first === undefined) throw new Error('there are three');
    const left = withoutGranted(choices, first);
    expect(requestsOf(left)).toEqual(requests.slice(1));
  });
});
