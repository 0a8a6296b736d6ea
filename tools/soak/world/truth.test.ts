import { aScenes } from '@concierge/kiosk-agent/testing/documents.ts';
import { expect, it } from 'vitest';
import { createTruth } from './truth.ts';

const sequences = (truth: ReturnType<typeof createTruth>): number[] => truth.arrangements().map(({ sequence }) => sequence);

it('an arrangement that the device holds is known for as long as it holds it, however much the cloud says meanwhile', () => {
  const truth = createTruth();
  truth.noteScenes(aScenes({ sequence: 1 }));
  truth.noteReported(1, 1, 1);
  truth.forgetReported();
  for (let sequence = 2; sequence <= 300; sequence += 1) truth.noteScenes(aScenes({ sequence }));
  expect(sequences(truth)).toContain(1);

  truth.noteReported(300, 300, 300);
  for (let sequence = 301; sequence <= 600; sequence += 1) truth.noteScenes(aScenes({ sequence }));
  expect(sequences(truth)).not.toContain(1);
  expect(sequences(truth)).toContain(300);
});
