import { describe, expect, it } from 'vitest';
import { ApiProblem } from '../../ui/api/problem.ts';
import { allFaults, faultsOf, largestScenes, linesOf, refusalsOf } from './draft-faults.ts';
import { aDraft } from './sample-draft.ts';

const draft = aDraft({ name: 'Πίνακας', text: 'Καλημέρα' });
const refused = (pointer: string) =>
  refusalsOf(new ApiProblem({ code: 'invalid-fields', status: 400, errors: [{ pointer, message: 'Λείπει.' }] }), draft);
const standing = (pointer: string, now: typeof draft) => [...allFaults(faultsOf(now), refused(pointer), now)];

describe('what is wrong with a draft', () => {
  it('is told by its path', () => {
    expect([...faultsOf(aDraft({ name: '' })).keys()]).toEqual(['scenes.0.name.el']);
    expect(faultsOf(draft).size).toBe(0);
  });
  it('includes what the server refused, with its words, until that place is changed', () => {
    const pointer = '/draft/scenes/0/view/portrait/0/settings/title/el';
    expect(standing(pointer, draft)).toEqual([['scenes.0.view.portrait.0.settings.title.el', 'Λείπει.']]);
    expect(standing(pointer, aDraft({ name: 'Άλλος', text: 'Καλημέρα' }))).toHaveLength(1);
    expect(standing(pointer, aDraft({ name: 'Πίνακας', text: 'Καλησπέρα' }))).toEqual([]);
  });
  it('stands for what is missing by what is around it', () => {
    const pointer = '/draft/scenes/0/view/portrait/0/settings/media';
    expect(standing(pointer, draft)).toHaveLength(1);
    expect(standing(pointer, aDraft({ name: 'Πίνακας', text: 'Καλημέρα' }))).toEqual([]);
  });
  it('is read with the scene it is in, once, and nothing is read where nothing was said', () => {
    const said = [
      ['scenes.0.view.portrait.0.settings.media', 'Λείπει.'],
      ['scenes.0.view.landscape.0.settings.media', 'Λείπει.'],
      ['scenes.0.durationSeconds', null],
      ['scenes', 'Πάρα πολλές.'],
    ] as const;
    expect(linesOf(said, draft, 'en')).toEqual(['Πίνακας: Λείπει.', 'Πάρα πολλές.']);
  });
  it('hears nothing of what is not in the draft', () => {
    expect(refused('/version')).toEqual([]);
    expect(refusalsOf(new TypeError('no network'), draft)).toEqual([]);
  });
});

describe('a draft that is too large', () => {
  it('is made smaller where it is largest', () => {
    const scenes = ['α', 'α'.repeat(30), 'α'.repeat(20), 'α'.repeat(40)].flatMap((text) => aDraft({ name: text, text }).scenes);
    expect(largestScenes({ ...draft, scenes }).map(({ name }) => name.el.length)).toEqual([40, 30, 20]);
  });
});
