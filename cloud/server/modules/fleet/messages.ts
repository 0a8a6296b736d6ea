import { CommandResult } from '@concierge/contract/mqtt/command.ts';
import { DeviceEvent } from '@concierge/contract/mqtt/event.ts';
import { Reported } from '@concierge/contract/mqtt/reported.ts';
import { DeviceStatus } from '@concierge/contract/mqtt/status.ts';
import { Telemetry } from '@concierge/contract/mqtt/telemetry.ts';
import { readNewerForm } from '@concierge/contract/newer-form.ts';
import { parseTopic, type TopicName, topicFilterOfAllDevices, topics } from '@concierge/contract/topics.ts';
import { jsonOrUndefined } from '@concierge/kernel/json.ts';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Messenger } from '#platform/mqtt/messenger.ts';
import type { Reports } from './reports.ts';
import type { Reception } from './telemetry/reception.ts';
import type { TimeAnswers } from './time-answers.ts';
import type { Twins } from './twins/twins.ts';

const MAX_HANDLED_AT_ONCE = 8;
const MAX_WAITING = 20_000;
/** A device that repeats itself endlessly is heard this often. */
const MAX_EVENTS_PER_HOUR = 120;
/** Twelve, those that waited, and some connections. */
const MAX_PICTURES_PER_HOUR = 60;
/** One every half minute: what a device asks that is cut off again and again. */
const MAX_TIME_ANSWERS_PER_HOUR = 120;
/** Four a minute: two machines that cut each other off as fast as they can. */
const MAX_HELLOS_PER_HOUR = 240;

/**
 * Listens to what devices say. Every replica hears every message, so each handling must be harmless when repeated; the jobs it leads to are folded by their key.
 * A message that does not parse is logged and dropped: the broker has vouched for the sender, not for its sanity.
 */
export function listenToDevices(deps: {
  messenger: Messenger;
  reports: Reports;
  reception: Reception;
  twins: Pick<Twins, 'connected'>;
  timeAnswers: TimeAnswers;
  logger: Logger;
  nowMs: () => number;
}): void {
  const { reports } = deps;
  const waiting: (() => Promise<void>)[] = [];
  let handling = 0;
  const eventBudget = hourlyBudget(MAX_EVENTS_PER_HOUR, deps.nowMs);
  const pictureBudget = hourlyBudget(MAX_PICTURES_PER_HOUR, deps.nowMs);
  const helloBudget = hourlyBudget(MAX_HELLOS_PER_HOUR, deps.nowMs);
  const timeBudget = hourlyBudget(MAX_TIME_ANSWERS_PER_HOUR, deps.nowMs);

  hear('status', DeviceStatus, (deviceId, status) => reports.status(deviceId, status));
  hear('reported', Reported, (deviceId, reported) => reports.reported(deviceId, reported));
  hear('commandResult', CommandResult, (deviceId, result) => reports.commandResult(deviceId, result));
  hear('event', DeviceEvent, async (deviceId, event) => {
    const { id } = event;
    if (event.event === 'connected') {
      const run = z.uuid().safeParse(event.detail);
      if (run.success && helloBudget(deviceId)) await deps.twins.connected(deviceId, { id, run: run.data });
    } else if (event.event === 'time-asked') {
      if (timeBudget(deviceId)) await deps.timeAnswers.answer(deviceId, id);
    } else if (eventBudget(deviceId)) await reports.event(deviceId, event);
  });

  hear('telemetry', Telemetry, async (deviceId, telemetry) => {
    if (pictureBudget(deviceId)) await deps.reception.telemetry(deviceId, telemetry);
  });

  function hear<Message>(name: TopicName, schema: z.ZodType<Message>, handle: (deviceId: string, message: Message) => Promise<void>): void {
    deps.messenger.onMessage(topicFilterOfAllDevices(name), (topic, payload) => {
      const deviceId = parseTopic(topic)?.deviceId;
      if (deviceId === undefined || !z.uuid().safeParse(deviceId).success || payload.length === 0 || payload.length > topics[name].maxBytes)
        return;
      const parsed = readNewerForm(schema, jsonOrUndefined(payload));
      if (!parsed.success) {
        deps.logger.warn({ deviceId, topic: name }, 'a device said something that does not parse');
        return;
      }
      // Dropped when the cloud is hopelessly behind: a device repeats its report at its next connection.
      if (waiting.length >= MAX_WAITING) return;
      waiting.push(() => handle(deviceId, parsed.data));
      pump();
    });
  }

  function pump(): void {
    while (handling < MAX_HANDLED_AT_ONCE) {
      const next = waiting.shift();
      if (next === undefined) return;
      handling += 1;
      next()
        .catch((error: unknown) => deps.logger.warn({ err: error }, 'a device message could not be stored'))
        .finally(() => {
          handling -= 1;
          pump();
        });
    }
  }
}

function hourlyBudget(limit: number, nowMs: () => number): (deviceId: string) => boolean {
  let hour = 0;
  let used = new Map<string, number>();
  return (deviceId) => {
    const current = Math.floor(nowMs() / 3_600_000);
    if (current !== hour) {
      hour = current;
      used = new Map();
    }
    const count = (used.get(deviceId) ?? 0) + 1;
    used.set(deviceId, count);
    return count <= limit;
  };
}
