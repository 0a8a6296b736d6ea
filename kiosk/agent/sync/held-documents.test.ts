import { expect, it } from 'vitest';
import { aContent, aDesired, HOUR_MS } from '../testing/documents.ts';
import { createHeldDocuments } from './held-documents.ts';

const nowMs = Date.UTC(2026, 10, 21, 12);
const content = aContent({ sequence: 7, nowMs });

function holding(desired: Parameters<typeof aDesired>[0]) {
  const held = createHeldDocuments();
  held.hold('content', { claims: content, jws: 'content' });
  held.hold('desired', { claims: aDesired(desired), jws: 'desired' });
  return held;
}

it.each([
  [
    'is shown when the cloud vouches for it',
    { nowMs: nowMs + HOUR_MS, content: { sequence: 7, confirmedAt: new Date(nowMs + HOUR_MS).toISOString() } },
    7,
  ],
  [
    'is shown while newer content is on its way',
    { nowMs: nowMs + HOUR_MS, content: { sequence: 8, confirmedAt: new Date(nowMs + HOUR_MS).toISOString() } },
    7,
  ],
  ['is shown when the word that there is none is older', { nowMs: nowMs - HOUR_MS, content: null }, 7],
  ['is not shown once the cloud says that there is none', { nowMs: nowMs + 1, content: null }, undefined],
] as const)('held content %s', (_, desired, sequence) => {
  expect(holding(desired).shownContent()?.sequence).toBe(sequence);
});

it('comes back with its next document', () => {
  const held = holding({ nowMs: nowMs + 1, content: null });
  held.hold('content', { claims: aContent({ sequence: 8, nowMs: nowMs + HOUR_MS }), jws: 'next' });
  expect(held.shownContent()?.sequence).toBe(8);
});
