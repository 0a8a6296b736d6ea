import { createHash } from 'node:crypto';

export interface SeededRandom {
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number;
  pick<Item>(items: readonly Item[]): Item;
}

/** The same numbers for the same seed, from SHA-256 in counter mode: the demo is the same building by building on every machine. */
export function seededRandom(seed: string): SeededRandom {
  let counter = 0;
  const below = (limit: number): number => {
    const digest = createHash('sha256').update(`${seed}:${counter++}`).digest();
    return digest.readUInt32BE(0) % limit;
  };
  return {
    below,
    pick(items) {
      const item = items[below(items.length)];
      if (item === undefined) throw new RangeError('nothing to pick from');
      return item;
    },
  };
}

/** A UUIDv7-shaped id that a name always gets: the date of the demo's first day, then bits of the name's hash. */
export function idOf(name: string): string {
  const hex = createHash('sha256').update(`new-concierge-demo:${name}`).digest('hex');
  return `018f3a00-0000-7${hex.slice(0, 3)}-8${hex.slice(3, 6)}-${hex.slice(6, 18)}`;
}
