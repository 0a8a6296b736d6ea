import { createHash, createPublicKey, timingSafeEqual, verify } from 'node:crypto';
import { bringsResult, commandResultText, type ResultHeaders } from '@concierge/contract/http/command-results.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { actorOf, recordAudit, recordAuditOnce } from '#platform/audit/audit.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import type { Principal } from '#platform/http/principal.ts';
import type { Failure } from '#platform/http/problem.ts';
import { forEveryTenant, forgetInSteps } from '#platform/jobs/every-tenant.ts';
import type { PeriodicJob } from '#platform/jobs/jobs.ts';
import type { Outbox } from '#platform/outbox/outbox.ts';
import { type ResultType, typeOfResult } from './command-rules.ts';
import { type AwaitedCommand, findAwaited, forgetResults, keepResult, noteBrought, readResult } from './result-store.ts';
import { findDevice, lockDevice, tenantOfDevice } from './store.ts';

/** How long what a device brought can be looked at. */
const KEPT_MS = 7 * 86_400_000;
/** A picture may have two megabytes. */
const MOST_FORGOTTEN_AT_ONCE = 100;

/** From when on results are shown. */
export function keptSince(nowMs: number): Date {
  return new Date(nowMs - KEPT_MS);
}

interface BroughtResult {
  readonly contentType: ResultType;
  readonly content: Buffer;
}

/** What devices bring when they are asked for lines or a picture (ADR 0024). */
export interface CommandResults {
  /** Whether this device is waited for to answer this command: asked before its body is read. All that stands in the way looks the same. */
  awaits(commandId: string, proof: ResultHeaders): Promise<Result<null, Failure>>;
  /** Takes it, once, and before the command has run out. */
  take(commandId: string, proof: ResultHeaders, content: Uint8Array): Promise<Result<null, Failure>>;
  /** What was brought, for somebody to look at. It may show people: who looks at it is written down, once for each result. */
  read(principal: Principal, deviceId: string, commandId: string): Promise<Result<BroughtResult, Failure>>;
  readonly periodic: PeriodicJob;
}

export function createCommandResults(deps: {
  database: Database;
  outbox: Outbox;
  tenantIds(): Promise<string[]>;
  nowMs(): number;
}): CommandResults {
  const { database, outbox } = deps;

  /** Works on the command that the proof answers, on its tenant's behalf. */
  async function withAwaited(
    commandId: string,
    proof: ResultHeaders,
    work: (tx: Transaction, awaited: AwaitedCommand) => Promise<Result<null, Failure>>,
  ): Promise<Result<null, Failure>> {
    const deviceId = proof['concierge-device'];
    const tenantId = await tenantOfDevice(database, deviceId);
    if (tenantId === null) return failure({ code: 'not-found' });
    return database.transaction<Result<null, Failure>>({ tenantId, sessionId: null }, async (tx) => {
      const awaited = await findAwaited(tx, commandId, deviceId, new Date(deps.nowMs()));
      if (awaited === null || !bringsResult(awaited.command)) return failure({ code: 'not-found' });
      return isSigned(commandId, proof, awaited.keyThumbprint) ? work(tx, awaited) : failure({ code: 'not-found' });
    });
  }

  return {
    awaits: (commandId, proof) => withAwaited(commandId, proof, async () => success(null)),

    take: (commandId, proof, content) =>
      withAwaited(commandId, proof, async (tx, { command, deviceId, buildingId }) => {
        if (!bringsResult(command)) return failure({ code: 'not-found' });
        if (createHash('sha256').update(content).digest('hex') !== proof['concierge-content-sha256'])
          return failure({ code: 'bad-request' });
        const contentType = typeOfResult(command, content);
        if (!contentType.ok) return failure({ code: contentType.error === 'too-large' ? 'too-large' : 'result-not-asked-for' });
        const receivedAt = new Date(deps.nowMs());
        if (!(await noteBrought(tx, commandId, deviceId, receivedAt))) return failure({ code: 'not-found' });
        await keepResult(tx, { deviceId, buildingId, command, commandId, contentType: contentType.value, content, receivedAt });
        await recordAudit(
          tx,
          { kind: 'device', id: deviceId },
          {
            action: 'device.brought-result',
            subjectKind: 'device',
            subjectId: deviceId,
            buildingId,
            details: { command, commandId, bytes: content.length },
          },
        );
        await outbox.announceLive(tx, { subject: 'device', id: deviceId, buildingId });
        return success(null);
      }),

    async read(principal, deviceId, commandId) {
      const device = await findDevice(database, principal.scope, deviceId);
      if (device === null || !principal.may('device:read', device.buildingId)) return failure({ code: 'not-found' });
      if (!principal.may('device:write', device.buildingId)) return failure({ code: 'not-allowed' });
      return database.transaction<Result<BroughtResult, Failure>>(principal.scope, async (tx) => {
        await lockDevice(tx, deviceId);
        const result = await readResult(tx, { deviceId, commandId, keptSince: keptSince(deps.nowMs()) });
        if (result === null) return failure({ code: 'not-found' });
        const { command, ...brought } = result;
        await recordAuditOnce(tx, actorOf(principal), {
          action: 'device.result-seen',
          subjectKind: 'device',
          subjectId: deviceId,
          buildingId: device.buildingId,
          details: { command, commandId },
        });
        return success(brought);
      });
    },

    periodic: {
      task: 'fleet.forget-command-results',
      crontab: '40 2 * * *',
      run: () =>
        forEveryTenant(deps.tenantIds, (tenantId) =>
          forgetInSteps(database, tenantId, MOST_FORGOTTEN_AT_ONCE, (tx, most) => forgetResults(tx, keptSince(deps.nowMs()), most)),
        ),
    },
  };
}

/** By the key that the device was claimed with: its hash is what the cloud has of it. */
function isSigned(commandId: string, proof: ResultHeaders, keyThumbprint: Buffer): boolean {
  const spki = Buffer.from(proof['concierge-device-key'], 'base64url');
  const thumbprint = createHash('sha256').update(spki).digest();
  if (thumbprint.length !== keyThumbprint.length || !timingSafeEqual(thumbprint, keyThumbprint)) return false;
  const key = { key: createPublicKey({ key: spki, format: 'der', type: 'spki' }), dsaEncoding: 'ieee-p1363' as const };
  const text = commandResultText(commandId, proof['concierge-content-sha256']);
  return verify('sha256', Buffer.from(text), key, Buffer.from(proof['concierge-signature'], 'base64url'));
}
