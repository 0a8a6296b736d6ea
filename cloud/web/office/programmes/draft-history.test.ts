import type { SceneList } from '@concierge/contract/mqtt/scenes.ts';
import { describe, expect, it } from 'vitest';
import { beginHistory, changed, redone, undone } from './draft-history.ts';
import { aDraft } from './sample-draft.ts';

const list = (name: string): SceneList => aDraft({ name });
const nameOf = ({ draft }: { draft: SceneList }) => draft.scenes[0]?.name.el;

describe('the history of a draft', () => {
  it('goes back and forth', () => {
    const third = changed(changed(beginHistory(list('α')), list('β'), null), list('γ'), null);
    expect([nameOf(undone(third)), nameOf(undone(undone(third))), nameOf(redone(undone(third)))]).toEqual(['β', 'α', 'γ']);
    expect(nameOf(undone(undone(undone(third))))).toBe('α');
  });
  it('takes the typing of one text for one step', () => {
    let history = beginHistory(list(''));
    for (const text of ['Α', 'Αν', 'Ανα']) history = changed(history, list(text), 'name');
    expect(nameOf(undone(history))).toBe('');
  });
  it('forgets what was undone once something else is done', () => {
    const other = changed(undone(changed(beginHistory(list('α')), list('β'), null)), list('γ'), null);
    expect(nameOf(redone(other))).toBe('γ');
  });
});
