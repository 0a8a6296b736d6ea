/** A retained message needs no more than this to be stored; the broker's packets have it and more. */
export interface RetainedMessage {
  readonly topic: string;
  readonly payload: string | Uint8Array;
}

export interface RetainedBounds {
  readonly maxMessages: number;
  readonly maxBytes: number;
}

export interface RetainedMessages<Stored extends RetainedMessage> {
  /** False when storing it would pass the bounds: then nothing has changed. */
  store(message: Stored): boolean;
  remove(topic: string): void;
  /** All messages whose topic matches the filter by MQTT 3.1.1 §4.7. */
  matching(filter: string): Stored[];
  readonly count: number;
  readonly bytes: number;
}

interface Level<Stored> {
  message: Stored | null;
  /** Made when the first child comes: most levels are leaves, and there are as many leaves as messages. */
  children: Map<string, Level<Stored>> | null;
}

/**
 * Retained messages by topic level. A filter without wildcards costs as many look-ups as it has levels, and `nc/v1/+/status` one
 * per device, however many messages there are; so N clients that come back at once cost O(N) and not O(N²).
 */
export function createRetainedMessages<Stored extends RetainedMessage>(bounds: RetainedBounds): RetainedMessages<Stored> {
  const root: Level<Stored> = { message: null, children: null };
  let count = 0;
  let bytes = 0;

  return {
    store(message) {
      const levels = message.topic.split('/');
      const replaced = find(root, levels)?.message ?? null;
      const countAfter = count + (replaced === null ? 1 : 0);
      const bytesAfter = bytes + sizeOf(message) - (replaced === null ? 0 : sizeOf(replaced));
      if (countAfter > bounds.maxMessages || bytesAfter > bounds.maxBytes) return false;
      grow(root, levels).message = message;
      count = countAfter;
      bytes = bytesAfter;
      return true;
    },
    remove(topic) {
      const removed = prune(root, topic.split('/'), 0);
      if (removed === null) return;
      count -= 1;
      bytes -= sizeOf(removed);
    },
    matching(filter) {
      const found: Stored[] = [];
      collect(root, filter.split('/'), 0, found);
      return found;
    },
    get count() {
      return count;
    },
    get bytes() {
      return bytes;
    },
  };
}

function sizeOf(message: RetainedMessage): number {
  return message.topic.length + message.payload.length;
}

function find<Stored>(root: Level<Stored>, levels: readonly string[]): Level<Stored> | undefined {
  let level: Level<Stored> | undefined = root;
  for (const name of levels) level = level?.children?.get(name);
  return level;
}

function grow<Stored>(root: Level<Stored>, levels: readonly string[]): Level<Stored> {
  let level = root;
  for (const name of levels) {
    level.children ??= new Map();
    let child = level.children.get(name);
    if (child === undefined) {
      child = { message: null, children: null };
      level.children.set(name, child);
    }
    level = child;
  }
  return level;
}

/** Takes the message away, and every level that is empty after it: devices come and go for years. */
function prune<Stored>(level: Level<Stored>, levels: readonly string[], depth: number): Stored | null {
  const name = levels[depth];
  if (name === undefined) {
    const { message } = level;
    level.message = null;
    return message;
  }
  const child = level.children?.get(name);
  if (child === undefined) return null;
  const removed = prune(child, levels, depth + 1);
  if (child.message === null && child.children === null) level.children?.delete(name);
  if (level.children?.size === 0) level.children = null;
  return removed;
}

function collect<Stored>(level: Level<Stored>, filter: readonly string[], depth: number, found: Stored[]): void {
  const name = filter[depth];
  if (name === undefined) {
    if (level.message !== null) found.push(level.message);
    return;
  }
  if (name === '#') {
    collectAll(level, depth, found);
    return;
  }
  if (name !== '+') {
    const child = level.children?.get(name);
    if (child !== undefined) collect(child, filter, depth + 1, found);
    return;
  }
  for (const [childName, child] of level.children ?? []) {
    if (!hiddenFromWildcards(childName, depth)) collect(child, filter, depth + 1, found);
  }
}

/** `a/#` matches `a` itself and everything below it. */
function collectAll<Stored>(level: Level<Stored>, depth: number, found: Stored[]): void {
  if (level.message !== null) found.push(level.message);
  for (const [childName, child] of level.children ?? []) {
    if (!hiddenFromWildcards(childName, depth)) collectAll(child, depth + 1, found);
  }
}

/** A filter that begins with a wildcard does not reach the broker's own `$` topics [MQTT-4.7.2-1]. */
function hiddenFromWildcards(levelName: string, depth: number): boolean {
  return depth === 0 && levelName.startsWith('$');
}
