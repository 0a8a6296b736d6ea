import type { RollbackReason } from '@concierge/contract/release/outcome.ts';

/**
 * Which of the two slots a device starts from. This is decided before anything of a release is loaded, by code that came with the device and
 * is never replaced by a release, so it knows no package.
 *
 * INVARIANTS
 * 1. A slot that has not proven itself is started only while it is pending, and only after that start was counted on disk: at most MAX_STARTS times.
 *    What was installed is not pending: it waits, and no start of the device touches it, until somebody lets it start.
 * 2. The pointer names what is good; an install never touches the slot that it names. So a cut at any moment leaves a good slot, or the program
 *    that came with the device.
 * 3. Everything the chooser decides by is one small file, replaced as a whole. When it is lost, the marks in the slots say what was good.
 * 4. The starts of a good release are counted too, until it has shown itself. That count is a file of its own: lost, or not to be written, it only puts
 *    off what comes of it. A good release is started all the same.
 */
export type SlotName = 'a' | 'b';

/** A release as it lies in a slot. */
export interface SlotRelease {
  readonly slot: SlotName;
  readonly sequence: number;
  /** Of the bundle it came from. */
  readonly sha256: string;
}

/** Complete in its slot, and never started. */
export interface WaitingRelease extends SlotRelease {
  /** Whether the release that installed it had reached the cloud: then this one must, too. */
  readonly cloudWasReachable: boolean;
}

/** Begins with the next start, or is on trial. */
export interface PendingRelease extends WaitingRelease {
  /** How often it was started. */
  readonly starts: number;
}

export interface RolledBack {
  readonly sequence: number;
  readonly sha256: string;
  readonly reason: RollbackReason;
  /** How often this release has been on trial. */
  readonly trials: number;
}

export interface BootPointer {
  /** The last good release; null before the first. */
  readonly current: SlotRelease | null;
  /** Not started before it may be. Beside `pending` and not a mark in it, because a chooser that knows no waiting would start it (ADR 0032). */
  readonly waiting: WaitingRelease | null;
  /** Never together with a waiting one: both lie in the one spare slot. */
  readonly pending: PendingRelease | null;
  /** The highest sequence that was ever good here. Nothing below it is installed. */
  readonly floorSequence: number;
  /** The last release that was given up, until another one proves itself. */
  readonly rolledBack: RolledBack | null;
}

export const newPointer: BootPointer = { current: null, waiting: null, pending: null, floorSequence: 0, rolledBack: null };

/** What is found in a slot that is complete. */
export interface FoundRelease {
  readonly sequence: number;
  readonly sha256: string;
  /** It was good once. */
  readonly proven: boolean;
}
export type FoundSlots = Readonly<Record<SlotName, FoundRelease | null>>;

export interface BootChoice {
  /** The slot to start from; null is the program that came with the device. */
  readonly slot: SlotName | null;
  /** Must be on disk before the slot is started. Null when nothing changes. */
  readonly write: BootPointer | null;
  readonly onTrial: boolean;
}

export const MAX_STARTS = 3;

/** `pointer` is null when there is none, or none that can be read. `found` holds nothing that is not newer than the program that came with the device. */
export function chooseSlot(pointer: BootPointer | null, found: FoundSlots, builtInSequence: number): BootChoice {
  if (pointer === null) {
    const rebuilt = rebuildPointer(found);
    return { slot: rebuilt?.current?.slot ?? null, write: rebuilt, onTrial: false };
  }
  const { waiting, pending } = pointer;
  const installed = waiting ?? pending;
  if (installed !== null && installed.sequence <= builtInSequence) {
    // The device was given a newer image since.
    return { slot: lastGood(pointer, found), write: withdraw(pointer), onTrial: false };
  }
  if (pending === null) return { slot: lastGood(pointer, found), write: null, onTrial: false };
  const complete = holds(found, pending);
  if (complete && pending.starts < MAX_STARTS) {
    return { slot: pending.slot, write: { ...pointer, pending: { ...pending, starts: pending.starts + 1 } }, onTrial: true };
  }
  const given = rollBack(pointer, complete ? 'starts-used-up' : 'slot-damaged');
  return { slot: lastGood(given, found), write: given, onTrial: false };
}

/** Starts of one good release in a row that have shown nothing. */
export interface UnprovenStarts {
  readonly slot: SlotName;
  readonly sha256: string;
  readonly starts: number;
}

/** A card decays, and a cut of the power takes more than one start: the files are read again before the fourth. */
export const CHECKED_AFTER_STARTS = 3;
/** Whole files, and still nothing to be seen: what it is, the program that came with the device may live with, and take the next release. */
export const GIVES_WAY_AFTER_STARTS = 9;

/**
 * Whether the good release is started, checked first, or gives way for one start to the program that came with the device. `counted` is what was written
 * before; `write` goes to disk first, so that a check that never ends is made once.
 */
