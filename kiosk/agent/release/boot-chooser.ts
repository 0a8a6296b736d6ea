import { join } from 'node:path';
import { chooseSlot, chooseWithoutWriting, newerThan, type SlotName } from './boot-rules.ts';
import { createSlotStore, type SlotRecord } from './slots.ts';

/** What a device starts. */
export interface BootRelease extends SlotRecord {
  readonly slot: SlotName;
  /** The file that starts the program, as an absolute path below `folder`. */
  readonly program: string;
  /** Counted already: the release has its time limit to prove itself. */
  readonly onTrial: boolean;
}

/**
 * The release to start now, or null for the program that came with the device, whose sequence is `builtInSequence`. Call it once for each start, before
 * anything of a release is loaded: it counts the start of a release on trial. It loads no package and never throws, whatever it finds on the disk.
 */
export function bootRelease(folder: string, builtInSequence: number): BootRelease | null {
  try {
    const store = createSlotStore(folder);
    const pointer = store.pointer();
    const found = { a: newerThan(builtInSequence, store.found('a')), b: newerThan(builtInSequence, store.found('b')) };
    let choice = chooseSlot(pointer, found, builtInSequence);
    if (choice.write !== null) {
      try {
        store.writePointer(choice.write);
      } catch {
        choice = chooseWithoutWriting(pointer, found);
      }
    }
    const record = choice.slot === null ? null : store.record(choice.slot);
    if (choice.slot === null || record === null) return null;
    return { ...record, slot: choice.slot, program: join(store.filesOf(choice.slot), record.entry), onTrial: choice.onTrial };
  } catch {
    return null;
  }
}
