import type { DisplayConfig } from '@concierge/contract/http/display-configs.ts';
import type { SceneList } from '@concierge/contract/mqtt/scenes.ts';
import { describe, expect, it } from 'vitest';
import { ApiProblem } from '../../ui/api/problem.ts';
import { createDraftSaver } from './draft-saver.ts';
import { aDraft } from './sample-draft.ts';

const offline = () => new ApiProblem({ code: 'offline', status: 0 });
const conflict = () => new ApiProblem({ code: 'version-conflict', status: 409 });
const notFound = () => new ApiProblem({ code: 'not-found', status: 404 });
const refused = () =>
  new ApiProblem({
    code: 'invalid-fields',
    status: 400,
    errors: [{ pointer: '/draft/scenes/0/view/portrait/0/settings/title', message: 'Λείπει.' }],
  });

const aRow = (version: number, draft: SceneList = aDraft()): DisplayConfig => ({
  id: '01900000-0000-7000-8000-000000000009',
  name: 'Είσοδος',
  buildingId: null,
  sceneCount: 1,
  published: null,
  hasChanges: true,
  deviceCount: 0,
  deviceIds: [],
  version,
  draft,
});

/** A saver whose server and clock are in the hands of the test. */
function aSaver(row = aRow(1)) {
  const sent: { draft: SceneList; version: number; answer(reply: DisplayConfig | Error): Promise<void> }[] = [];
  const timers = new Set<{ durationMs: number; work(): void }>();
  const kept: DisplayConfig[] = [];
  const theirs = aRow(7, aDraft({ name: 'Δικό τους' }));
  let readTheirs = async () => theirs;
  const saver = createDraftSaver(row, {
    save: (draft, version) =>
      new Promise((resolve, reject) => {
        sent.push({
          draft,
          version,
          async answer(reply) {
            if (reply instanceof Error) reject(reply);
            else resolve(reply);
            await settled();
          },
        });
      }),
    readTheirs: () => readTheirs(),
    onKept: (config) => kept.push(config),
    after(durationMs, work) {
      const timer = { durationMs, work };
      timers.add(timer);
      return () => timers.delete(timer);
    },
  });
  saver.start();
  return {
    saver,
    sent,
    kept,
    theirs,
    /** How long the saver waits until it does something by itself; empty when it waits for somebody. */
    waitsMs: () => [...timers].map(({ durationMs }) => durationMs),
    wait() {
      const due = [...timers];
      timers.clear();
      for (const { work } of due) work();
    },
    /** What the server has by now. */
    serverHas(row: DisplayConfig) {
      readTheirs = async () => row;
    },
    deleteTheirs() {
      readTheirs = () => Promise.reject(notFound());
    },
    change: (name: string) => saver.change(aDraft({ name })),
    save: () => saver.state().save.kind,
    name: () => saver.state().draft.scenes[0]?.name.el,
  };
}
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('the draft of a programme', () => {
  it('is sent when the typing pauses, once, and what was typed meanwhile goes with the next', async () => {
    const { change, wait, sent, save, waitsMs } = aSaver();
    change('Α');
    change('Αβ');
    expect(save()).toBe('waiting');
    wait();
    change('Αβγ');
    expect(save()).toBe('saving');
    expect(sent.map(({ draft, version }) => [draft.scenes[0]?.name.el, version])).toEqual([['Αβ', 1]]);
    await sent[0]?.answer(aRow(2));
    expect(save()).toBe('waiting');
    wait();
    await sent[1]?.answer(aRow(3));
    expect([save(), sent[1]?.version, waitsMs()]).toEqual(['saved', 2, []]);
  });
  it('is not sent while something is wrong with it', () => {
    const { change, wait, sent, saver } = aSaver();
    change('');
    wait();
    expect(sent).toEqual([]);
    expect([...saver.state().faults.keys()]).toEqual(['scenes.0.name.el']);
  });
  it('is saved again when one has undone back to what is saved', () => {
    const { change, saver, save, waitsMs } = aSaver();
    change('Α');
    saver.undo();
    expect([save(), waitsMs()]).toEqual(['saved', []]);
  });
});

