import type { ScreenState } from '@concierge/contract/kiosk/screen.ts';
import { expect, it } from 'vitest';
import { provesPainting } from './painted-proof.ts';

it.each<{ what: string; phase: ScreenState['phase']; held: number; frame: { contentSequence: number; scene: string }; proves: boolean }>([
  { what: 'the building as it is held', phase: 'running', held: 7, frame: { contentSequence: 7, scene: 'overview' }, proves: true },
  { what: 'an arranged scene of it', phase: 'running', held: 7, frame: { contentSequence: 7, scene: 'layout' }, proves: true },
  { what: 'the building as it was', phase: 'running', held: 7, frame: { contentSequence: 6, scene: 'overview' }, proves: false },
  {
    what: 'the safe scene that a scene fell back to',
    phase: 'running',
    held: 7,
    frame: { contentSequence: 0, scene: 'safe' },
    proves: false,
  },
  {
    what: 'the safe scene, whatever it says it is of',
    phase: 'running',
    held: 7,
    frame: { contentSequence: 7, scene: 'safe' },
    proves: false,
  },
  { what: 'the dark of the hours of rest', phase: 'running', held: 7, frame: { contentSequence: 7, scene: 'resting' }, proves: false },
  { what: 'the beginning', phase: 'running', held: 7, frame: { contentSequence: 0, scene: 'starting' }, proves: false },
  {
    what: 'a code, where it belongs to nobody',
    phase: 'unclaimed',
    held: 0,
    frame: { contentSequence: 0, scene: 'unclaimed' },
    proves: true,
  },
  {
    what: 'the safe scene, where there is nothing to show',
    phase: 'safe',
    held: 0,
    frame: { contentSequence: 0, scene: 'safe' },
    proves: true,
  },
  { what: 'a building that has run out', phase: 'safe', held: 0, frame: { contentSequence: 7, scene: 'overview' }, proves: false },
  {
    what: 'anything, before the agent has begun',
    phase: 'starting',
    held: 0,
    frame: { contentSequence: 0, scene: 'starting' },
    proves: false,
  },
])('$what: $proves', ({ phase, held, frame, proves }) => {
  expect(provesPainting(frame, { phase, contentSequence: held })).toBe(proves);
});
