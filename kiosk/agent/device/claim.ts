import { ClaimPollReply, ClaimRequestReply, spacedUserCode } from '@concierge/contract/http/device-claims.ts';
import type { ClaimLine, ScreenClaim } from '@concierge/contract/kiosk/screen.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { Logger } from 'pino';
import { drawQr } from '../screen/qr.ts';
import { type BackOffLimits, nextWaitMs } from '../sync/back-off.ts';
import { AGENT_VERSION } from '../version.ts';
import type { BootTokenFile } from './boot-token.ts';
import { deviceRequest, signPoll, wordsOfKey } from './device-key.ts';
import {
  type ClaimFault,
  checkClaim,
  type DeviceIdentity,
  forgetClaimRequest,
  loadIdentity,
  noteClaimRequest,
  openClaimRequest,
  prepareClaimRequest,
  saveClaim,
} from './identity.ts';
import { type PostFailure, postToCloud } from './post-to-cloud.ts';
import type { PrivateDirectory } from './private-directory.ts';

/** A way to become a building's screen. */
export interface Claim {
  /** Goes on until the device is claimed; calls `onClaimed` once. */
  start(onClaimed: (identity: DeviceIdentity) => void): void;
  /** What the screen says meanwhile; null when there is nothing to be done by whoever reads it. */
  screen(): Omit<ScreenClaim, 'refusedFiles'> | null;
  stop(): void;
}

type ClaimRefusal = PostFailure | ClaimFault;

interface OpenClaim {
  readonly keyPem: string;
  readonly pollSeconds: number;
  readonly shown: NonNullable<ScreenClaim['code']>;
  readonly endsAtMs: number;
}

/**
 * The claim by a code on the screen (ADR 0016): asks the cloud for a code, shows it as long as it is good, and asks what became of it. Time is counted on the monotonic counter, because a
 * device from the shelf does not know the date.
 *
 * INVARIANT: no claim is asked for while another's answer is not known, also after a restart: somebody may have confirmed it in its last second.
 */