describe('a save that fails', () => {
  it('is tried again by itself, each time later, at once when the network is back, and is said all the while', async () => {
    const { change, wait, sent, save, saver, waitsMs } = aSaver();
    change('Α');
    for (const pauseMs of [3_000, 6_000, 12_000, 24_000, 48_000, 60_000, 60_000]) {
      wait();
      await sent.at(-1)?.answer(offline());
      expect([save(), waitsMs()]).toEqual(['failed', [pauseMs]]);
    }
    saver.online();
    expect(waitsMs()).toEqual([0]);
    wait();
    expect(save()).toBe('failed');
    const { length } = sent;
    saver.retry();
    expect([save(), sent.length]).toEqual(['saving', length]);
    await sent.at(-1)?.answer(aRow(2));
    expect(save()).toBe('saved');
  });
  it('is tried again as soon as somebody types on', async () => {
    const { change, wait, sent, save, waitsMs } = aSaver();
    change('Α');
    wait();
    await sent[0]?.answer(offline());
    change('Αβ');
    expect(waitsMs()).toEqual([700]);
    wait();
    await sent[1]?.answer(aRow(2));
    expect(save()).toBe('saved');
  });
  it('stays where the server refuses it, says where, and is tried again when that is changed', async () => {
    const { saver, change, wait, sent, save, waitsMs } = aSaver();
    change('Α');
    wait();
    await sent[0]?.answer(refused());
    expect([save(), waitsMs()]).toEqual(['failed', []]);
    expect([...saver.state().faults]).toEqual([['scenes.0.view.portrait.0.settings.title', 'Λείπει.']]);
    saver.change(aDraft({ name: 'Α', text: 'Άλλο' }));
    expect([save(), saver.state().faults.size, waitsMs()]).toEqual(['waiting', 0, [700]]);
  });
});

describe('a save whose reply is lost', () => {
  it('is saved when the row has it, and nobody is blamed for it', async () => {
    const { change, wait, sent, serverHas, save, saver, waitsMs, kept } = aSaver();
    change(' Α ');
    wait();
    await sent[0]?.answer(offline());
    expect([save(), saver.state().isUnsaved]).toEqual(['failed', true]);
    // The database trims texts and puts keys in an order of its own.
    const { scenes, ...rest } = aDraft({ name: 'Α' });
    serverHas(aRow(2, { scenes: scenes.map((scene) => Object.fromEntries(Object.entries(scene).toReversed()) as typeof scene), ...rest }));
    wait();
    expect(sent[1]).toMatchObject({ version: 1 });
    await sent[1]?.answer(conflict());
    expect([save(), saver.state().version, saver.state().isUnsaved, waitsMs()]).toEqual(['saved', 2, false, []]);
    expect(kept.at(-1)?.version).toBe(2);
  });
  it('is no conflict for what was typed on', async () => {
    const { change, wait, sent, serverHas, save, name, waitsMs } = aSaver();
    change('Α');
    wait();
    await sent[0]?.answer(offline());
    change('Αβ');
    wait();
    await sent[1]?.answer(offline());
    serverHas(aRow(2, aDraft({ name: 'Α' })));
    change('Αβγ');
    wait();
    await sent[2]?.answer(conflict());
    expect([save(), waitsMs()]).toEqual(['waiting', [700]]);
    wait();
    expect(sent[3]).toMatchObject({ version: 2 });
    await sent[3]?.answer(aRow(3));
    expect([save(), name()]).toEqual(['saved', 'Αβγ']);
  });
  it.each([
    ['no network', offline()],
    ['a reply that cannot be read', new TypeError('no such reply')],
  ])('leaves nothing that counts as saved, so that an undo is sent too: %s', async (_, lost) => {
    const { change, wait, sent, serverHas, save, saver, name } = aSaver();
    const before = name();
    change('Α');
    wait();
    await sent[0]?.answer(lost);
    saver.undo();
    expect([name(), saver.state().isUnsaved]).toEqual([before, true]);
    wait();
    serverHas(aRow(2, aDraft({ name: 'Α' })));
    await sent[1]?.answer(conflict());
    wait();
    expect([sent[2]?.draft.scenes[0]?.name.el, sent[2]?.version]).toEqual([before, 2]);
    await sent[2]?.answer(aRow(3));
    expect(save()).toBe('saved');
  });
  it('is met as a conflict where the row has something else', async () => {
    const { change, wait, sent, save, theirs, saver } = aSaver();
    change('Α');
    wait();
    await sent[0]?.answer(offline());
    wait();
    await sent[1]?.answer(conflict());
    expect(saver.state().save).toEqual({ kind: 'conflict', theirs });
    saver.undo();
    expect([save(), saver.state().isUnsaved]).toEqual(['conflict', true]);
  });
});

