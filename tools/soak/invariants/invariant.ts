import type { GlassReading } from '../kiosk/reading.ts';

/** The glass at one moment. */
export interface Look {
  /** On the soak's counter, which only grows. */
  readonly atMs: number;
  /** What time it truly is, as Unix milliseconds, whatever the device's clock says. */
  readonly trueMs: number;
  readonly reading: GlassReading;
  /** Characters of text that can be seen; null for a reading between two looks. */
  readonly characters: number | null;
}

/** Something that is wrong on the glass at that moment. */
export interface Fault {
  /** The same fault at the next look has the same key. */
  readonly key: string;
  readonly says: string;
}

/** One rule that holds at every moment of every scenario. It judges from outside: by what the page says, what the cloud signed, and the true time. */
export interface Invariant {
  readonly name: string;
  readonly rule: string;
  /** A fault that is gone again within this is none: a cross-fade has two scenes on the glass. */
  readonly graceMs: number;
  /** A fault counts from the look before the one that found it: nobody saw when it began. */
  readonly sinceLastGood?: true;
  /** What is wrong; null when this look cannot tell, and what stood goes on standing. */
  see(look: Look): readonly Fault[] | null;
}

/** How wrong the device's clock may be now, because nobody has told it the time. The scenarios say. */
export interface Tolerance {
  readonly clockErrorMs: number;
}

/** The page wakes up to a millisecond late, and its movements end with the next look. */
export const GLASS_LAG_MS = 2_000;
