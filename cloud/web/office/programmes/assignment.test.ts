import { describe, expect, it } from 'vitest';
import { type Choices, chosenAlso, isChosen, requestsOf } from './assignment.ts';

const screens = (configs: Readonly<Record<string, string | null>>) =>
  Object.entries(configs).map(([id, displayConfigId]) => ({ id, displayConfigId }));
const nothing: Choices = new Map();

describe('which screens a programme is given to', () => {
  it('is what somebody decided, and nothing else', () => {
    const [first, second, third] = screens({ a: 'ours', b: null, c: 'other' });
    if (first === undefined || second === undefined || third === undefined) throw new Error('there are three');
    const choices = chosenAlso(chosenAlso(nothing, [third], 'ours', true), [first], 'ours', false);
    expect([first, second, third].map((screen) => isChosen(screen, 'ours', choices))).toEqual([false, false, true]);
    expect(requestsOf([first, second, third], 'ours', choices)).toEqual([{ assign: ['c'], release: ['a'] }]);
  });
  it('leaves alone what somebody else has decided meanwhile', () => {
    const choices = chosenAlso(nothing, screens({ a: null }), 'ours', true);
    const now = screens({ a: null, b: 'ours' });
    expect(requestsOf(now, 'ours', choices)).toEqual([{ assign: ['a'], release: [] }]);
    expect(requestsOf(screens({ a: 'ours' }), 'ours', choices)).toEqual([]);
  });
  it('is undecided again when it comes to what it was', () => {
    const one = screens({ a: 'ours' });
    expect(chosenAlso(chosenAlso(nothing, one, 'ours', false), one, 'ours', true).size).toBe(0);
  });
  it('is asked for in as many requests as the server wants', () => {
    const many = screens(Object.fromEntries(Array.from({ length: 1_200 }, (_, index) => [String(index), null])));
    const requests = requestsOf(many, 'ours', chosenAlso(nothing, many, 'ours', true));
    expect(requests.map(({ assign }) => assign.length)).toEqual([500, 500, 200]);
    expect(new Set(requests.flatMap(({ assign }) => assign)).size).toBe(1_200);
  });
});
