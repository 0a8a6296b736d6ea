import { z } from 'zod';
import { Instant, Uuid } from '../text.ts';
import { ClaimReply } from './devices.ts';

/**
 * The letters of a user code (ADR 0016, after RFC 8628 §6.1): consonants, so that no word comes out, and each with one letter of the Greek
 * keyboard on its key that is told from all others, so that whoever types in Greek types the same code.
 */
export const USER_CODE_LETTERS = 'BCDFGHJKLMNSTVXZ';
export const USER_CODE_LENGTH = 8;

const greekKeys: Readonly<Record<string, string>> = {
  Β: 'B',
  Ψ: 'C',
  Δ: 'D',
  Φ: 'F',
  Γ: 'G',
  Η: 'H',
  Ξ: 'J',
  Κ: 'K',
  Λ: 'L',
  Μ: 'M',
  Ν: 'N',
  Σ: 'S',
  Τ: 'T',
  Ω: 'V',
  Χ: 'X',
  Ζ: 'Z',
};

/** A code as somebody typed it: any case, with or without its hyphen, on a Latin or a Greek keyboard. What is no code stays what it is. */
export function normalUserCode(typed: string): string {
  return typed
    .toLocaleUpperCase('en')
    .replaceAll(/[\s-]/g, '')
    .replaceAll(/\p{Script=Greek}/gu, (letter) => greekKeys[letter] ?? letter);
}

/** As people read it: two groups of four. */
export function spacedUserCode(code: string): string {
  return `${code.slice(0, USER_CODE_LENGTH / 2)}-${code.slice(USER_CODE_LENGTH / 2)}`;
}

/** A code the cloud makes; what people type is normalised before it is compared. */
export const UserCode = z.string().regex(new RegExp(`^[${USER_CODE_LETTERS}]{${USER_CODE_LENGTH}}$`));

/** Two words that stand for a device's key, as its own screen shows them. */
export const WordPair = z.strictObject({ el: z.string().max(60), en: z.string().max(60) }).meta({ id: 'WordPair' });
export type WordPair = z.infer<typeof WordPair>;

/** POST /api/kiosk/claims: a device that belongs to nobody asks for a code. The request for a certificate proves that it holds the key. */
export const ClaimRequestBody = z.strictObject({
  csrPem: z.string().max(4_000),
  serial: z.string().regex(/^[A-Za-z0-9-]{1,60}$/),
  agentVersion: z.string().min(1).max(40),
  /** From the card of a batch (device-batches.ts). One that is not good is answered like none. */
  bootToken: z.string().max(200).optional(),
});

export const ClaimRequestReply = z
  .strictObject({
    claimId: Uuid,
    userCode: UserCode,
    /** Where a manager's phone goes that scans the screen. */
    confirmUrl: z.url().max(300),
    lastsSeconds: z.int().positive().max(3_600),
    pollSeconds: z.int().positive().max(60),
  })
  .meta({ id: 'ClaimRequestReply' });
export type ClaimRequestReply = z.infer<typeof ClaimRequestReply>;

/** POST /api/kiosk/claims/:claimId/poll. The signature (P-256, SHA-256, IEEE P1363, base64url) is the device key's over `claimPollText`. */
export const ClaimPollBody = z.strictObject({ signature: z.string().regex(/^[A-Za-z0-9_-]{86}$/) });

/** What a poll signs: nobody else can ask for what became of the claim, even who learnt its id. */
export function claimPollText(claimId: string): string {
  return `concierge claim poll ${claimId}`;
}

export const ClaimPollReply = z
  .discriminatedUnion('state', [
    z.strictObject({ state: z.literal('waiting') }),
    /** Expired or turned down: the device asks anew and shows another code. */
    z.strictObject({ state: z.literal('ended') }),
    z.strictObject({ state: z.literal('confirmed'), claim: ClaimReply }),
  ])
  .meta({ id: 'ClaimPollReply' });
export type ClaimPollReply = z.infer<typeof ClaimPollReply>;

/** POST /api/kiosk/claims/lookup: the one route that takes a code. What it answers is for the asking office alone. */
export const ClaimLookupBody = z.strictObject({ userCode: z.string().min(1).max(40) });

export const FoundClaim = z
  .strictObject({
    state: z.literal('waiting'),
    claimId: Uuid,
    serial: z.string(),
    agentVersion: z.string(),
    expiresAt: Instant,
    /** One of them is on the screen; the person chooses which, and so has looked. */
    wordPairs: z.array(WordPair).length(3),
  })
  .meta({ id: 'FoundClaim' });
export type FoundClaim = z.infer<typeof FoundClaim>;

export const ClaimLookupReply = z
  .discriminatedUnion('state', [
    FoundClaim,
    /** The office has confirmed this code already: whoever loads the page again sees the screen arrive. */
    z.strictObject({ state: z.literal('confirmed'), deviceId: Uuid }),
  ])
  .meta({ id: 'ClaimLookupReply' });
export type ClaimLookupReply = z.infer<typeof ClaimLookupReply>;

/** POST /api/kiosk/claims/:claimId/confirm. A wrong pair ends the claim. */
export const ClaimConfirmBody = z.strictObject({
  words: WordPair,
  buildingId: Uuid,
  name: z.string().trim().min(1).max(60),
  placement: z.string().trim().max(120).nullable(),
});
export type ClaimConfirmBody = z.infer<typeof ClaimConfirmBody>;
