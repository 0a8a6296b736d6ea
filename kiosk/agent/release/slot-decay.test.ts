import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { temporaryDirectory } from '../testing/kiosk.ts';
import { bootRelease } from './boot-chooser.ts';
import { CHECKED_AFTER_STARTS, GIVES_WAY_AFTER_STARTS, newPointer, type SlotName } from './boot-rules.ts';
import { createSlotStore, type SlotStore } from './slots.ts';
import { sha256 } from './testing/bundles.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let store: SlotStore;
beforeEach(() => {
  directory = temporaryDirectory();
  store = createSlotStore(directory.path);
  lay('a', 1);
  lay('b', 2);
  store.writePointer({ ...newPointer, current: { slot: 'b', sequence: 2, sha256: sha256('2') }, floorSequence: 2 });
});
afterEach(() => directory[Symbol.dispose]());

/** A release that was good once, as an install leaves it. */
function lay(slot: SlotName, sequence: number): void {
  const content = { 'main.mjs': `release ${sequence}`, 'assets/picture': `picture ${sequence}`, empty: '' };
  store.clear(slot);
  mkdirSync(join(store.filesOf(slot), 'assets'));
  for (const [path, body] of Object.entries(content)) writeFileSync(join(store.filesOf(slot), path), body);
  const hashes = Object.entries(content).map(([path, body]) => [path, sha256(body)] as const);
  store.seal(slot, { sequence, sha256: sha256(String(sequence)), version: `1.${sequence}.0`, entry: 'main.mjs' }, hashes);
  store.markProven(slot);
}

/** What is started when the device is started so often and nothing of it is seen; 0 is the program that came with it. */
const startsUnseen = (count: number): number[] => Array.from({ length: count }, () => bootRelease(directory.path, 0)?.sequence ?? 0);
const times = (count: number, sequence: number): number[] => Array<number>(count).fill(sequence);

it.each<{ what: string; damage: (files: string) => void }>([
  { what: 'a file that is not the entry is shorter', damage: (files) => truncateSync(join(files, 'assets/picture'), 3) },
  { what: 'a file is gone', damage: (files) => rmSync(join(files, 'assets'), { recursive: true }) },
  {
    what: 'a folder lies in the place of a file',
    damage(files) {
      rmSync(join(files, 'empty'));
      mkdirSync(join(files, 'empty'));
    },
  },
  {
    what: 'a link lies in the place of a file',
    damage(files) {
      rmSync(join(files, 'empty'));
      symlinkSync('/dev/null', join(files, 'empty'));
    },
  },
  { what: 'the entry holds other bytes', damage: (files) => writeFileSync(join(files, 'main.mjs'), 'release ?') },
])('when $what, the other release is started after some starts that have shown nothing', ({ damage }) => {
  damage(store.filesOf('b'));
  expect(startsUnseen(CHECKED_AFTER_STARTS + 3)).toEqual([...times(CHECKED_AFTER_STARTS, 2), 1, 1, 1]);
  expect(store.found('b')).toBeNull();
});

it('is looked for in the other slot too, before the program that came with the device', () => {
  for (const slot of ['a', 'b'] as const) truncateSync(join(store.filesOf(slot), 'assets/picture'), 0);
  expect(startsUnseen(2 * CHECKED_AFTER_STARTS + 2)).toEqual([...times(CHECKED_AFTER_STARTS, 2), ...times(CHECKED_AFTER_STARTS, 1), 0, 0]);
});

it('is not why a release proves nothing whose files are whole: the program that came with the device has one start in ten', () => {
  const inARow = times(GIVES_WAY_AFTER_STARTS, 2);
  expect(startsUnseen(2 * GIVES_WAY_AFTER_STARTS + 2)).toEqual([...inARow, 0, ...inARow, 0]);
});

it.each(['', '{', '[["main.mjs",1]]', '[["../boot.json","0"]]', '[]', null])('is not found by hashes that are lost: %j', (put) => {
  const hashes = join(directory.path, 'slots/b/hashes.json');
  if (put === null) rmSync(hashes);
  else writeFileSync(hashes, put);
  expect(startsUnseen(CHECKED_AFTER_STARTS + 1)).toEqual(times(CHECKED_AFTER_STARTS + 1, 2));
});

it('is not looked for while the card takes no count, and a count that is damaged is none', () => {
  // Root writes where it likes, so the name that the count is first written under is taken instead.
  mkdirSync(join(directory.path, 'starts.json.partial/in-the-way'), { recursive: true });
  expect(startsUnseen(2 * GIVES_WAY_AFTER_STARTS)).toEqual(times(2 * GIVES_WAY_AFTER_STARTS, 2));
  rmSync(join(directory.path, 'starts.json.partial'), { recursive: true });
  for (const damage of ['', '{', '{"slot":"b","sha256":"0","starts":99}', '\0'.repeat(300)]) {
    writeFileSync(join(directory.path, 'starts.json'), damage);
    expect(startsUnseen(1), damage).toEqual([2]);
  }
});
