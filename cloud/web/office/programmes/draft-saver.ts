import type { DisplayConfig } from '@concierge/contract/http/display-configs.ts';
import type { SceneList } from '@concierge/contract/mqtt/scenes.ts';
import { ApiProblem, isPassing } from '../../ui/api/problem.ts';
import { allFaults, type DraftFaults, faultsOf, type Refusal, refusalsOf } from './draft-faults.ts';
import { beginHistory, changed, type DraftHistory, redone, undone } from './draft-history.ts';
import { isSameDraft } from './same-draft.ts';

/** Typing that pauses this long is saved. */
const SAVE_AFTER_MS = 700;
/** After a failure that may pass it is tried again, each time after twice as long. */
const FIRST_PAUSE_MS = 3_000;
const LONGEST_PAUSE_MS = 60_000;
/** Whoever leaves waits this long for the last save, and is asked then. */
const MOST_WAIT_MS = 5_000;
/** So many drafts that were sent and never answered are remembered. */
const MOST_UNANSWERED = 50;

/** Why what is on the screen is not kept, as long as that is so. */
type Trouble =
  | { readonly kind: 'failed'; readonly problem: unknown }
  /** Somebody else saved in between; `theirs` is how it is now. */
  | { readonly kind: 'conflict'; readonly theirs: DisplayConfig }
  /** Somebody else deleted it: there is nothing to save to. */
  | { readonly kind: 'gone' };

export type SaveState = { readonly kind: 'saved' | 'waiting' | 'saving' } | Trouble;

export interface DraftState {
  readonly draft: SceneList;
  readonly faults: DraftFaults;
  readonly save: SaveState;
  /** What is on the screen is not what the server has. */
  readonly isUnsaved: boolean;
  /** The version that the draft was made from, for publishing it. */
  readonly version: number;
  readonly mayUndo: boolean;
  readonly mayRedo: boolean;
}

export interface DraftSaver {
  state(): DraftState;
  /** Calls back whenever the state is another one. */
  subscribe(listener: () => void): () => void;
  start(): void;
  /** Nothing is begun any more; what is on its way arrives. */
  stop(): void;
  /** `step` names what is changed: what follows at once under the same name is undone with it. */
  change(draft: SceneList, step?: string): void;
  undo(): void;
  redo(): void;
  /** Another row of the server's counts from now on, as a step that can be undone: what was gone back to, or chosen after a conflict. */
  take(config: DisplayConfig): void;
  /** The server has a newer row. Where nobody has done anything here it is shown as if it had been opened now; otherwise `version` stays behind it. */
  follow(config: DisplayConfig): void;
  /** The row was published or renamed from here, with the draft as it is: only its version is another. */
  versioned(config: DisplayConfig): void;
  /** After a conflict: ours is saved over theirs. */
  overwrite(theirs: DisplayConfig): void;
  /** Somebody deleted it. */
  gone(): void;
  retry(): void;
  /** The browser has a network again. */
  online(): void;
  /** Saves at once what can be saved; whether nothing is unsaved then. */
  settle(): Promise<boolean>;
}

export interface DraftSaverDeps {
  save(draft: SceneList, version: number): Promise<DisplayConfig>;
  readTheirs(): Promise<DisplayConfig>;
  /** The newest row that is known. */
  onKept(config: DisplayConfig): void;
  after(durationMs: number, work: () => void): () => void;
}

/**
 * The draft of a programme while somebody works on it: it saves itself when the typing pauses, and every step can be undone.
 *
 * INVARIANTS
 * 1. At most one save is on its way; what is changed meanwhile goes with the next.
 * 2. The version is that of the row whose draft was kept or taken here, or that somebody chose to write over: another manager's work is met as a conflict and never lost.
 * 3. Only a reply to this very draft makes it saved, or the row that has it. After a save whose outcome nobody knows no draft counts as saved, not even the one before.
 * 4. A row that holds what came from here, or still what was known of it, is nobody else's work: it is no conflict, whatever its version.
 */
