import { useRef, useState } from 'react';
import type { z } from 'zod';
import { newIdempotencyKey } from '../../ui/api/client.ts';
import { ApiProblem } from '../../ui/api/problem.ts';
import { type FieldFault, fieldFaults, refusedFields } from './field-faults.ts';

type Outcome<Row> =
  | { readonly kind: 'idle' }
  | { readonly kind: 'sending' }
  | { readonly kind: 'failed'; readonly problem: unknown }
  /** Somebody else changed the row. What was typed stays; `theirs` is how the row is now, null where it is gone. */
  | { readonly kind: 'conflict'; readonly theirs: Row | null };

export interface RowForm<Row, Draft> {
  readonly draft: Draft;
  /** Why each field was refused, here or by the server. */
  readonly faults: Readonly<Record<string, FieldFault>>;
  readonly outcome: Outcome<Row>;
  change(part: Partial<Draft>): void;
  submit(): void;
  /** Of a conflict: what was typed goes, theirs is what is changed now. */
  loadTheirs(row: Row): void;
  /** Of a conflict: what was typed is saved over theirs. */
  overwrite(row: Row): void;
}

/**
 * What is typed about one versioned row, from the empty field to the row as saved. A new row carries the same key when the same content is
 * sent again after a lost reply, so it is never made twice; a change names the version it was made from, and on a conflict the newest is
 * read so that the person chooses with both at hand.
 */
export function useRowForm<Row extends { version: number }, Draft extends object, Body>({
  row,
  draftOf,
  bodyOf,
  faultsAcross,
  create,
  save,
  readTheirs,
  readAgain,
  onDone,
}: {
  /** The row to change, null for a new one. */
  row: Row | null;
  draftOf(row: Row | null): Draft;
  bodyOf(draft: Draft): z.ZodSafeParseResult<Body>;
  /** What only shows when two fields are read together: an end before its start. */
  faultsAcross?(draft: Draft): Readonly<Record<string, FieldFault>>;
  /** Missing where rows of this kind are not made by hand. */
  create?(body: Body, idempotencyKey: string): Promise<Row>;
  save(row: Row, body: Body, version: number): Promise<Row>;
  readTheirs(row: Row): Promise<Row | null>;
  /** Has the lists that show the row read again. */
  readAgain(): void;
  onDone(row: Row): void;
}): RowForm<Row, Draft> {
  // The row is read again while the form is open; the version is the one the draft was made from, or nobody would be told of a conflict.
  const [version, setVersion] = useState(row?.version ?? 0);
  const [draft, setDraft] = useState(() => draftOf(row));
  const [found, setFound] = useState<Readonly<Record<string, FieldFault>>>({});
  const [outcome, setOutcome] = useState<Outcome<Row>>({ kind: 'idle' });
  const attempt = useRef<{ content: string; key: string } | null>(null);

  const keyOf = (body: Body) => {
    const content = JSON.stringify(body);
    if (attempt.current?.content !== content) attempt.current = { content, key: newIdempotencyKey() };
    return attempt.current.key;
  };
  const whyNot = async (problem: unknown): Promise<Outcome<Row>> => {
    if (row === null || !(problem instanceof ApiProblem) || problem.code !== 'version-conflict') return { kind: 'failed', problem };
    try {
      return { kind: 'conflict', theirs: await readTheirs(row) };
    } catch (unread) {
      return { kind: 'failed', problem: unread };
    }
  };
  const send = async (body: Body, sentVersion: number) => {
    setOutcome({ kind: 'sending' });
    try {
      const saved = row === null ? await create?.(body, keyOf(body)) : await save(row, body, sentVersion);
      setOutcome({ kind: 'idle' });
      if (saved === undefined) return;
      readAgain();
      onDone(saved);
    } catch (problem) {
      setOutcome(await whyNot(problem));
    }
  };
  const submit = (sentVersion: number) => {
    if (outcome.kind === 'sending') return;
    const body = bodyOf(draft);
    const faults = { ...(body.success ? {} : fieldFaults(body.error)), ...faultsAcross?.(draft) };
    setFound(faults);
    if (body.success && Object.keys(faults).length === 0) void send(body.data, sentVersion);
  };

  return {
    draft,
    faults: { ...(outcome.kind === 'failed' ? refusedFields(outcome.problem) : {}), ...found },
    outcome,
    change: (part) => setDraft((old) => ({ ...old, ...part })),
    submit: () => submit(version),
    loadTheirs(theirs) {
      setDraft(draftOf(theirs));
      setVersion(theirs.version);
      setFound({});
      setOutcome({ kind: 'idle' });
      readAgain();
    },
    overwrite: (theirs) => submit(theirs.version),
  };
}
