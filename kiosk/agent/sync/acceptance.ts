import type { Refusal } from '@concierge/contract/signed-claims.ts';
import type { ClaimsOf, HeldKind } from '@concierge/contract/signed-document.ts';

/** Why a document with a good signature is still not taken. */
export type AcceptanceRefusal = 'other-device' | 'other-building' | 'lower-version' | 'conflicting-version' | 'expired' | 'from-the-future';
export type DocumentRefusal = Refusal | AcceptanceRefusal;

export type Acceptance =
  | { readonly verdict: 'accept' }
  | { readonly verdict: 'already-held' }
  | { readonly verdict: 'refuse'; readonly reason: AcceptanceRefusal };

export interface Addressee {
  readonly deviceId: string;
  readonly buildingId: string;
}

export interface ClockView {
  readonly nowMs: number;
  readonly trusted: boolean;
  /** Whether the time has an error bound. Without one an expired document cannot be told from a wrong clock. */
  readonly bounded: boolean;
}

/** A document signed further ahead of a trusted clock than this was signed by a clock that is wrong. */
export const MAX_AHEAD_MS = 300_000;

/** Whether a document whose signature and form are good is for this device, newer than what it holds, and still in force. */
export function decideAcceptance<Kind extends HeldKind>(input: {
  claims: ClaimsOf<Kind>;
  jws: string;
  addressee: Addressee;
  held: { readonly claims: ClaimsOf<Kind>; readonly jws: string } | null;
  clock: ClockView;
}): Acceptance {
  const { claims, jws, held, clock } = input;
  const stranger = strangerTo(claims, input.addressee);
  if (stranger !== null) return refuse(stranger);
  if (held !== null && claims.sequence < held.claims.sequence) return refuse('lower-version');
  if (held !== null && claims.sequence === held.claims.sequence) {
    return jws === held.jws ? { verdict: 'already-held' } : refuse('conflicting-version');
  }
  if (clock.bounded && Date.parse(claims.expiresAt) <= clock.nowMs) return refuse('expired');
  if (clock.trusted && Date.parse(claims.issuedAt) > clock.nowMs + MAX_AHEAD_MS) return refuse('from-the-future');
  return { verdict: 'accept' };
}

/** Why a document is somebody else's, or null when it is this device's. */
export function strangerTo(claims: ClaimsOf<HeldKind>, addressee: Addressee): 'other-device' | 'other-building' | null {
  if (claims.buildingId !== addressee.buildingId) return 'other-building';
  if (claims.kind === 'content') return claims.document.building.id === addressee.buildingId ? null : 'other-building';
  // Facts are the building's, the same for each of its screens.
  if (claims.kind === 'facts') return null;
  return claims.deviceId === addressee.deviceId ? null : 'other-device';
}

function refuse(reason: AcceptanceRefusal): Acceptance {
  return { verdict: 'refuse', reason };
}
