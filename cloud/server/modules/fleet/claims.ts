import { createHash, createPublicKey, randomBytes, randomInt, verify } from 'node:crypto';
import {
  type ClaimConfirmBody,
  type ClaimLookupReply,
  type ClaimPollReply,
  type ClaimRequestReply,
  claimPollText,
  normalUserCode,
  USER_CODE_LENGTH,
  USER_CODE_LETTERS,
  UserCode,
} from '@concierge/contract/http/device-claims.ts';
import { ClaimReply, type Device } from '@concierge/contract/http/devices.ts';
import { minutesLeft } from '@concierge/i18n/problems.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { uuidV7 } from '@concierge/kernel/uuid.ts';
import pg from 'pg';
import type { Property } from '#modules/property/index.ts';
import { actorOf, recordAudit } from '#platform/audit/audit.ts';
import type { Database } from '#platform/database/database.ts';
import type { Principal } from '#platform/http/principal.ts';
import type { Failure } from '#platform/http/problem.ts';
import type { BootClaims } from './boot-claims.ts';
import { sameWords, wordPairsToChooseFrom } from './claim-rules.ts';
import {
  answerAgain,
  type DeviceRequest,
  endRequest,
  findRequest,
  lockRequest,
  openRequest,
  requestAnswer,
  returnTry,
  settleRequest,
  takeTry,
  triesFreeAt,
} from './claim-store.ts';
import { certify, type EnrolmentDeps, enrol } from './enrolment.ts';
import { lockSerialOfRequest, spendSerialOfRequest } from './serial-store.ts';
import { findDevice } from './store.ts';

const LASTS_SECONDS = 600;
const POLL_SECONDS = 2;
const TRIES = 5;
const MAX_CODES_TRIED = 5;

/** How a device from the shelf becomes a building's screen (ADR 0016). */
export interface Claims {
  /** A device asks; it is told the code to show. */
  open(
    request: { csrPem: string; serial: string; agentVersion: string; bootToken?: string | undefined },
    address: string,
  ): Promise<Result<ClaimRequestReply, Failure>>;
  /** The device asks what became of it, and proves that it is the one that asked. */
  poll(claimId: string, signature: string): Promise<Result<ClaimPollReply, Failure>>;
  /** A manager typed a code. The only way by which a code opens anything. */
  lookup(principal: Principal, userCode: string, address: string): Promise<Result<ClaimLookupReply, Failure>>;
  /** The manager chose the words on the screen and its place. */
  confirm(principal: Principal, claimId: string, body: ClaimConfirmBody): Promise<Result<Device, Failure>>;
}

export interface ClaimsDeps extends EnrolmentDeps {
  readonly database: Database;
  readonly property: Pick<Property, 'lobbyBuilding'>;
  readonly bootClaims: BootClaims;
}

