/** Work for many, a few at a time. */
export interface FairTurns {
  /**
   * Adds work of an owner; false when it is dropped because too much waits. Of work with the same `newestOf` only the newest waits, in the place of the one before it, and none of it is dropped.
   */
  add(owner: string, work: () => Promise<void>, newestOf?: string): boolean;
}

interface Waiting {
  readonly newestOf: string | undefined;
  work: () => Promise<void>;
}

/**
 * Every owner has its turn; what one adds is done one after the other, in the order it came; and whoever adds without end waits for itself alone: after `burst` pieces within a window the
 * rest waits for the next window.
 */
export function createFairTurns(limits: {
  readonly atOnce: number;
  readonly mostWaiting: number;
  readonly mostWaitingOfOne: number;
  readonly burst: number;
  readonly windowMs: number;
  onFailure(error: unknown): void;
}): FairTurns {
  const lines = new Map<string, Waiting[]>();
  /** Who has work, is not being served and does not rest, the one that has waited longest first. */
  const turns = new Set<string>();
  const served = new Map<string, number>();
  const beingServed = new Set<string>();
  let waiting = 0;
  let window: NodeJS.Timeout | undefined;

  return {
    add(owner, work, newestOf) {
      const line = lines.get(owner) ?? [];
      const earlier = newestOf === undefined ? undefined : line.find((each) => each.newestOf === newestOf);
      if (earlier !== undefined) {
        earlier.work = work;
        return true;
      }
      if (newestOf === undefined && (waiting >= limits.mostWaiting || line.length >= limits.mostWaitingOfOne)) return false;
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
    while (beingServed.size < limits.atOnce) {
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
        .catch(limits.onFailure)
        .finally(() => {
          beingServed.delete(owner);
          if (lines.has(owner)) queue(owner);
          serve();
        });
    }
  }

  function beginWindow(): void {
    window = undefined;
    served.clear();
    for (const owner of lines.keys()) queue(owner);
    serve();
  }
}
