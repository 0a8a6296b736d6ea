import type { Fault, Invariant, Look } from './invariant.ts';

/** A rule that was broken, with what is needed to find the moment again. */
export interface Violation {
  readonly invariant: string;
  readonly says: string;
  /** On the soak's counter. */
  readonly atMs: number;
  readonly trueTime: string;
  readonly stoodMs: number;
}

/** Holds every look against every invariant. A fault counts once it has stood longer than its rule allows, and once only. */
export interface Watch {
  look(look: Look): void;
  /** Whether anything is wrong now that has not yet stood too long. */
  standing(): boolean;
  /** What a scenario finds by itself. */
  report(invariant: string, says: string): void;
  violations(): readonly Violation[];
  looks(): number;
}

const MOST_VIOLATIONS = 50;

export function createWatch(invariants: readonly Invariant[]): Watch {
  const since = new Map<string, { atMs: number; told: boolean }>();
  const violations: Violation[] = [];
  let looks = 0;
  let last: Look | null = null;
  /** The last one that could tell what can be seen. */
  let previous: Look | null = null;

  function note(invariant: string, says: string, look: Look | null, stoodMs: number): void {
    if (violations.length >= MOST_VIOLATIONS) return;
    violations.push({ invariant, says, atMs: look?.atMs ?? 0, trueTime: new Date(look?.trueMs ?? 0).toISOString(), stoodMs });
  }

  function meet(invariant: Invariant, fault: Fault, look: Look, stillThere: Set<string>): void {
    const key = `${invariant.name} ${fault.key}`;
    stillThere.add(key);
    const sinceMs = invariant.sinceLastGood === true ? (previous?.atMs ?? look.atMs) : look.atMs;
    const known = since.get(key) ?? { atMs: sinceMs, told: false };
    since.set(key, known);
    const stoodMs = look.atMs - known.atMs;
    if (known.told || stoodMs < invariant.graceMs) return;
    known.told = true;
    note(invariant.name, fault.says, look, stoodMs);
  }

  return {
    look(look) {
      looks += 1;
      last = look;
      const stillThere = new Set<string>();
      for (const invariant of invariants) {
        const faults = invariant.see(look);
        if (faults === null) for (const key of since.keys()) if (key.startsWith(`${invariant.name} `)) stillThere.add(key);
        for (const fault of faults ?? []) meet(invariant, fault, look, stillThere);
      }
      for (const key of since.keys()) if (!stillThere.has(key)) since.delete(key);
      if (look.characters !== null) previous = look;
    },
    standing: () => since.size > 0,
    report: (invariant, says) => note(invariant, says, last, 0),
    violations: () => violations,
    looks: () => looks,
  };
}
