import type { ScreenClaim, ScreenQr, ScreenState } from '@concierge/contract/kiosk/screen.ts';
import type { ContentClaims } from '@concierge/contract/mqtt/content.ts';
import type { DisplaySettings } from '@concierge/contract/mqtt/desired.ts';
import type { FactsClaims } from '@concierge/contract/mqtt/facts.ts';
import type { ClockState } from '@concierge/contract/mqtt/reported.ts';
import type { ScenesClaims } from '@concierge/contract/mqtt/scenes.ts';
import { isLit } from './lit.ts';
import { showableScenes } from './showable-scenes.ts';
import { shownFacts } from './shown-facts.ts';

/** All that decides what the screen may show. */
export interface ScreenFacts {
  readonly started: boolean;
  /** Whether the device belongs to a building, even if its identity files are damaged and it can show nothing. */
  readonly claimed: boolean;
  readonly content: ContentClaims | null;
  /** When the cloud last vouched for that content, as an ISO instant. */
  readonly confirmedAt: string | null;
  readonly display: DisplaySettings | null;
  readonly scenes: ScenesClaims | null;
  readonly facts: FactsClaims | null;
  /** How long there has been no connection, by a counter that no one can set; null while there is one. */
  readonly disconnectedForMs: number | null;
  readonly clock: ClockState;
  readonly nowMs: number;
  /** The code of this moment, or null when the clock or the batch does not allow one. */
  readonly qr: ScreenQr | null;
  /** How far the claim is; null when none is under way. */
  readonly claim: ScreenClaim | null;
  readonly media: ScreenState['media'];
  readonly identity: ScreenState['identity'];
  /** A release must prove that it can paint, which it cannot in the dark: it lights the glass for these seconds, at any hour. */
  readonly mustShow: boolean;
  readonly pageNumber: number;
  readonly demo: boolean;
}

/** The desired state is signed every few minutes; data that nobody vouched for this long is not called online. */
export const CONFIRMATION_LASTS_MS = 35 * 60_000;
/** A connection that blinks must not make the screen flicker. */
export const DISCONNECT_GRACE_MS = 3_000;

const MINUTE_MS = 60_000;

const defaultDisplay: DisplaySettings = { language: 'alternate', widthMm: null };

/** The state of the screen. It shows a document only while that document is in force. */
export function composeScreen(facts: ScreenFacts): ScreenState {
  const phase = phaseOf(facts);
  const shown = phase === 'running' ? facts.content : null;
  return {
    phase,
    contentSequence: shown?.sequence ?? 0,
    document: shown?.document ?? null,
    confirmedAt: shown === null ? null : facts.confirmedAt,
    validUntilMs: shown === null ? null : Date.parse(shown.expiresAt),
    link: linkOf(facts),
    clock: facts.clock,
    nowMs: facts.nowMs,
    qr: phase === 'running' ? facts.qr : null,
    claim: phase === 'unclaimed' ? facts.claim : null,
    identity: facts.identity,
    pageNumber: facts.pageNumber,
    display: facts.display ?? defaultDisplay,
    lit: litOf(facts, phase),
    scenes: phase === 'running' ? showableScenes(facts.scenes, facts.nowMs) : null,
    facts: shownFacts(phase === 'running' ? facts.facts : null, facts.nowMs),
    media: phase === 'running' ? facts.media : [],
    demo: facts.demo,
  };
}

function litOf(facts: ScreenFacts, phase: ScreenState['phase']): boolean {
  // Somebody stands before it and looks for it.
  if (phase !== 'running' || facts.identity !== null || facts.mustShow) return true;
  return isLit({
    litWhen: facts.display?.litWhen,
    document: facts.content?.document ?? null,
    nowMs: facts.clock === 'unknown' ? null : facts.nowMs,
  });
}

/** When, on the best clock, the state may next change by time alone; null when it cannot. The QR code has its own moments. */
export function nextChangeMs(facts: ScreenFacts): number | null {
  const moments = [
    ...[facts.content, facts.scenes, facts.facts].map((held) => (held === null ? null : Date.parse(held.expiresAt))),
    facts.confirmedAt === null ? null : Date.parse(facts.confirmedAt) + CONFIRMATION_LASTS_MS,
    facts.disconnectedForMs === null ? null : facts.nowMs + DISCONNECT_GRACE_MS - facts.disconnectedForMs,
    // Schedules change on whole minutes.
    facts.display?.litWhen === undefined ? null : (Math.floor(facts.nowMs / MINUTE_MS) + 1) * MINUTE_MS,
  ]
    .filter((moment) => moment !== null)
    .filter((moment) => moment > facts.nowMs);
  return moments.length === 0 ? null : Math.min(...moments);
}

function phaseOf(facts: ScreenFacts): ScreenState['phase'] {
  if (!facts.started) return 'starting';
  if (!facts.claimed) return 'unclaimed';
  if (facts.content === null || Date.parse(facts.content.expiresAt) <= facts.nowMs) return 'safe';
  return 'running';
}

function linkOf(facts: ScreenFacts): ScreenState['link'] {
  const confirmedLately = facts.confirmedAt !== null && facts.nowMs - Date.parse(facts.confirmedAt) < CONFIRMATION_LASTS_MS;
  const reached = facts.disconnectedForMs === null || facts.disconnectedForMs < DISCONNECT_GRACE_MS;
  return confirmedLately && reached ? 'online' : 'offline';
}
