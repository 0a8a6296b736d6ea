/** Work for many, a few at a time. */
export interface FairTurns {
  /**
   * Adds work of an owner; false when it is dropped because too much waits. Of work with the same `newestOf` only the newest waits, behind all that came before it, and none of it is dropped.
   */
  add(owner: string, work: () => Promise<void>, newestOf?: string): boolean;
}

interface Waiting {
  readonly newestOf: string | undefined;
  readonly work: () => Promise<void>;
}

/**
 * Every owner has its turn; what one adds is done one after the other, in the order it came; and whoever adds without end waits for itself alone: after `burst` pieces within a window the
 * rest waits for the next window.
 *
 * What fails because the other side is away is kept in its place, and all rest for a while, then longer: one piece tries whether it is back. What fails otherwise is dropped.
 */
export function createFairTurns(limits: {
  readonly atOnce: number;
  readonly mostWaiting: number;
  readonly mostWaitingOfOne: number;
  readonly burst: number;
  readonly windowMs: number;
  /** Whether the other side is away, so that the same work may succeed later. */
  isAway(error: unknown): boolean;
  /** The first rest, and the longest: each is twice the one before. */
  readonly restMs: { readonly least: number; readonly most: number };
  onFailure(error: unknown, kept: boolean): void;
}): FairTurns {
  const lines = new Map<string, Waiting[]>();
  /** Who has work, is not being served and does not rest, the one that has waited longest first. */
  const turns = new Set<string>();
  const served = new Map<string, number>();
  const beingServed = new Set<string>();
  let waiting = 0;
  let window: NodeJS.Timeout | undefined;
  let rests = 0;
  let rest: NodeJS.Timeout | undefined;

  return {
    add(owner, work, newestOf) {
      const line = lines.get(owner) ?? [];
      const earlier = newestOf === undefined ? -1 : line.findIndex((each) => each.newestOf === newestOf);
      if (earlier >= 0) waiting -= line.splice(earlier, 1).length;
      else if (newestOf === undefined && (waiting >= limits.mostWaiting || line.length >= limits.mostWaitingOfOne)) return false;
      line.push({ newestOf, work });
      lines.set(owner, line);
      waiting += 1;
      queue(owner);
      serve();
      return true;
    },
  };

  function queue(owner: string): void {
    if (!beingServed.has(owner) && (served.get(owner) ?? 0) < limits.burst) turns.add(owner);
  }

  function serve(): void {
    while (rest === undefined && beingServed.size < (rests > 0 ? 1 : limits.atOnce)) {
      const [owner] = turns;
      if (owner === undefined) return;
      turns.delete(owner);
      const line = lines.get(owner) ?? [];
      const next = line.shift();
      if (line.length === 0) lines.delete(owner);
      if (next === undefined) continue;
      waiting -= 1;
      beingServed.add(owner);
      served.set(owner, (served.get(owner) ?? 0) + 1);
      window ??= setTimeout(beginWindow, limits.windowMs).unref();
      next
        .work()
        .then(
          () => {
            rests = 0;
          },
          (error: unknown) => failed(owner, next, error),
        )
        .finally(() => {
          beingServed.delete(owner);
          if (lines.has(owner)) queue(owner);
          serve();
        });
    }
  }

  function failed(owner: string, failing: Waiting, error: unknown): void {
    if (!limits.isAway(error)) return limits.onFailure(error, false);
    const line = lines.get(owner) ?? [];
    const isOld = failing.newestOf !== undefined && line.some((each) => each.newestOf === failing.newestOf);
    if (!isOld) {
      line.unshift(failing);
      lines.set(owner, line);
      waiting += 1;
    }
    // Of several that were under way together the first one tells it.
    if (rest !== undefined) return;
    limits.onFailure(error, true);
    rest = setTimeout(
      () => {
        rest = undefined;
        serve();
      },
      Math.min(limits.restMs.least * 2 ** rests, limits.restMs.most),
    ).unref();
    rests += 1;
  }

  function beginWindow(): void {
    window = undefined;
    served.clear();
    for (const owner of lines.keys()) queue(owner);
    serve();
  }
}
