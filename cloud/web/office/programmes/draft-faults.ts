import { type Scene, SceneList } from '@concierge/contract/mqtt/scenes.ts';
import type { Language } from '@concierge/contract/text.ts';
import { sceneFaults } from '@concierge/kiosk-renderer/widgets/schemas.ts';
import { ApiProblem } from '../../ui/api/problem.ts';
import { localized } from '../../ui/words/language.ts';

/** Where a draft cannot be kept as it is, `scenes.0.view.portrait.1.settings.title.el`, each with what the server says about it; null where we found it ourselves. */
export type DraftFaults = ReadonlyMap<string, string | null>;

/** What was refused, and how it was then: once that place is another, nobody knows whether it is still wrong. */
export interface Refusal {
  readonly path: string;
  readonly message: string;
  readonly was: unknown;
}

/** What this page finds by itself. A draft with such a fault is not sent. */
export function faultsOf(draft: SceneList): DraftFaults {
  const parsed = SceneList.safeParse(draft);
  const ofForm = parsed.success ? [] : parsed.error.issues;
  return new Map([...ofForm, ...sceneFaults(draft)].map(({ path }) => [path.join('.'), null]));
}

/** What the server found in the draft that it was sent. */
export function refusalsOf(problem: unknown, sent: SceneList): readonly Refusal[] {
  if (!(problem instanceof ApiProblem)) return [];
  return problem.errors
    .filter(({ pointer }) => pointer.startsWith('/draft/'))
    .map(({ pointer, message }) => {
      const path = pointer.split('/').slice(2).join('.');
      return { path, message, was: thingAt(path, sent) };
    });
}

/** Our own faults, and of what was refused that which has not been touched since. */
export function allFaults(own: DraftFaults, refusals: readonly Refusal[], draft: SceneList): DraftFaults {
  const standing = refusals.filter(({ path, was }) => thingAt(path, draft) === was);
  return new Map([...own, ...standing.map(({ path, message }) => [path, message] as const)]);
}

/** What was said of the draft, each with the scene it is in, as lines to read; the same of one scene once. */
export function linesOf(
  said: Iterable<readonly [path: string, message: string | null]>,
  { scenes }: SceneList,
  language: Language,
): string[] {
  const lines = [...said].flatMap(([path, message]) => {
    if (message === null) return [];
    const scene = scenes[Number(/^scenes\.(\d+)/.exec(path)?.[1])];
    return [scene === undefined ? message : `${localized(scene.name, language)}: ${message}`];
  });
  return [...new Set(lines)];
}

const MOST_LARGEST = 3;

/** Where to begin when a draft is too large: the scenes that take the most room, the largest first. */
export function largestScenes({ scenes }: SceneList): readonly Scene[] {
  const sized = scenes.map((scene) => ({ scene, bytes: new TextEncoder().encode(JSON.stringify(scene)).length }));
  return sized
    .toSorted((one, other) => other.bytes - one.bytes)
    .slice(0, MOST_LARGEST)
    .map(({ scene }) => scene);
}

/** Whether anything at the place or inside of it is wrong. */
export function isFaultyWithin(faults: DraftFaults, place: string): boolean {
  return [...faults.keys()].some((path) => path === place || path.startsWith(`${place}.`));
}

/** What stands at the path; where nothing does, the innermost thing around it. Two drafts share it as long as nobody changed it. */
function thingAt(path: string, draft: SceneList): unknown {
  let thing: unknown = draft;
  for (const step of path.split('.')) {
    const inner: unknown = typeof thing === 'object' && thing !== null ? Reflect.get(thing, step) : undefined;
    if (inner === undefined) return thing;
    thing = inner;
  }
  return thing;
}
