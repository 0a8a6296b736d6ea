import { askFreshProduct } from './fresh-product.ts';
import type { Generator } from './generator.ts';

export const goldenSchema: Generator = {
  path: 'cloud/server/db/generated/schema.sql',
  from: 'cloud/server/db/migrations',
  make: async () => (await askFreshProduct()).schemaSql,
};

export const apiDescription: Generator = {
  path: 'docs/generated/openapi.json',
  from: 'the routes of the cloud',
  make: async () => `${JSON.stringify(sorted((await askFreshProduct()).apiDescription), null, 2)}\n`,
};

/** The same with every object's keys in order, so that a difference is a difference in meaning. Arrays keep theirs: it may matter. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
