import type { ClockState } from '@concierge/contract/mqtt/reported.ts';

/**
 * What time is it on a board without a battery clock? A pure answer from what the device can observe: its system clock, a monotonic counter
 * that no one can set, the operating system's word that network time was reached, and the dates inside documents the cloud signed.
 *
 * INVARIANTS
 * 1. The best time never runs backwards past the newest `issuedAt` of a verified document (less the tolerance): that instant has been.
 * 2. A wall clock that jumps is not followed; time goes on by the monotonic counter until evidence speaks for the new wall clock.
 * 3. Only an error bound makes a time good enough to choose a QR slot or to refuse a document as expired.
 */
export interface ClockModel {
  readonly state: ClockState;
  /** What the best time rests on. `floor` and `system` are guesses, the others are evidence. */
  readonly source: 'trusted' | 'answer' | 'document' | 'system' | 'floor';
  /** The best time and the monotonic count at the same moment; between readings time goes on by the counter. */
  readonly anchorTimeMs: number;
  readonly anchorMonotonicMs: number;
  /** How far the best time may be off; null when nobody can say. */
  readonly errorBoundMs: number | null;
  /** The newest signed date seen, or the build's own date: it cannot be earlier than this. */
  readonly signedFloorMs: number;
  /** The last good time saved on disk. It is our own word, so signed evidence overrules it. */
  readonly savedFloorMs: number;
}

export interface ClockReading {
  readonly systemMs: number;
  readonly monotonicMs: number;
  /** The operating system says that network time was reached since boot. */
  readonly synchronized: boolean;
}

export type SignedEvidence =
  | {
      readonly issuedAtMs: number;
      /**
       * live: signed moments ago and delivered as it was published. retained: never seen before, but the broker may have kept it for long.
       * floor: a document whose date proves only that this instant has been.
       */
      readonly delivery: 'live' | 'retained' | 'floor';
    }
  | {
      readonly issuedAtMs: number;
      /** Signed after this device had asked under a number that nobody knew before: nothing that lay anywhere for a while can be one (docs/adr/0030). */
      readonly delivery: 'answered';
      /** From the question to the answer, by the counter. */
      readonly waitedMs: number;
    };

/** Two clocks that agree within this agree: a signed document takes seconds to arrive, and it bounds our error. */
export const AGREEMENT_MS = 90_000;
/** A wall clock that moves by more than this between two readings has been set, not steered. */
export const STEP_MS = 2_000;
/** After having been trusted, the wall clock is not followed further than this even when the operating system vouches for it. */
export const BELIEVABLE_STEP_MS = 300_000;
const NETWORK_TIME_ERROR_MS = 1_000;
/** What the cloud's own clock may be off. */
const CLOUD_TIME_ERROR_MS = 1_000;

export function startClock(floors: { signedMs: number; savedMs: number }, reading: ClockReading): ClockModel {
  const floorMs = Math.max(floors.signedMs, floors.savedMs);
  const unknown: ClockModel = {
    state: 'unknown',
    source: 'floor',
    anchorTimeMs: floorMs,
    anchorMonotonicMs: reading.monotonicMs,
    errorBoundMs: null,
    signedFloorMs: floors.signedMs,
    savedFloorMs: floors.savedMs,
  };
  return plausible(unknown, reading) ? followSystem(unknown, reading) : unknown;
}

/** The best time as Unix milliseconds at a monotonic count. */
export function bestTimeMs(model: ClockModel, monotonicMs: number): number {
  return model.anchorTimeMs + (monotonicMs - model.anchorMonotonicMs);
}

/** Whether the time is good enough to decide by: to choose a QR slot, to refuse an expired document. */
export function isBounded(model: ClockModel): boolean {
  return model.errorBoundMs !== null;
}

/** What is known of the time, as Unix milliseconds: it is not before `earliestMs`, and not after `latestMs` where anybody can say. */
export interface TimeBounds {
  readonly earliestMs: number;
  readonly latestMs: number | null;
}

export function timeBounds(model: ClockModel, monotonicMs: number): TimeBounds {
  const { errorBoundMs } = model;
  // A signed date proves that its instant has been. The floor on disk is only our own word and proves nothing.
  if (errorBoundMs === null) return { earliestMs: model.signedFloorMs, latestMs: null };
  const bestMs = bestTimeMs(model, monotonicMs);
  return { earliestMs: bestMs - errorBoundMs, latestMs: bestMs + errorBoundMs };
}

/** The model after looking at the clocks once more. Call it every few seconds: a wall clock's jump shows as a difference from the count. */
export function observe(model: ClockModel, reading: ClockReading): ClockModel {
  const stepMs = Math.abs(reading.systemMs - bestTimeMs(model, reading.monotonicMs));
  const steered = stepMs <= STEP_MS;
  if (!plausible(model, reading)) return goOnByCounter(model, reading);
  switch (model.source) {
    case 'floor':
      return followSystem(model, reading);
    case 'system':
      return steered || reading.synchronized ? followSystem(model, reading) : goOnByCounter(model, reading);
    case 'document':
      return reading.synchronized ? followSystem(model, reading) : goOnByCounter(model, reading);
    case 'answer':
      // Whoever gives network time does not sign it. The cloud does.
      return stepMs < AGREEMENT_MS ? trustSystem(model, reading, AGREEMENT_MS) : goOnByCounter(model, reading);
    case 'trusted': {
      const believable = steered || (reading.synchronized && stepMs <= BELIEVABLE_STEP_MS);
      return believable ? trustSystem(model, reading, model.errorBoundMs ?? AGREEMENT_MS) : goOnByCounter(model, reading);
    }
  }
}

