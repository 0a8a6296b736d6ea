import type { ScreenState } from '@concierge/contract/kiosk/screen.ts';
import { expect, it } from 'vitest';
import { provesPainting } from './painted-proof.ts';

/** What was painted, the phase and the content that the agent holds, and the frame that the page reports. */
type Row = [what: string, phase: ScreenState['phase'], held: number, scene: string, contentSequence: number];

const proof: Row[] = [
  ['the building as it is held', 'running', 7, 'overview', 7],
  ['an arranged scene of it', 'running', 7, 'layout', 7],
  ['a code, where it belongs to nobody', 'unclaimed', 0, 'unclaimed', 0],
  ['the safe scene, where there is nothing to show', 'safe', 0, 'safe', 0],
];
const noProof: Row[] = [
  ['the building as it was', 'running', 7, 'overview', 6],
  ['the safe scene that a scene fell back to', 'running', 7, 'safe', 0],
  ['the safe scene, whatever it says it is of', 'running', 7, 'safe', 7],
  ['the dark of the hours of rest', 'running', 7, 'resting', 7],
  ['the beginning', 'running', 7, 'starting', 0],
  ['a building that has run out', 'safe', 0, 'overview', 7],
  ['anything, before the agent has begun', 'starting', 0, 'starting', 0],
];

it.each(proof)('%s proves it', (_what, phase, held, scene, contentSequence) => {
  expect(provesPainting({ scene, contentSequence }, { phase, contentSequence: held })).toBe(true);
});

it.each(noProof)('%s proves nothing', (_what, phase, held, scene, contentSequence) => {
  expect(provesPainting({ scene, contentSequence }, { phase, contentSequence: held })).toBe(false);
});