export function createDraftSaver(config: Pick<DisplayConfig, 'draft' | 'version'>, deps: DraftSaverDeps): DraftSaver {
  const listeners = new Set<() => void>();
  let history: DraftHistory = beginHistory(config.draft);
  /** Null while a save may have arrived and nobody knows. */
  let kept: SceneList | null = config.draft;
  /** What the row may hold without anybody else's doing: what is known of it, and what was sent since and never answered. */
  let known = config.draft;
  let unanswered: readonly SceneList[] = [];
  let { version } = config;
  let own = faultsOf(config.draft);
  let refusals: readonly Refusal[] = [];
  let trouble: Trouble | null = null;
  let failures = 0;
  let sending: Promise<void> | null = null;
  let cancelTimer: (() => void) | null = null;
  let running = false;
  let state = picture();

  function picture(): DraftState {
    const { draft, past, future } = history;
    return {
      draft,
      faults: allFaults(own, refusals, draft),
      save: trouble ?? { kind: sending !== null ? 'saving' : isUnsaved() ? 'waiting' : 'saved' },
      isUnsaved: isUnsaved(),
      version,
      mayUndo: past.length > 0,
      mayRedo: future.length > 0,
    };
  }
  function tell(): void {
    state = picture();
    for (const listener of listeners) listener();
  }
  function isUnsaved(): boolean {
    return history.draft !== kept;
  }
  function maySend(): boolean {
    return isUnsaved() && own.size === 0 && trouble?.kind !== 'conflict' && trouble?.kind !== 'gone';
  }

  function keep(draft: SceneList, row: Pick<DisplayConfig, 'version'>): void {
    kept = draft;
    known = draft;
    unanswered = [];
    ({ version } = row);
  }

  function plan(durationMs: number): void {
    clearTimer();
    if (!running || sending !== null || !maySend()) return;
    cancelTimer = deps.after(durationMs, () => void send());
  }
  function clearTimer(): void {
    cancelTimer?.();
    cancelTimer = null;
  }

  function send(): Promise<void> {
    clearTimer();
    sending ??= sendNow(history.draft);
    tell();
    return sending;
  }
  async function sendNow(sent: SceneList): Promise<void> {
    try {
      const saved = await deps.save(sent, version);
      arrived(sent, saved);
    } catch (problem) {
      if (isUnanswered(problem)) {
        kept = null;
        if (!unanswered.includes(sent)) unanswered = [...unanswered, sent].slice(-MOST_UNANSWERED);
      }
      const found = await whyNot(problem, deps);
      const ours =
        found.kind === 'conflict' ? [sent, ...unanswered, known].find((draft) => isSameDraft(draft, found.theirs.draft)) : undefined;
      if (found.kind === 'conflict' && ours !== undefined) arrived(ours, found.theirs);
      else {
        trouble = found;
        refusals = refusalsOf(problem, sent);
        failures += 1;
      }
    }
    sending = null;
    tell();
    if (trouble === null || history.draft !== sent) plan(SAVE_AFTER_MS);
    else if (trouble.kind === 'failed' && isPassing(trouble.problem))
      plan(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1)));
  }

  function arrived(draft: SceneList, row: DisplayConfig): void {
    keep(draft, row);
    trouble = null;
    refusals = [];
    failures = 0;
    deps.onKept(row);
  }

  function go(next: DraftHistory): void {
    if (next === history) return;
    history = next;
    own = faultsOf(next.draft);
    // What was refused may be right now. A network that is gone is still gone, and said so.
    if (trouble?.kind === 'failed' && !isPassing(trouble.problem)) trouble = null;
    tell();
    plan(SAVE_AFTER_MS);
  }
  async function sendLast(): Promise<void> {
    if (sending !== null) {
      await sending;
      if (trouble !== null) return;
    }
    if (maySend()) await send();
  }

  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start() {
      running = true;
      plan(SAVE_AFTER_MS);
    },
    stop() {
      running = false;
      clearTimer();
    },
    change: (draft, step) => go(changed(history, draft, step ?? null)),
    undo: () => go(undone(history)),
    redo: () => go(redone(history)),
    take(taken) {
      clearTimer();
      keep(taken.draft, taken);
      history = changed(history, taken.draft, null);
      own = faultsOf(taken.draft);
      refusals = [];
      trouble = null;
      deps.onKept(taken);
      tell();
    },
    follow(newer) {
      const { past, future } = history;
      if (newer.version <= version || isUnsaved() || trouble !== null || past.length + future.length > 0) return;
      keep(newer.draft, newer);
      history = beginHistory(newer.draft);
      own = faultsOf(newer.draft);
      tell();
    },
    versioned(config) {
      ({ version } = config);
      deps.onKept(config);
      tell();
    },
    overwrite(theirs) {
      ({ version } = theirs);
      trouble = null;
      void send();
    },
    gone() {
      clearTimer();
      trouble = { kind: 'gone' };
      tell();
    },
    retry() {
      trouble = null;
      void send();
    },
    online() {
      if (trouble?.kind === 'failed' && isPassing(trouble.problem)) plan(0);
    },
    async settle() {
      await Promise.race([sendLast(), new Promise<void>((resolve) => deps.after(MOST_WAIT_MS, resolve))]);
      return !isUnsaved();
    },
  };
}

/** Whether the server may have saved it all the same: nothing came back, or nothing that tells. */
function isUnanswered(problem: unknown): boolean {
  return !(problem instanceof ApiProblem) || isPassing(problem);
}

async function whyNot(problem: unknown, { readTheirs }: DraftSaverDeps): Promise<Trouble> {
  if (!(problem instanceof ApiProblem)) return { kind: 'failed', problem };
  if (problem.code === 'not-found') return { kind: 'gone' };
  if (problem.code !== 'version-conflict') return { kind: 'failed', problem };
  try {
    return { kind: 'conflict', theirs: await readTheirs() };
  } catch (unread) {
    return unread instanceof ApiProblem && unread.code === 'not-found' ? { kind: 'gone' } : { kind: 'failed', problem: unread };
  }
}
