/** Who wants messages of which topics. Keeps equal entries apart: added twice, a listener is called twice. */
export interface SubscriptionIndex<Listener> {
  add(filter: string, listener: Listener): void;
  remove(filter: string, listener: Listener): void;
  /** All listeners whose filter matches the topic by MQTT 3.1.1 §4.7, except the rule about `$`, which is for the caller. */
  matching(topic: string): Listener[];
  readonly count: number;
}

interface Level<Listener> {
  readonly children: Map<string, Level<Listener>>;
  listeners: Listener[];
}

/**
 * Filters without wildcards, nearly all there are, are one look-up in a map and cost one entry in it. Filters with wildcards are
 * found level by level, so that their number does not matter either: every device has one for its commands.
 */
export function createSubscriptionIndex<Listener>(): SubscriptionIndex<Listener> {
  const exact = new Map<string, Listener[]>();
  const root: Level<Listener> = { children: new Map(), listeners: [] };
  let count = 0;

  return {
    add(filter, listener) {
      count += 1;
      if (hasWildcard(filter)) {
        grow(root, filter.split('/')).listeners.push(listener);
        return;
      }
      const listeners = exact.get(filter);
      if (listeners === undefined) exact.set(filter, [listener]);
      else listeners.push(listener);
    },
    remove(filter, listener) {
      if (hasWildcard(filter)) {
        if (prune(root, filter.split('/'), 0, listener)) count -= 1;
        return;
      }
      const listeners = exact.get(filter);
      if (listeners === undefined || !removeOne(listeners, listener)) return;
      count -= 1;
      if (listeners.length === 0) exact.delete(filter);
    },
    matching(topic) {
      const found = exact.get(topic)?.slice() ?? [];
      if (root.children.size > 0) collect(root, topic.split('/'), 0, found);
      return found;
    },
    get count() {
      return count;
    },
  };
}

function hasWildcard(filter: string): boolean {
  return filter.includes('+') || filter.includes('#');
}

function grow<Listener>(root: Level<Listener>, levels: readonly string[]): Level<Listener> {
  let level = root;
  for (const name of levels) {
    let child = level.children.get(name);
    if (child === undefined) {
      child = { children: new Map(), listeners: [] };
      level.children.set(name, child);
    }
    level = child;
  }
  return level;
}

/** Removes the listener, and every level that is empty after it. False when it was not there. */
function prune<Listener>(level: Level<Listener>, levels: readonly string[], depth: number, listener: Listener): boolean {
  const name = levels[depth];
  if (name === undefined) return removeOne(level.listeners, listener);
  const child = level.children.get(name);
  if (child === undefined || !prune(child, levels, depth + 1, listener)) return false;
  if (child.listeners.length === 0 && child.children.size === 0) level.children.delete(name);
  return true;
}

function collect<Listener>(level: Level<Listener>, topic: readonly string[], depth: number, found: Listener[]): void {
  const some = level.children.get('#');
  if (some !== undefined) found.push(...some.listeners);
  const name = topic[depth];
  if (name === undefined) {
    found.push(...level.listeners);
    return;
  }
  const same = level.children.get(name);
  if (same !== undefined) collect(same, topic, depth + 1, found);
  const any = level.children.get('+');
  if (any !== undefined) collect(any, topic, depth + 1, found);
}

function removeOne<Listener>(listeners: Listener[], listener: Listener): boolean {
  const index = listeners.indexOf(listener);
  if (index < 0) return false;
  listeners.splice(index, 1);
  return true;
}
