import { expect, it } from 'vitest';
import { architectureDiagram, moduleLines } from './architecture-diagram.ts';

it('draws dashed what is planned, and every arrow to or from it', () => {
  const lines = moduleLines((module) => !['ledger', 'charges'].includes(module));
  expect(lines).toContain('  property --> identity');
  expect(lines).toContain('  ledger -.-> property');
  expect(lines).toContain('  lobby -.-> charges');
  expect(lines).not.toContain('  lobby --> charges');
  expect(lines.slice(-2)).toEqual(['  classDef planned stroke-dasharray: 5 5', '  class ledger,charges planned']);
});

it('says nothing of plans once every module is there', () => {
  expect(moduleLines(() => true).filter((line) => /-\.->|planned/.test(line))).toEqual([]);
});

it('calls planned what has no folder, in the table too', async () => {
  const drawn = await architectureDiagram.make();
  expect(drawn).toContain('| identity | –');
  expect(drawn).toContain('| payments (planned) | ledger, property |');
});