/** The model after a document passed every check, with what its date says about the time. */
export function hearSigned(before: ClockModel, reading: ClockReading, evidence: SignedEvidence): ClockModel {
  const observed = observe(before, reading);
  if (evidence.delivery === 'answered') return hearAnswer(observed, reading, evidence);
  const model = { ...observed, signedFloorMs: Math.max(observed.signedFloorMs, evidence.issuedAtMs) };
  const bestMs = bestTimeMs(model, reading.monotonicMs);
  const behindMs = evidence.issuedAtMs - bestMs;

  const systemAgrees = Math.abs(reading.systemMs - evidence.issuedAtMs) < AGREEMENT_MS;
  if (evidence.delivery !== 'floor' && systemAgrees && reading.systemMs >= model.signedFloorMs - AGREEMENT_MS) {
    return trustSystem(model, reading, AGREEMENT_MS);
  }
  if (evidence.delivery === 'live' && model.source !== 'trusted' && model.source !== 'answer') {
    // A later document that says an earlier time than one we already anchored on was held up on its way; the first one stands.
    const heldUp = model.source === 'document' && behindMs < -AGREEMENT_MS;
    return heldUp ? model : anchorOnDocument(model, reading);
  }
  if (behindMs <= AGREEMENT_MS) return model;
  if (evidence.delivery === 'live') return anchorOnDocument(model, reading);
  return atLeast(model, reading, evidence.issuedAtMs);
}

/** The one evidence that says what time it is now, from both sides: it is believed against everything but a later date that was signed. */
function hearAnswer(
  model: ClockModel,
  reading: ClockReading,
  { issuedAtMs, waitedMs }: { issuedAtMs: number; waitedMs: number },
): ClockModel {
  if (issuedAtMs < model.signedFloorMs - AGREEMENT_MS) return model;
  const timeMs = issuedAtMs + waitedMs / 2;
  const known = { ...model, signedFloorMs: Math.max(model.signedFloorMs, issuedAtMs) };
  const errorBoundMs = waitedMs / 2 + CLOUD_TIME_ERROR_MS;
  const offMs = Math.abs(reading.systemMs - timeMs);
  // The system's clock goes on being followed, and is known to be off by no more than was just seen.
  if (offMs < AGREEMENT_MS) return trustSystem(known, reading, Math.min(AGREEMENT_MS, offMs + errorBoundMs));
  return { ...anchoredAt(known, reading, timeMs), state: 'estimated', source: 'answer', errorBoundMs };
}

/** The wall clock may lag a signed date by the tolerance, never by more: boards without a battery wake up in 1970. */
function plausible(model: ClockModel, reading: ClockReading): boolean {
  const floorMs = model.source === 'floor' ? Math.max(model.signedFloorMs, model.savedFloorMs) : model.signedFloorMs;
  return reading.systemMs >= floorMs - AGREEMENT_MS;
}

function followSystem(model: ClockModel, reading: ClockReading): ClockModel {
  if (reading.synchronized) return trustSystem(model, reading, NETWORK_TIME_ERROR_MS);
  return { ...anchoredAt(model, reading, reading.systemMs), state: 'estimated', source: 'system', errorBoundMs: null };
}

function trustSystem(model: ClockModel, reading: ClockReading, errorBoundMs: number): ClockModel {
  return { ...anchoredAt(model, reading, reading.systemMs), state: 'trusted', source: 'trusted', errorBoundMs };
}

function anchorOnDocument(model: ClockModel, reading: ClockReading): ClockModel {
  return { ...anchoredAt(model, reading, model.signedFloorMs), state: 'estimated', source: 'document', errorBoundMs: AGREEMENT_MS };
}

function atLeast(model: ClockModel, reading: ClockReading, timeMs: number): ClockModel {
  return { ...anchoredAt(model, reading, timeMs), state: 'unknown', source: 'floor', errorBoundMs: null };
}

function goOnByCounter(model: ClockModel, reading: ClockReading): ClockModel {
  const state = model.state === 'trusted' ? 'estimated' : model.state;
  // The source stays: a clock that was trusted comes back to trust when the wall clock agrees with the count again.
  return { ...model, ...anchorOf(bestTimeMs(model, reading.monotonicMs), reading), state };
}

/** Evidence for an earlier time than the one we had saved means the saved one was wrong, or it would stand in the way for ever. */
function anchoredAt(model: ClockModel, reading: ClockReading, timeMs: number): ClockModel {
  return { ...model, ...anchorOf(timeMs, reading), savedFloorMs: Math.min(model.savedFloorMs, timeMs) };
}

function anchorOf(timeMs: number, reading: ClockReading) {
  return { anchorTimeMs: timeMs, anchorMonotonicMs: reading.monotonicMs };
}
