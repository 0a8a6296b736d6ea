import type { Preauthorisation } from '@concierge/contract/http/device-batches.ts';

/** What is known of one serial of a batch. */
export interface SerialFacts {
  readonly batchOver: boolean;
  readonly presented: boolean;
  readonly deviceId: string | null;
  readonly deviceEnd: DeviceEnd;
}

/** How the device that came of a serial has ended: cut off by the office, or by itself; null while it lives. */
export type DeviceEnd = 'revoked' | 'left' | null;

export function stateOfSerial(facts: SerialFacts): Preauthorisation['state'] {
  if (facts.deviceId !== null) return facts.deviceEnd ?? 'claimed';
  if (facts.batchOver) return 'ended';
  return facts.presented ? 'waiting' : 'open';
}

/** What becomes of a machine that came with the good token of a batch that stands. */
export type BootVerdict =
  /** As if it had brought nothing. */
  | 'refuse'
  /** It is heard from now on, and nobody has said where it goes. */
  | 'wait'
  | 'claim'
  /** It was claimed and did not get to hear of it. */
  | 'answer-again';

/**
 * The serial alone is no secret and the token is on every card of the batch, so the first key that brings both is the only one that is ever heard for the serial: a copy of the card makes
 * itself another key.
 */
export function judgeBoot(
  authorised: {
    readonly heardKey: Uint8Array | null;
    readonly deviceId: string | null;
    readonly deviceEnd: DeviceEnd;
    readonly buildingId: string | null;
  } | null,
  key: Uint8Array,
): BootVerdict {
  if (authorised === null) return 'refuse';
  if (authorised.heardKey !== null && !sameBytes(authorised.heardKey, key)) return 'refuse';
  if (authorised.deviceId !== null) return authorised.deviceEnd === null ? 'answer-again' : 'refuse';
  return authorised.buildingId === null ? 'wait' : 'claim';
}

/** The name a device goes by until somebody gives it another: at most 60 letters, the batch's name having 40. */
export function deviceNameOf(batchName: string, deviceNumber: string): string {
  return `${batchName} ${deviceNumber}`;
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
