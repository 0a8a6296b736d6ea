import type { z } from 'zod';

/**
 * Holds what a newer version may have written against the form that this one knows: fields that it does not know are left out, all others are held to the schema
 * as strictly as ever (ADR 0032). A field that takes something back ("only if …") must therefore not be added to a form that is read this way.
 */
export function readNewerForm<Schema extends z.ZodType>(schema: Schema, value: unknown): z.ZodSafeParseResult<z.infer<Schema>> {
  const read = schema.safeParse(value);
  const surplus = read.success ? null : surplusIn(read.error.issues);
  if (surplus === null) return read;
  const known = structuredClone(value);
  for (const { path, keys } of surplus) {
    const holder = path.reduce<unknown>((outer, step) => (isObject(outer) ? outer[step] : undefined), known);
    if (isObject(holder)) for (const key of keys) delete holder[key];
  }
  return schema.safeParse(known);
}

interface Surplus {
  readonly path: readonly PropertyKey[];
  readonly keys: readonly string[];
}

/** What must be left out for these issues to be gone; null where something else is wrong too. Of several forms the first will do that needs no more than this. */
function surplusIn(issues: readonly z.core.$ZodIssue[]): Surplus[] | null {
  const found: Surplus[] = [];
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys') found.push({ path: issue.path, keys: issue.keys });
    else if (issue.code === 'invalid_union') {
      const inside = issue.errors.map(surplusIn).find((each) => each !== null);
      if (inside === undefined) return null;
      found.push(...inside.map(({ path, keys }) => ({ path: [...issue.path, ...path], keys })));
    } else return null;
  }
  return found;
}

function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}
