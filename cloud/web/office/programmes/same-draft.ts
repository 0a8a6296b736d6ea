import { SceneList } from '@concierge/contract/mqtt/scenes.ts';

/** Whether two drafts say the same, as the server keeps them: it trims texts, and a row comes back with its keys in another order. */
export function isSameDraft(one: SceneList, other: SceneList): boolean {
  return one === other || isSame(asKept(one), asKept(other));
}

function asKept(draft: SceneList): unknown {
  const parsed = SceneList.safeParse(draft);
  return parsed.success ? parsed.data : draft;
}

function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return one === other;
  const [mine, theirs] = [Object.entries(one), new Map(Object.entries(other))];
  return (
    Array.isArray(one) === Array.isArray(other) &&
    mine.length === theirs.size &&
    mine.every(([key, value]) => theirs.has(key) && isSame(value, theirs.get(key)))
  );
}
