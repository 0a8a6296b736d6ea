import { expect, it } from 'vitest';
import { generators } from './generators.ts';

it('each generator has a path of its own and makes the same twice', async () => {
  expect(new Set(generators.map(({ path }) => path)).size).toBe(generators.length);
  const makeAll = () => Promise.all(generators.map((generator) => generator.make()));
  const [first, second] = [await makeAll(), await makeAll()];
  for (const [index, { path }] of generators.entries()) expect(second[index], path).toBe(first[index]);
});