describe('somebody else', () => {
  it('who gave the row another name, or published it, did nothing to the draft: ours goes on', async () => {
    const { change, wait, sent, serverHas, save } = aSaver();
    change('Α');
    wait();
    serverHas({ ...aRow(2), name: 'Άλλο όνομα' });
    await sent[0]?.answer(conflict());
    expect(save()).toBe('waiting');
    wait();
    expect(sent[1]).toMatchObject({ version: 2 });
    await sent[1]?.answer(aRow(3));
    expect(save()).toBe('saved');
  });
  it('who saved in between is met, and nothing is sent before one has chosen', async () => {
    const { change, wait, sent, saver, theirs, save, name, waitsMs } = aSaver();
    change('Δικό μου');
    wait();
    await sent[0]?.answer(conflict());
    expect(saver.state().save).toEqual({ kind: 'conflict', theirs });
    change('Δικό μου, κι άλλο');
    saver.online();
    expect([save(), waitsMs()]).toEqual(['conflict', []]);
    saver.overwrite(theirs);
    expect(sent[1]).toMatchObject({ version: 7 });
    await sent[1]?.answer(aRow(8));
    expect([save(), name()]).toEqual(['saved', 'Δικό μου, κι άλλο']);
  });
  it('whose form is taken can be undone, and ours goes over theirs only then', async () => {
    const { change, wait, sent, saver, theirs, save, name } = aSaver();
    change('Δικό μου');
    wait();
    await sent[0]?.answer(conflict());
    saver.take(theirs);
    expect([save(), name(), saver.state().version]).toEqual(['saved', 'Δικό τους', 7]);
    saver.undo();
    wait();
    expect(sent[1]).toMatchObject({ version: 7 });
    expect(name()).toBe('Δικό μου');
  });
  it('who deleted it is told of, whether by a save or by a reading, and nothing is sent any more', async () => {
    const bySaving = aSaver();
    bySaving.change('Α');
    bySaving.wait();
    await bySaving.sent[0]?.answer(notFound());
    const afterConflict = aSaver();
    afterConflict.deleteTheirs();
    afterConflict.change('Α');
    afterConflict.wait();
    await afterConflict.sent[0]?.answer(conflict());
    const byReading = aSaver();
    byReading.change('Α');
    byReading.saver.gone();
    for (const { save, name, change, waitsMs } of [bySaving, afterConflict, byReading]) {
      expect([save(), name()]).toEqual(['gone', 'Α']);
      change('Αβ');
      expect([save(), waitsMs()]).toEqual(['gone', []]);
    }
  });
});

describe('a newer row of the server', () => {
  it('is shown where nobody has done anything yet, and there is nothing to undo then', () => {
    const { saver, theirs, name, save } = aSaver();
    saver.follow(theirs);
    expect([name(), save(), saver.state().version, saver.state().mayUndo]).toEqual(['Δικό τους', 'saved', 7, false]);
    saver.follow(aRow(6));
    expect(name()).toBe('Δικό τους');
  });
  it('waits where somebody works, saved or not', async () => {
    const { change, wait, sent, saver, theirs, name } = aSaver();
    change('Α');
    saver.follow(theirs);
    expect([name(), saver.state().version]).toEqual(['Α', 1]);
    wait();
    await sent[0]?.answer(aRow(2));
    saver.follow(theirs);
    expect([name(), saver.state().version]).toEqual(['Α', 2]);
  });
});

describe('what was published or renamed from here', () => {
  it('brings its version and leaves the draft and its history alone', async () => {
    const { change, wait, sent, saver, save } = aSaver();
    change('Α');
    wait();
    await sent[0]?.answer(aRow(2));
    const before = saver.state();
    saver.versioned(aRow(3));
    expect(saver.state()).toEqual({ ...before, version: 3 });
    expect(save()).toBe('saved');
  });
});

describe('whoever leaves', () => {
  it('takes nothing along that is not saved', async () => {
    const { change, sent, saver } = aSaver();
    change('Α');
    const left = saver.settle();
    await settled();
    await sent[0]?.answer(aRow(2));
    expect(await left).toBe(true);
  });
  it('waits for the save that is on its way, and for the one after it', async () => {
    const { change, wait, sent, saver } = aSaver();
    change('Α');
    wait();
    change('Αβ');
    const left = saver.settle();
    await sent[0]?.answer(aRow(2));
    expect(sent).toHaveLength(2);
    await sent[1]?.answer(aRow(3));
    expect(await left).toBe(true);
  });
  it('is told at once where something cannot be saved', async () => {
    const { change, saver, sent } = aSaver();
    change('');
    expect(await saver.settle()).toBe(false);
    expect(sent).toEqual([]);
  });
  it('is told when the save fails, or takes too long', async () => {
    const failing = aSaver();
    failing.change('Α');
    const failed = failing.saver.settle();
    await settled();
    await failing.sent[0]?.answer(offline());
    expect(await failed).toBe(false);
    const onItsWay = aSaver();
    onItsWay.change('Α');
    onItsWay.wait();
    const alsoFailed = onItsWay.saver.settle();
    await onItsWay.sent[0]?.answer(offline());
    expect([await alsoFailed, onItsWay.sent.length]).toEqual([false, 1]);
    const slow = aSaver();
    slow.change('Α');
    const late = slow.saver.settle();
    await settled();
    expect(slow.waitsMs()).toEqual([5_000]);
    slow.wait();
    expect(await late).toBe(false);
  });
});
