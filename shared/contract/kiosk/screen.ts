import type { MediaRef } from '../media.ts';
import type { LobbyDocument } from '../mqtt/content.ts';
import type { DisplaySettings } from '../mqtt/desired.ts';
import type { AccountFact, WeatherFact } from '../mqtt/facts.ts';
import type { ClockState } from '../mqtt/reported.ts';
import type { SceneList } from '../mqtt/scenes.ts';

/** Everything the renderer knows. The agent sends a whole one at every change; nothing in it needs the network. */
export interface ScreenState {
  /**
   * starting: nothing decided yet. unclaimed: no building. running: a valid document. safe: claimed, but nothing that may be shown (never
   * synced, expired, or the cache was damaged): the bundled scene.
   */
  readonly phase: 'starting' | 'unclaimed' | 'running' | 'safe';
  readonly contentSequence: number;
  readonly document: LobbyDocument | null;
  /** When the cloud last vouched that the document is current (ISO instant); null if never. */
  readonly confirmedAt: string | null;
  /** Unix milliseconds after which nothing of the building may be shown, also by a page that hears of nobody any more; missing or null while nothing is. */
  readonly validUntilMs?: number | null | undefined;
  readonly link: 'online' | 'offline';
  readonly clock: ClockState;
  /** The agent's best time as Unix milliseconds when this state was sent; the renderer keeps the offset to its own clock. */
  readonly nowMs: number;
  readonly qr: ScreenQr | null;
  /** How an unclaimed device becomes a building's; null on every other one. */
  readonly claim: ScreenClaim | null;
  /** The words the glass shows over everything while somebody wants to know which screen it is; null otherwise. */
  readonly identity: { readonly el: string; readonly en: string } | null;
  /** A page that hears another number than it was served with loads itself anew. */
  readonly pageNumber: number;
  readonly display: DisplaySettings;
  /** False in the hours in which the glass rests. */
  readonly lit: boolean;
  /** The arrangement somebody made for this screen, without what this version cannot show; null for the lobby's own round. */
  readonly scenes: ScreenScenes | null;
  /** What widgets show besides the document. */
  readonly facts: ShownFacts;
  /** The pictures that are on this machine and whole, so that a scene which needs another can wait for it. */
  readonly media: readonly ScreenMedia[];
  /** Set in the demo only, so nobody takes it for a real building. */
  readonly demo: boolean;
}

/** `settings` of every placement have been parsed with the schema of its widget. `sequence` tells one arrangement from the next. */
export type ScreenScenes = SceneList & { readonly sequence: number };

/** Each is null while there is none, or none that may be shown. */
export interface ShownFacts {
  readonly weather: WeatherFact | null;
  /** The building's account, with the code that a bank's app reads. */
  readonly account: (AccountFact & { readonly qr: { readonly path: string; readonly size: number } }) | null;
}

/** `url` is where the page gets it: beside the page itself. */
export type ScreenMedia = MediaRef & { readonly url: string };

export interface ScreenQr {
  /** The dark modules as one SVG path in a `size` × `size` grid, without the quiet zone. */
  readonly path: string;
  /** Modules along one side. */
  readonly size: number;
  readonly url: string;
  /** Unix milliseconds after which the code must no longer be shown. */
  readonly validUntilMs: number;
}

/**
 * How an unclaimed device fares with the cloud. no-cloud: it was not told where that is. asking: before the first answer. connected: it answered last time. no-network: there is no way out of this machine. name-unresolved: nobody says
 * where the cloud is. no-answer: nobody answers there. not-the-cloud: somebody else answers in its place. clock-unknown: somebody does, and a clock that is not known to be right cannot judge them.
 * busy: the cloud cannot answer now. refused: it answers, and gives this device no code. card-fault: this machine's card does not keep or give back what a claim needs. leaving: it belonged to a
 * building, and is to forget it first.
 */
export const claimLines = [
  'no-cloud',
  'asking',
  'connected',
  'no-network',
  'name-unresolved',
  'no-answer',
  'not-the-cloud',
  'clock-unknown',
  'busy',
  'refused',
  'card-fault',
  'leaving',
] as const;
export type ClaimLine = (typeof claimLines)[number];

/** Why a file that somebody put onto the card's boot partition was not used; the appliance's scripts say one of these and nothing of what the file holds. */
export const cardFaults = [
  'not-a-file',
  'unreadable',
  'too-long',
  'encoding',
  'unknown-line',
  'twice',
  'country',
  'network',
  'password',
  'hidden',
  'cloud',
  'token',
  'not-stored',
] as const;
export type CardFault = (typeof cardFaults)[number];

/** new-concierge-wifi.txt, new-concierge-claim.txt. */
export const cardFiles = ['wifi', 'claim'] as const;
export type CardFile = (typeof cardFiles)[number];

export interface RefusedCardFile {
  readonly file: CardFile;
  readonly fault: CardFault;
}

/** What whoever has hung the screen up needs to know. */
export interface ScreenClaim {
  readonly line: ClaimLine;
  /** What was on the card and was not used. */
  readonly refusedFiles: readonly RefusedCardFile[];
  /** What a manager types and compares; null while there is none. */
  readonly code: {
    /** Two groups of four letters, with a hyphen. */
    readonly userCode: string;
    readonly words: { readonly el: string; readonly en: string };
    /** Leads a phone to the office's page with the code filled in. */
    readonly qr: { readonly path: string; readonly size: number };
  } | null;
}

/** What the renderer tells the agent after each paint: the heartbeat of a live screen. */
export interface PaintedFrame {
  readonly contentSequence: number;
  readonly scene: string;
  /** How many films of the scenes are left out because they did not play; missing where none is. */
  readonly unplayable?: number | undefined;
}

/** The one interface between renderer and agent; Electron's preload and the loopback page both implement it. */
export interface LobbyBridge {
  /** Calls back with the current state at once and after every change; returns the way to stop. */
  subscribe(listener: (state: ScreenState) => void): () => void;
  painted(frame: PaintedFrame): void;
}
