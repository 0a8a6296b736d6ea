import { useRef, useState } from 'react';
import { newIdempotencyKey } from '../../ui/api/client.ts';
import { ApiProblem } from '../../ui/api/problem.ts';

export type SaveState<Row> =
  | { readonly kind: 'idle' }
  | { readonly kind: 'saving' }
  | { readonly kind: 'failed'; readonly problem: unknown }
  /** Somebody else changed the row. What was typed stays; `theirs` is how the row is now, null where it is gone. */
  | { readonly kind: 'conflict'; readonly theirs: Row | null };

export interface Save<Row, Body> {
  readonly state: SaveState<Row>;
  run(body: Body, version: number): Promise<void>;
  /** Forgets the last outcome, after the other form was loaded. */
  reset(): void;
}

/** Changes one versioned row. On a conflict it reads the newest, so that the person can choose with both at hand. */
export function useSave<Row extends { version: number }, Body>(options: {
  send(body: Body & { version: number }): Promise<Row>;
  readTheirs(): Promise<Row | null>;
  onSaved(row: Row): void;
}): Save<Row, Body> {
  const [state, setState] = useState<SaveState<Row>>({ kind: 'idle' });
  return {
    state,
    reset: () => setState({ kind: 'idle' }),
    async run(body, version) {
      setState({ kind: 'saving' });
      try {
        const row = await options.send({ ...body, version });
        setState({ kind: 'idle' });
        options.onSaved(row);
      } catch (problem) {
        if (!(problem instanceof ApiProblem) || problem.code !== 'version-conflict') {
          setState({ kind: 'failed', problem });
          return;
        }
        try {
          setState({ kind: 'conflict', theirs: await options.readTheirs() });
        } catch (unread) {
          setState({ kind: 'failed', problem: unread });
        }
      }
    },
  };
}

export interface Create<Body> {
  readonly busy: boolean;
  readonly problem: unknown;
  run(body: Body): Promise<void>;
}

/** Makes a row. The same content sent again after a lost reply carries the same key, so it is never made twice. */
export function useCreate<Row, Body>(options: {
  send(body: Body, idempotencyKey: string): Promise<Row>;
  onCreated(row: Row): void;
}): Create<Body> {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const attempt = useRef<{ content: string; key: string } | null>(null);
  return {
    busy,
    problem,
    async run(body) {
      const content = JSON.stringify(body);
      if (attempt.current?.content !== content) attempt.current = { content, key: newIdempotencyKey() };
      setBusy(true);
      setProblem(null);
      try {
        const row = await options.send(body, attempt.current.key);
        attempt.current = null;
        options.onCreated(row);
      } catch (failed) {
        setProblem(failed);
      } finally {
        setBusy(false);
      }
    },
  };
}