export function weighStart(
  { slot, sha256 }: Pick<SlotRelease, 'slot' | 'sha256'>,
  counted: UnprovenStarts | null,
): { readonly verdict: 'start' | 'check-first' | 'give-way'; readonly write: UnprovenStarts } {
  const starts = counted?.slot === slot && counted.sha256 === sha256 ? counted.starts : 0;
  if (starts >= GIVES_WAY_AFTER_STARTS) return { verdict: 'give-way', write: { slot, sha256, starts: 0 } };
  return { verdict: starts === CHECKED_AFTER_STARTS ? 'check-first' : 'start', write: { slot, sha256, starts: starts + 1 } };
}

/** The choice when what had to be written could not be: an uncounted start could repeat for ever, so what is good is started instead. */
export function chooseWithoutWriting(pointer: BootPointer | null, found: FoundSlots): BootChoice {
  const good = pointer ?? rebuildPointer(found);
  return { slot: good === null ? null : lastGood(good, found), write: null, onTrial: false };
}

/** The pointer after what waits may begin with the next start. Returns it unchanged when nothing waits, or when it may already. */
export function letStart(pointer: BootPointer): BootPointer {
  return pointer.waiting === null ? pointer : { ...pointer, waiting: null, pending: { ...pointer.waiting, starts: 0 } };
}

/** The pointer after what may begin with the next start may not any longer. Returns it unchanged when there is none, or when it was started. */
export function hold(pointer: BootPointer): BootPointer {
  const { pending } = pointer;
  if (pending === null || pending.starts > 0) return pointer;
  const { starts: _, ...waiting } = pending;
  return { ...pointer, waiting, pending: null };
}

/** The pointer without what waits, may start or is on trial; nothing is held against that release. Returns it unchanged when there is none. */
export function withdraw(pointer: BootPointer): BootPointer {
  return pointer.waiting === null && pointer.pending === null ? pointer : { ...pointer, waiting: null, pending: null };
}

/** What was installed and never started, whether it may be or not. */
export function neverStarted({ waiting, pending }: BootPointer): WaitingRelease | null {
  return waiting ?? (pending?.starts === 0 ? pending : null);
}

/** The pointer after the pending release has proven itself. Returns it unchanged when nothing is pending. */
export function commit(pointer: BootPointer): BootPointer {
  const { pending } = pointer;
  if (pending === null) return pointer;
  const { slot, sequence, sha256 } = pending;
  return {
    current: { slot, sequence, sha256 },
    waiting: null,
    pending: null,
    floorSequence: Math.max(pointer.floorSequence, sequence),
    rolledBack: null,
  };
}

/** The pointer after the pending release was given up. Returns it unchanged when nothing is pending. */
export function rollBack(pointer: BootPointer, reason: RollbackReason): BootPointer {
  const { pending, rolledBack: before } = pointer;
  if (pending === null) return pointer;
  const { sequence, sha256 } = pending;
  const again = before !== null && before.sequence === sequence && before.sha256 === sha256;
  return { ...pointer, pending: null, rolledBack: { sequence, sha256, reason, trials: again ? before.trials + 1 : 1 } };
}

/** The slot that an install may empty: neither the one that runs nor the good one. Null when these are two, as after a rollback until the program ends. */
export function spareSlot(running: SlotName | null, pointer: BootPointer, found: FoundSlots): SlotName | null {
  const good = lastGood(pointer, found);
  const kept = running ?? good;
  if (good !== null && kept !== good) return null;
  return kept === 'a' ? 'b' : 'a';
}

/** What is in a slot and newer than the program that came with the device: a newer image is not undone by an older release beside it. */
export function newerThan(builtInSequence: number, found: FoundRelease | null): FoundRelease | null {
  return found !== null && found.sequence > builtInSequence ? found : null;
}

function lastGood(pointer: BootPointer, found: FoundSlots): SlotName | null {
  if (pointer.current === null) return null;
  if (holds(found, pointer.current)) return pointer.current.slot;
  const other = pointer.current.slot === 'a' ? 'b' : 'a';
  return found[other]?.proven === true ? other : null;
}

function holds(found: FoundSlots, { slot, sequence, sha256 }: SlotRelease): boolean {
  return found[slot]?.sequence === sequence && found[slot]?.sha256 === sha256;
}

/** Without a pointer, only what has proven itself is believed. */
export function rebuildPointer(found: FoundSlots): BootPointer | null {
  const good = (['a', 'b'] as const)
    .flatMap((slot): SlotRelease[] =>
      found[slot]?.proven === true ? [{ slot, sequence: found[slot].sequence, sha256: found[slot].sha256 }] : [],
    )
    .sort((left, right) => right.sequence - left.sequence)[0];
  return good === undefined ? null : { ...newPointer, current: good, floorSequence: good.sequence };
}