export function createClaims(deps: ClaimsDeps): Claims {
  const { database } = deps;

  /** The code the request was opened with; null while too many devices ask from there at once. */
  async function openUnderFreeCode(request: Omit<DeviceRequest, 'codeHash' | 'lastsSeconds'>): Promise<string | null> {
    for (let tried = 0; tried < MAX_CODES_TRIED; tried += 1) {
      const userCode = newUserCode();
      try {
        const opened = await openRequest(database, { ...request, codeHash: hashOf(userCode), lastsSeconds: LASTS_SECONDS });
        return opened ? userCode : null;
      } catch (error) {
        if (!(error instanceof pg.DatabaseError && error.code === '23505')) throw error;
      }
    }
    return null;
  }

  async function lockedOut(subjects: readonly Uint8Array[]): Promise<Failure> {
    const freeAt = await triesFreeAt(database, subjects, TRIES);
    // Counted from now, because the reader's clock may go wrong; the last second counts as a minute.
    return {
      code: 'locked-out',
      ...(freeAt === null ? {} : { detail: minutesLeft(Math.max(1, Math.ceil((freeAt.getTime() - deps.nowMs()) / 60_000))) }),
    };
  }

  /** What somebody is told whose office has confirmed the code already: it is no wrong one. */
  async function confirmedAs(principal: Principal, deviceId: string): Promise<Result<ClaimLookupReply, Failure>> {
    const device = await findDevice(database, principal.scope, deviceId);
    // Gone again, or in a building that is not this person's.
    if (device === null || !principal.may('device:read', device.buildingId)) return failure({ code: 'claim-code-unknown' });
    return success({ state: 'confirmed', deviceId });
  }

  return {
    async open({ csrPem, serial, agentVersion, bootToken }, address) {
      const key = await deps.authority.requestedKey(csrPem);
      if (key === null) return failure({ code: 'claim-refused' });
      const claimId = uuidV7(deps.nowMs(), randomBytes(16));
      const userCode = await openUnderFreeCode({
        id: claimId,
        keyThumbprint: key.thumbprint,
        csrPem,
        serial,
        agentVersion,
        addressHash: hashOf(`address ${address}`),
      });
      if (userCode === null) return failure({ code: 'unavailable' });
      if (bootToken !== undefined)
        await deps.bootClaims.redeem({ claimId, keyThumbprint: key.thumbprint, csrPem, serial, bootToken, address });
      // Whose device this key is already is told to its holder alone, who polls.
      await answerAgain(database, claimId);
      // The same answer for every token: what it was good for is told to the holder of the key who polls.
      const confirmUrl = new URL(`office/screens?code=${userCode}`, deps.cloudUrl).href;
      return success({ claimId, userCode, confirmUrl, lastsSeconds: LASTS_SECONDS, pollSeconds: POLL_SECONDS });
    },

    async poll(claimId, signature) {
      const request = await requestAnswer(database, claimId);
      // An unknown claim and a foreign key's signature are answered alike: who does not hold the key learns nothing.
      const key = request === null ? null : await deps.authority.requestedKey(request.csrPem);
      if (request === null || key === null || !isSigned(claimId, signature, key.publicKeyPem)) return failure({ code: 'not-found' });
      if (request.reply !== null) return success({ state: 'confirmed', claim: ClaimReply.parse(request.reply) });
      return success({ state: request.ended ? 'ended' : 'waiting' });
    },

    async lookup(principal, typed, address) {
      const userCode = UserCode.safeParse(normalUserCode(typed));
      // Half a code is a slip of the finger and no guess.
      if (!userCode.success) return failure({ code: 'claim-code-unknown' });
      const subjects = [`user ${principal.userId}`, `address ${address}`, `code ${userCode.data}`].map(hashOf);
      if (!(await takeTry(database, subjects, TRIES))) return failure(await lockedOut(subjects));
      const found = await database.transaction(principal.scope, (tx) => findRequest(tx, hashOf(userCode.data), principal.userId));
      if (found === null) return failure({ code: 'claim-code-unknown' });
      await returnTry(database, subjects);
      if (found.deviceId !== null) return confirmedAs(principal, found.deviceId);
      return success({
        state: 'waiting',
        claimId: found.id,
        serial: found.serial,
        agentVersion: found.agentVersion,
        expiresAt: found.expiresAt.toISOString(),
        wordPairs: wordPairsToChooseFrom(found.keyThumbprint),
      });
    },

    async confirm(principal, claimId, { words, buildingId, name, placement }) {
      if (!principal.may('device:write', buildingId))
        return failure({ code: principal.may('building:read', buildingId) ? 'not-allowed' : 'not-found' });
      const outcome = await database
        .transaction<Result<string, Failure>>(principal.scope, async (tx) => {
          if ((await deps.property.lobbyBuilding(tx, buildingId)) === null) return failure({ code: 'not-found' });
          await lockSerialOfRequest(tx, claimId);
          const request = await lockRequest(tx, claimId);
          if (request === null) return failure({ code: 'claim-ended' });
          const wordsRight = sameWords(request.keyThumbprint, words);
          // The same again, because the reply was lost, or by a colleague before the same screen: it is done.
          if (request.deviceId !== null) return wordsRight ? success(request.deviceId) : failure({ code: 'claim-taken' });
          if (!wordsRight) {
            await endRequest(tx, claimId);
            await recordAudit(tx, actorOf(principal), {
              action: 'device.claim-turned-down',
              subjectKind: 'device-claim',
              subjectId: claimId,
              buildingId,
              details: { serial: request.serial, reason: 'wrong words' },
            });
            return failure({ code: 'claim-words-wrong' });
          }
          const device = await certify(deps, request.csrPem);
          if (device === null) return failure({ code: 'claim-refused' });
          const reply = await enrol(tx, deps, actorOf(principal), device, { buildingId, name, placement, serial: request.serial });
          await spendSerialOfRequest(tx, claimId, device.id);
          const settled = await settleRequest(tx, { requestId: claimId, deviceId: device.id, reply });
          // The row is locked, so only its end may have passed meanwhile; then nothing of this may stand.
          if (!settled) throw new ClaimPassed();
          return success(device.id);
        })
        .catch((error: unknown) => {
          if (error instanceof ClaimPassed) return failure<Failure>({ code: 'claim-ended' });
          throw error;
        });
      if (!outcome.ok) return outcome;
      const device = await findDevice(database, principal.scope, outcome.value);
      if (device === null) return failure({ code: 'not-found' });
      // A colleague was first and hung it elsewhere.
      return device.buildingId === buildingId ? success(device) : failure({ code: 'claim-taken' });
    },
  };
}

class ClaimPassed extends Error {}

function newUserCode(): string {
  return Array.from({ length: USER_CODE_LENGTH }, () => USER_CODE_LETTERS[randomInt(USER_CODE_LETTERS.length)]).join('');
}

function isSigned(claimId: string, signature: string, publicKeyPem: string): boolean {
  const key = { key: createPublicKey(publicKeyPem), dsaEncoding: 'ieee-p1363' as const };
  return verify('sha256', Buffer.from(claimPollText(claimId)), key, Buffer.from(signature, 'base64url'));
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
