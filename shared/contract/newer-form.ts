import type { z } from 'zod';

/**
 * Holds what a newer version may have written against the form that this one knows: fields that it does not know are left out, all others are held to the schema
 * as strictly as ever (ADR 0032). A field that takes something back ("only if …") must therefore not be added to a form that is read this way.
 */
export function readNewerForm<Schema extends z.ZodType>(schema: Schema, value: unknown): z.ZodSafeParseResult<z.infer<Schema>> {
  const read = schema.safeParse(value);
  if (read.success) return read;
  const surplus = read.error.issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? [issue] : []));
  if (surplus.length < read.error.issues.length) return read;
  const known = structuredClone(value);
  for (const { path, keys } of surplus) {
    const holder = path.reduce<unknown>((outer, step) => (isObject(outer) ? outer[step] : undefined), known);
    if (isObject(holder)) for (const key of keys) delete holder[key];
  }
  return schema.safeParse(known);
}

function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}
