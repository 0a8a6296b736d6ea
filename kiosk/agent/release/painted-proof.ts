import type { PaintedFrame, ScreenState } from '@concierge/contract/kiosk/screen.ts';

/** What a page shows of a building; the others stand where there is none, or where one could not be drawn. */
const STANDING_SCENES: ReadonlySet<string> = new Set(['starting', 'unclaimed', 'safe', 'resting']);

/**
 * Whether a painted frame proves that the program can show what this device has to show: with a building, that building's content of this moment; without one, the scene that says so. The
 * page also reports the safe scene that it falls back to when a scene throws, and the dark one of the hours in which the glass rests: a release that can do no more has proven nothing.
 */
export function provesPainting(frame: PaintedFrame, { phase, contentSequence }: Pick<ScreenState, 'phase' | 'contentSequence'>): boolean {
  if (phase === 'starting') return false;
  if (phase !== 'running') return frame.scene === phase;
  return frame.contentSequence === contentSequence && !STANDING_SCENES.has(frame.scene);
}
