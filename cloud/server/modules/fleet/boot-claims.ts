import { createHash, timingSafeEqual } from 'node:crypto';
import { batchOfBootToken, deviceNumber } from '@concierge/contract/http/device-batches.ts';
import { ClaimReply } from '@concierge/contract/http/devices.ts';
import { type Actor, recordAudit } from '#platform/audit/audit.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import { type BootVerdict, deviceNameOf, judgeBoot } from './batch-rules.ts';
import { type BatchRow, holdBatch, noteRefusal, tenantOfBatch } from './batch-store.ts';
import { hasTry, takeTry } from './claim-store.ts';
import { CERTIFICATE_DAYS, certify, claimReply, type EnrolmentDeps, enrol, type NewDevice } from './enrolment.ts';
import { bindSerial, earlierReply, lockSerial, settleBoundRequest, spendSerial } from './serial-store.ts';
import { lockDeviceKey, noteCertificate } from './store.ts';

/** More than for codes: behind the address of a workshop a dozen machines that nobody listed must not keep the others waiting, and a token cannot be guessed. */
const TRIES = 20;

/** A device request that brought the token of a card. */
export interface AskedWithToken {
  readonly claimId: string;
  readonly keyThumbprint: Uint8Array;
  readonly csrPem: string;
  readonly serial: string;
  readonly bootToken: string;
  readonly address: string;
}

export interface BootClaims {
  /** Claims the device when its token is good and its serial is listed. Whatever is wrong, nothing happens: the device waits for a person like any other. */
  redeem(asked: AskedWithToken): Promise<void>;
}

export interface BootClaimsDeps extends EnrolmentDeps {
  readonly database: Database;
}

/** The claim without a person (ADR 0019). */
export function createBootClaims(deps: BootClaimsDeps): BootClaims {
  const { database } = deps;

  async function judgeAndClaim(
    tx: Transaction,
    batchId: string,
    asked: AskedWithToken,
    device: NewDevice,
  ): Promise<BootVerdict | 'wrong-token'> {
    const batch = await holdBatch(tx, batchId);
    if (batch === null || batch.over || !isTokenOf(batch, asked.bootToken)) return 'wrong-token';
    const serial = asked.serial.toLowerCase();
    const authorised = await lockSerial(tx, batchId, serial);
    const known = authorised === null ? null : { ...authorised, heardKey: authorised.keyThumbprint };
    const buildingId = authorised?.buildingId ?? batch.buildingId;
    const verdict = judgeBoot(known === null ? null : { ...known, buildingId }, asked.keyThumbprint);
    if (authorised === null || verdict === 'refuse') return 'refuse';
    await bindSerial(tx, batchId, serial, { keyThumbprint: asked.keyThumbprint, requestId: asked.claimId });
    // Somebody may be looking out for it.
    await deps.outbox.announceLive(tx, { subject: 'device-batch', id: batchId, buildingId });
    if (verdict === 'claim' && buildingId !== null)
      await claimBound(
        tx,
        deps,
        { kind: 'device', id: device.id },
        { batch, serial, authorised, requestId: asked.claimId, device, buildingId },
      );
    if (verdict === 'answer-again' && authorised.deviceId !== null)
      await answerAgain(tx, asked, { deviceId: authorised.deviceId, earlierRequestId: authorised.requestId });
    return verdict;
  }

  /** The device was claimed and its answer got lost: the same one, or, once that is forgotten, a new certificate for the same device and key. */
  async function answerAgain(
    tx: Transaction,
    asked: AskedWithToken,
    before: { deviceId: string; earlierRequestId: string | null },
  ): Promise<void> {
    const held = await lockDeviceKey(tx, before.deviceId);
    if (held === null || !held.keyThumbprint.equals(asked.keyThumbprint)) throw new RequestPassed();
    const earlier = ClaimReply.safeParse(before.earlierRequestId === null ? null : await earlierReply(tx, before.earlierRequestId));
    let reply = earlier.success ? { ...earlier.data, buildingId: held.buildingId } : null;
    if (reply === null) {
      const certificatePem = held.recentCertificatePem ?? (await certifyAgain(tx, asked.csrPem, before.deviceId));
      reply = claimReply(deps, { id: before.deviceId, certificatePem }, held.buildingId);
    }
    if (!(await settleBoundRequest(tx, asked.claimId, before.deviceId, reply))) throw new RequestPassed();
  }

  async function certifyAgain(tx: Transaction, csrPem: string, deviceId: string): Promise<string> {
    const certificate = await deps.authority.issueForRequest(csrPem, deviceId, CERTIFICATE_DAYS);
    if (certificate === null) throw new RequestPassed();
    await noteCertificate(tx, deviceId, certificate);
    return certificate.certificatePem;
  }

  return {
    async redeem(asked) {
      const subjects = [hashOf(`boot token from ${asked.address}`)];
      // A wrong one counts, after it was looked at: a roomful of machines that start together is no attack. What several at once can try beyond the limit, the route's own limit ends.
      if (!(await hasTry(database, subjects, TRIES))) return;
      const verdict = await redeemOnce(asked);
      if (verdict === 'refuse') await takeTry(database, subjects, TRIES);
    },
  };

  async function redeemOnce(asked: AskedWithToken): Promise<BootVerdict> {
    const batchId = batchOfBootToken(asked.bootToken);
    const tenantId = batchId === null ? null : await tenantOfBatch(database, batchId);
    // Made before anything is locked, because it takes longer than all the rest. Nothing is written by it.
    const device = tenantId === null ? null : await certify(deps, asked.csrPem);
    if (batchId === null || tenantId === null || device === null) return 'refuse';
    const scope = { tenantId, sessionId: null };
    const verdict = await database
      .transaction(scope, (tx) => judgeAndClaim(tx, batchId, asked, device))
      .catch((error: unknown) => {
        if (error instanceof RequestPassed) return 'passed' as const;
        throw error;
      });
    if (verdict === 'refuse') await database.transaction(scope, (tx) => noteRefusal(tx, batchId));
    return verdict === 'wrong-token' || verdict === 'passed' ? 'refuse' : verdict;
  }
}

/** Somebody else has answered the request in between, or it is over. All that the transaction did is undone. */
export class RequestPassed extends Error {}

/** Makes the machine behind a bound request a device of the building. The serial must be locked and bound to the request. */
export async function claimBound(
  tx: Transaction,
  deps: EnrolmentDeps,
  actor: Actor,
  claim: {
    batch: Pick<BatchRow, 'id' | 'number' | 'name'>;
    serial: string;
    authorised: { readonly number: number; readonly deviceName: string | null; readonly placement: string | null };
    requestId: string;
    device: NewDevice;
    buildingId: string;
  },
): Promise<void> {
  const { batch, serial, authorised, device, buildingId } = claim;
  const called = deviceNumber(batch.number, authorised.number);
  const name = authorised.deviceName ?? deviceNameOf(batch.name, called);
  const reply = await enrol(tx, deps, actor, device, { buildingId, name, placement: authorised.placement, serial });
  await spendSerial(tx, batch.id, serial, device.id);
  await recordAudit(tx, actor, {
    action: 'device-batch.serial-claimed',
    subjectKind: 'device-batch',
    subjectId: batch.id,
    buildingId,
    details: { serial, deviceNumber: called, deviceId: device.id },
  });
  if (!(await settleBoundRequest(tx, claim.requestId, device.id, reply))) throw new RequestPassed();
}

function isTokenOf(batch: Pick<BatchRow, 'bootTokenHash'>, token: string): boolean {
  return batch.bootTokenHash !== null && timingSafeEqual(hashOf(token), batch.bootTokenHash);
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
