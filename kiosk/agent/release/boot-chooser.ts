import { join } from 'node:path';
import { type BootPointer, chooseSlot, chooseWithoutWriting, type FoundSlots, newerThan, type SlotName, weighStart } from './boot-rules.ts';
import { hasDecayed } from './slot-decay.ts';
import { createSlotStore, type SlotRecord, type SlotStore } from './slots.ts';

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
 * anything of a release is loaded: it counts the start. It loads no package and never throws, whatever it finds on the disk.
 */
export function bootRelease(folder: string, builtInSequence: number): BootRelease | null {
  try {
    const store = createSlotStore(folder);
    const before = store.pointer();
    const found = { a: newerThan(builtInSequence, store.found('a')), b: newerThan(builtInSequence, store.found('b')) };
    let choice = chooseSlot(before, found, builtInSequence);
    if (choice.write !== null) {
      try {
        store.writePointer(choice.write);
      } catch {
        choice = chooseWithoutWriting(before, found);
      }
    }
    const slot = choice.onTrial ? choice.slot : goodSlot(store, choice.write ?? before, found);
    const record = slot === null ? null : store.record(slot);
    if (slot === null || record === null) return null;
    return { ...record, slot, program: join(store.filesOf(slot), record.entry), onTrial: choice.onTrial };
  } catch {
    return null;
  }
}

/** The good slot, or the other one when its files have decayed, which is looked at after some starts that have shown nothing. */
function goodSlot(store: SlotStore, pointer: BootPointer | null, found: FoundSlots): SlotName | null {
  const { slot } = chooseWithoutWriting(pointer, found);
  const release = slot === null ? null : found[slot];
  if (slot === null || release === null) return null;
  const { verdict, write } = weighStart({ slot, sha256: release.sha256 }, store.unprovenStarts());
  try {
    store.writeUnprovenStarts(write);
  } catch {
    return slot;
  }
  if (verdict === 'give-way') return null;
  const hashes = verdict === 'check-first' ? store.hashes(slot) : null;
  if (hashes === null || !hasDecayed(store.filesOf(slot), hashes)) return slot;
  // Invalid as any slot whose files are not complete; the same release may be installed there again.
  store.invalidate(slot);
  return goodSlot(store, pointer, { ...found, [slot]: null });
}
