import { randomUUID } from 'node:crypto';
import { topicOf } from '@concierge/contract/topics.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openKeyring } from '#platform/keys/keyring.ts';
import { createOutbox } from '#platform/outbox/outbox.ts';
import { plantScreen } from '../../testing/planted-screen.ts';
import { type PlantedTenant, plantTenant } from '../../testing/planted-tenant.ts';
import { type RunningCloud, runCloud } from '../../testing/running-cloud.ts';
import { insertCommand } from './command-store.ts';
import { createCommands, sendCommand } from './commands.ts';

let running: RunningCloud;
let ours: PlantedTenant;
let theirs: PlantedTenant;
let send: (commandId: string, tenant?: PlantedTenant) => Promise<void>;
const sent: string[] = [];
let nowMs = Date.now();

beforeAll(async () => {
  running = await runCloud();
  ours = await plantTenant(running.owner, 'ours');
  theirs = await plantTenant(running.owner, 'theirs');
  const keyring = await openKeyring(`${running.dataFolder}/keys`, { create: false, brokerHosts: [] });
  const { jobs } = createCommands({
    database: running.cloud.database,
    outbox: createOutbox({}),
    messenger: {
      start: async () => undefined,
      stop: async () => undefined,
      onMessage: () => undefined,
      isConnected: () => true,
      async publish(topic) {
        sent.push(topic);
      },
    },
    signing: keyring.signing,
    nowMs: () => nowMs,
  });
  send = async (subjectId, tenant = ours) => {
    const job = jobs.find(({ task }) => task === sendCommand.task);
    if (job === undefined) throw new Error('there is such a job');
    await job.run({ tenantId: tenant.tenantId, subjectId });
  };
});
afterAll(async () => running.stop());
beforeEach(() => {
  sent.length = 0;
  nowMs = Date.now();
});

/** A command that ends in a minute, for a screen of its own. */
async function aCommand(): Promise<{ id: string; deviceId: string }> {
  const deviceId = await plantScreen(running.owner, ours, nowMs, {});
  const id = randomUUID();
  await running.cloud.database.transaction({ tenantId: ours.tenantId, sessionId: null }, (tx) =>
    insertCommand(tx, deviceId, {
      id,
      command: 'reload',
      issuedBy: ours.manager.id,
      issuedAt: new Date(nowMs),
      expiresAt: new Date(nowMs + 60_000),
    }),
  );
  return { id, deviceId };
}

describe('a command is sent', () => {
  it('while it waits for its answer, again when it is asked for again, up to its end', async () => {
    const { id, deviceId } = await aCommand();
    await send(id);
    nowMs += 59_999;
    await send(id);
    expect(sent).toEqual([topicOf('command', deviceId, id), topicOf('command', deviceId, id)]);
  });

  it('no more from its end on, however often the broker was away', async () => {
    const { id } = await aCommand();
    nowMs += 60_000;
    await send(id);
    expect(sent).toEqual([]);
  });

  it('no more when it is answered', async () => {
    const { id } = await aCommand();
    await running.owner.query("update device_command set outcome = 'done', answered_at = now() where id = $1", [id]);
    await send(id);
    expect(sent).toEqual([]);
  });

  it('to no screen that was revoked', async () => {
    const { id, deviceId } = await aCommand();
    await running.owner.query('update device set revoked_at = now() where id = $1', [deviceId]);
    await send(id);
    expect(sent).toEqual([]);
  });

  it('on behalf of its own office only', async () => {
    const { id } = await aCommand();
    await send(id, theirs);
    await send(randomUUID());
    expect(sent).toEqual([]);
  });
});
