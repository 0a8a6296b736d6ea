import { z } from 'zod';

/** As much of JSON Schema as our request bodies use. */
const Schema = z.object({
  $ref: z.string().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  format: z.string().optional(),
  pattern: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  minimum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  minLength: z.number().optional(),
});

/** A body the schema accepts: required fields only, ids by `idOf` of the field's name. Throws on a form it does not know, so that a test never sends nonsense unnoticed. */
export function exampleOf(
  schema: unknown,
  components: Readonly<Record<string, unknown>>,
  idOf: (name: string) => string,
  name = '',
): unknown {
  const form = Schema.parse(schema);
  const again = (inner: unknown, innerName: string) => exampleOf(inner, components, idOf, innerName);
  if (form.$ref !== undefined) return again(components[form.$ref.split('/').at(-1) ?? ''], name);
  if (form.const !== undefined) return form.const;
  if (form.enum !== undefined) return form.enum[0];
  const alternatives = form.anyOf ?? form.oneOf;
  if (alternatives !== undefined) return again(alternatives[0], name);
  if (form.properties !== undefined) {
    const required = form.required ?? [];
    return Object.fromEntries(required.map((key) => [key, again(form.properties?.[key], key)]));
  }
  switch (form.type) {
    case 'string':
      return exampleText(form, idOf, name);
    case 'integer':
    case 'number':
      return Math.max(1, form.minimum ?? 1, (form.exclusiveMinimum ?? 0) + 1);
    case 'boolean':
      return false;
    case 'null':
      return null;
    case 'array':
      return [again(form.items, name)];
    case undefined:
    default:
      throw new Error(`no example for "${name}": ${JSON.stringify(schema)}`);
  }
}

function exampleText(form: z.infer<typeof Schema>, idOf: (name: string) => string, name: string): string {
  if (form.format === 'uuid') return idOf(name);
  if (form.format === 'date-time') return '2026-01-01T00:00:00.000Z';
  if (form.format === 'date') return '2026-01-01';
  if (form.format === 'email') return 'somebody@example.test';
  if (name === 'postalCode') return '11528';
  if (name === 'iban') return 'GR1601101250000000012300695';
  if (name.endsWith('Sha256')) return 'ab'.repeat(32);
  return 'x'.repeat(Math.max(1, form.minLength ?? 1));
}
