import type { SceneList } from '@concierge/contract/mqtt/scenes.ts';

/** A draft with the ways it came here and back. */
export interface DraftHistory {
  readonly draft: SceneList;
  readonly past: readonly SceneList[];
  readonly future: readonly SceneList[];
  /** What the last step changed: steps of the same kind that follow at once are undone together. */
  readonly lastStep: string | null;
}

const MOST_STEPS = 100;

export function beginHistory(draft: SceneList): DraftHistory {
  return { draft, past: [], future: [], lastStep: null };
}

/** `step` names what is changed, as `text of widget 3`: typing a sentence is one step. Without a name each change is a step of its own. */
export function changed(history: DraftHistory, draft: SceneList, step: string | null): DraftHistory {
  if (draft === history.draft) return history;
  const past = step !== null && step === history.lastStep ? history.past : [...history.past, history.draft].slice(-MOST_STEPS);
  return { draft, past, future: [], lastStep: step };
}

export function undone(history: DraftHistory): DraftHistory {
  const draft = history.past.at(-1);
  if (draft === undefined) return history;
  return { draft, past: history.past.slice(0, -1), future: [history.draft, ...history.future], lastStep: null };
}

export function redone(history: DraftHistory): DraftHistory {
  const [draft, ...future] = history.future;
  if (draft === undefined) return history;
  return { draft, past: [...history.past, history.draft], future, lastStep: null };
}