export function createClaim(deps: {
  directory: PrivateDirectory;
  bootToken: BootTokenFile;
  cloudUrl: string;
  serial(): string;
  random(): number;
  monotonicMs(): number;
  clockTrusted(): boolean;
  /** Whether somebody on a network has given this machine an address. */
  hasAddress(): boolean;
  backOff: BackOffLimits;
  /** The screen has something new to say. */
  onChange(): void;
  logger: Logger;
}): Claim {
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let hiding: NodeJS.Timeout | undefined;
  /** The claim of this run whose code is, or was, on the screen. */
  let open: OpenClaim | null = null;
  let line: ClaimLine = 'asking';
  let waitMs = 0;
  let askedBefore = false;

  function show(next: { open?: OpenClaim | null; line?: ClaimLine }): void {
    if (next.open !== undefined) open = next.open;
    if (next.line !== undefined) line = next.line;
    deps.onChange();
  }

  /** Its answer is known, and it is no claim. */
  function forget(): void {
    clearTimeout(hiding);
    forgetClaimRequest(deps.directory);
    show({ open: null });
  }

  function isOver(claim: OpenClaim): boolean {
    return deps.monotonicMs() >= claim.endsAtMs;
  }

  /** By itself: the next step may wait long for the network. A timer may come a moment before the counter says so, and then waits for the rest. */
  function hideWhenOver(): void {
    clearTimeout(hiding);
    const shown = open;
    if (shown === null) return;
    hiding = setTimeout(() => (isOver(shown) ? deps.onChange() : hideWhenOver()), shown.endsAtMs - deps.monotonicMs()).unref();
  }

  /** One step; returns how long to wait for the next one, or the identity. */
  async function step(): Promise<DeviceIdentity | number> {
    const claimId = openClaimRequest(deps.directory);
    const outcome = claimId === null ? await ask() : await poll(claimId);
    if (outcome.ok) {
      waitMs = 0;
      show({ line: 'connected' });
      return outcome.value;
    }
    show({ line: lineOf(outcome.error, deps) });
    waitMs = nextWaitMs(deps.backOff, waitMs, 0, deps.random());
    deps.logger.warn({ reason: outcome.error, waitMs }, 'not claimed yet');
    return waitMs;
  }

  async function ask(): Promise<Result<number, ClaimRefusal>> {
    const serial = deps.serial();
    const { keyPem, csrPem } = await deviceRequest(deps.directory, serial);
    const bootToken = deps.bootToken.read();
    prepareClaimRequest(deps.directory);
    const reply = await postToCloud({
      url: new URL('/api/kiosk/claims', deps.cloudUrl),
      body: { csrPem, serial, agentVersion: AGENT_VERSION, ...(bootToken === null ? {} : { bootToken }) },
      reply: ClaimRequestReply,
      stopping: stopping.signal,
    });
    if (!reply.ok) return reply;
    const { claimId, userCode, confirmUrl, lastsSeconds, pollSeconds } = reply.value;
    // Before anybody can read the code, and so before anybody can confirm it.
    noteClaimRequest(deps.directory, claimId);
    const lastsMs = lastsSeconds * 1_000;
    show({
      open: {
        keyPem,
        pollSeconds,
        shown: { userCode: spacedUserCode(userCode), words: wordsOfKey(keyPem), qr: drawQr(confirmUrl) },
        endsAtMs: deps.monotonicMs() + lastsMs,
      },
    });
    hideWhenOver();
    // With a token it may be claimed already; asked once only, so that a cloud that ends every claim is not asked without a pause.
    const atOnce = bootToken !== null && !askedBefore;
    askedBefore = true;
    return success(atOnce ? 0 : pollSeconds * 1_000);
  }

  async function poll(claimId: string): Promise<Result<DeviceIdentity | number, ClaimRefusal>> {
    const serial = deps.serial();
    const { keyPem } = open ?? (await deviceRequest(deps.directory, serial));
    const reply = await postToCloud({
      url: new URL(`/api/kiosk/claims/${claimId}/poll`, deps.cloudUrl),
      body: { signature: signPoll(keyPem, claimId) },
      reply: ClaimPollReply,
      stopping: stopping.signal,
    });
    if (!reply.ok) {
      // The cloud knows this claim no longer: another code is the way on.
      if (reply.error === 'refused') forget();
      return reply;
    }
    if (reply.value.state === 'waiting' && open !== null && !isOver(open)) return success(open.pollSeconds * 1_000);
    if (reply.value.state !== 'confirmed') {
      forget();
      return success(0);
    }
    const fault = checkClaim(reply.value.claim, keyPem);
    if (fault !== null) {
      forget();
      return failure(fault);
    }
    saveClaim(deps.directory, reply.value.claim, serial);
    deps.bootToken.erase();
    clearTimeout(hiding);
    show({ open: null });
    const identity = await loadIdentity(deps.directory, serial);
    return identity.ok ? identity : failure('unusable-reply');
  }

  async function goOn(onClaimed: (identity: DeviceIdentity) => void): Promise<void> {
    const next = await step();
    if (stopping.signal.aborted) return;
    if (typeof next === 'number') {
      schedule(onClaimed, next);
      return;
    }
    deps.logger.info({ deviceId: next.deviceId }, 'claimed');
    onClaimed(next);
  }

  function schedule(onClaimed: (identity: DeviceIdentity) => void, delayMs: number): void {
    timer = setTimeout(() => {
      goOn(onClaimed).catch((error: unknown) => {
        // What the network does is an answer like any other: what is thrown is the card's doing.
        deps.logger.error({ error }, 'the claim failed unexpectedly');
        if (stopping.signal.aborted) return;
        show({ line: 'card-fault' });
        schedule(onClaimed, deps.backOff.capMs);
      });
    }, delayMs);
  }

  return {
    start: (onClaimed) => schedule(onClaimed, 0),
    screen: () => ({ line, code: open === null || isOver(open) ? null : open.shown }),
    stop() {
      clearTimeout(timer);
      clearTimeout(hiding);
      stopping.abort();
    },
  };
}

function lineOf(refusal: ClaimRefusal, known: { hasAddress(): boolean; clockTrusted(): boolean }): ClaimLine {
  if (refusal === 'no-network' || refusal === 'not-the-cloud') return refusal;
  // Without a network there is nobody to ask for a name either, and the cable is the first thing to look at.
  if (refusal === 'name-unresolved' || refusal === 'no-answer') return known.hasAddress() ? refusal : 'no-network';
  // By a clock that is right the cloud's certificate has run out, which is the cloud's to mend.
  if (refusal === 'clock-disagrees') return known.clockTrusted() ? 'busy' : 'clock-unknown';
  return refusal === 'cloud-busy' ? 'busy' : 'refused';
}
