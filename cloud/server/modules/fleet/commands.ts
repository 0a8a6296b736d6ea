import { randomBytes } from 'node:crypto';
import type { DeviceCommand } from '@concierge/contract/http/device-commands.ts';
import type { CommandName, CommandResult } from '@concierge/contract/mqtt/command.ts';
import { signDocument } from '@concierge/contract/signed-document.ts';
import { topicOf } from '@concierge/contract/topics.ts';
import { wordPairOf } from '@concierge/contract/word-pairs.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { uuidV7 } from '@concierge/kernel/uuid.ts';
import { z } from 'zod';
import { actorOf, recordAudit } from '#platform/audit/audit.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import type { Principal } from '#platform/http/principal.ts';
import type { Failure } from '#platform/http/problem.ts';
import type { Job } from '#platform/jobs/jobs.ts';
import type { Keyring } from '#platform/keys/keyring.ts';
import type { Messenger } from '#platform/mqtt/messenger.ts';
import type { Outbox, Subscription } from '#platform/outbox/outbox.ts';
import { keptSince } from './command-results.ts';
import { lastsMs, pauseMs } from './command-rules.ts';
import {
  findUnanswered,
  insertCommand,
  latestCommands,
  noteAnswer,
  type StoredCommand,
  thumbprintOf,
  wasAskedSince,
} from './command-store.ts';
import { findDevice, lockDevice } from './store.ts';

/** A device was asked to do something. */
export const DEVICE_COMMANDED = 'device.commanded';

/** Answers "this command is to be sent". */
export const sendCommand: Subscription = { task: 'fleet.send-command', key: (payload) => payload.subjectId ?? '' };

const LISTED = 20;

/** Asking devices to do something at a distance. */
export interface Commands {
  issue(principal: Principal, deviceId: string, command: CommandName): Promise<Result<DeviceCommand, Failure>>;
  latest(principal: Principal, deviceId: string): Promise<Result<DeviceCommand[], Failure>>;
  /** The device has said what became of one. */
  answered(tx: Transaction, device: { id: string; buildingId: string }, result: CommandResult): Promise<void>;
  readonly jobs: readonly Job[];
}

export interface CommandsDeps {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly messenger: Messenger;
  readonly signing: Keyring['signing'];
  nowMs(): number;
}

const OfCommand = z.object({ tenantId: z.uuid(), subjectId: z.uuid() });

export function createCommands(deps: CommandsDeps): Commands {
  const { database, outbox } = deps;

  async function reachable(principal: Principal, deviceId: string): Promise<Result<{ id: string; buildingId: string }, Failure>> {
    const device = await findDevice(database, principal.scope, deviceId);
    if (device === null || !principal.may('device:read', device.buildingId)) return failure({ code: 'not-found' });
    return principal.may('device:write', device.buildingId) ? success(device) : failure({ code: 'not-allowed' });
  }

  async function shown(principal: Principal, deviceId: string, commands: readonly StoredCommand[]): Promise<DeviceCommand[]> {
    const thumbprint = commands.some(({ command }) => command === 'identify')
      ? await thumbprintOf(database, principal.scope, deviceId)
      : null;
    return commands.map(({ id, command, issuedAt, expiresAt, outcome, resultKept }) => ({
      id,
      command,
      issuedAt: issuedAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
      outcome: outcome ?? (expiresAt.getTime() <= deps.nowMs() ? 'expired' : 'waiting'),
      words: command === 'identify' && thumbprint !== null ? wordPairOf(thumbprint) : null,
      resultKept,
    }));
  }

  return {
    async issue(principal, deviceId, name) {
      const device = await reachable(principal, deviceId);
      if (!device.ok) return device;
      const { buildingId } = device.value;
      const nowMs = deps.nowMs();
      const command = {
        id: uuidV7(nowMs, randomBytes(16)),
        command: name,
        issuedAt: new Date(nowMs),
        expiresAt: new Date(nowMs + lastsMs(name)),
      };
      const refused = await database.transaction<Failure | null>(principal.scope, async (tx) => {
        const pause = pauseMs(name);
        if (pause > 0) {
          // Locked, so that of two who ask at once one hears that the other was first.
          await lockDevice(tx, deviceId);
          if (await wasAskedSince(tx, deviceId, name, new Date(nowMs - pause))) return { code: 'too-many-requests' };
        }
        await insertCommand(tx, deviceId, { ...command, issuedBy: principal.userId });
        await recordAudit(tx, actorOf(principal), {
          action: 'device.commanded',
          subjectKind: 'device',
          subjectId: deviceId,
          buildingId,
          details: { command: name, commandId: command.id },
        });
        await outbox.emit(tx, DEVICE_COMMANDED, { tenantId: tx.scope.tenantId, buildingId, subjectId: command.id });
        await outbox.announceLive(tx, { subject: 'device', id: deviceId, buildingId });
        return null;
      });
      if (refused !== null) return failure(refused);
      const [issued] = await shown(principal, deviceId, [{ ...command, outcome: null, resultKept: false }]);
      if (issued === undefined) throw new Error('one command is shown as one');
      return success(issued);
    },

    async latest(principal, deviceId) {
      const device = await reachable(principal, deviceId);
      if (!device.ok) return device;
      const latest = await latestCommands(database, principal.scope, deviceId, LISTED, keptSince(deps.nowMs()));
      return success(await shown(principal, deviceId, latest));
    },

    async answered(tx, device, result) {
      if (!(await noteAnswer(tx, device.id, result))) return;
      await outbox.announceLive(tx, { subject: 'device', id: device.id, buildingId: device.buildingId });
    },

    jobs: [
      {
        task: sendCommand.task,
        async run(payload) {
          const { tenantId, subjectId } = OfCommand.parse(payload);
          const command = await database.transaction({ tenantId, sessionId: null }, (tx) => findUnanswered(tx, subjectId));
          // One that has run out is not sent any more, however often the broker was away.
          if (command === null || command.expiresAt.getTime() <= deps.nowMs()) return;
          const jws = await signDocument(
            'command',
            {
              kind: 'command',
              deviceId: command.deviceId,
              buildingId: command.buildingId,
              id: command.id,
              command: command.command,
              issuedAt: command.issuedAt.toISOString(),
              expiresAt: command.expiresAt.toISOString(),
            },
            deps.signing,
          );
          await deps.messenger.publish(topicOf('command', command.deviceId, command.id), jws, { retain: false });
        },
      },
    ],
  };
}
