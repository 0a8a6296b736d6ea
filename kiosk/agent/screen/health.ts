import type { ScreenState } from '@concierge/contract/kiosk/screen.ts';

/** What the agent says of the screen at `/healthz`, beside how many pages listen to it: to the shell that watches it, and to whoever stands before the machine. */
export interface Health {
  readonly phase: ScreenState['phase'];
  readonly link: ScreenState['link'];
  readonly contentSequence: number;
  readonly paintedSequence: number;
  /** Seconds since the last painted frame; null before the first. */
  readonly paintedAgeSeconds: number | null;
  readonly dataAgeSeconds: number | null;
  /** False in the hours in which the glass rests: a display that is off lets no page paint. */
  readonly lit: boolean;
}

export function healthOf(state: ScreenState, frames: { paintedSequence: number; paintedAgeMs: number | null }): Health {
  const { phase, link, contentSequence, confirmedAt, nowMs, lit } = state;
  return {
    phase,
    link,
    contentSequence,
    paintedSequence: frames.paintedSequence,
    paintedAgeSeconds: frames.paintedAgeMs === null ? null : Math.round(frames.paintedAgeMs / 1_000),
    dataAgeSeconds: confirmedAt === null ? null : Math.max(0, Math.round((nowMs - Date.parse(confirmedAt)) / 1_000)),
    lit,
  };
}
